"""Times Pillow and NumPy at what codecs.bench.ts does; usage: codec_times.py FOLDER REPEATS

Reads and writes in memory, at Pillow's default compression level (6), which is zlib's. Writes the files it decodes to
FOLDER and prints {name: [decode ms, encode ms]}: the least of REPEATS, in time of the processor, so that a busy machine
does not count.
"""
import io
import json
import sys
import time

import numpy as np
from PIL import Image

folder, repeats = sys.argv[1], int(sys.argv[2])


def least(work):
    work()
    times = []
    for _ in range(repeats):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times) * 1000


def labels(width, height):
    """Regions of 40 classes with ragged borders."""
    y, x = np.mgrid[0:height, 0:width]
    random = np.random.RandomState(0)
    ragged = random.normal(0, 1, (2, height, width)).cumsum(1).cumsum(2)
    ragged = 12 * np.sin(ragged / np.abs(ragged).max() * 60)
    seeds = random.randint(1, 41, (height // 60 + 2, width // 60 + 2))
    return seeds[np.clip((y + ragged[0]) // 60, 0, None).astype(int), np.clip((x + ragged[1]) // 60, 0, None).astype(int)].astype("u1")


def normals(width, height):
    y, x = np.mgrid[0:height, 0:width]
    return np.stack([x * 255 // width, y * 255 // height, (x // 16 * 7 + y // 16 * 5) % 256], -1).astype("u1")


def save_png(image):
    out = io.BytesIO()
    image.save(out, "png")
    return out.getvalue()


def save_npy(array):
    out = io.BytesIO()
    np.save(out, array)
    return out.getvalue()


results = {}
for width, height in [(560, 425), (2048, 1024)]:
    for kind, array in [("labels", labels(width, height)), ("normals", normals(width, height))]:
        image = Image.fromarray(array)
        data = save_png(image)
        name = "%s-%d.png" % (kind, width)
        open("%s/%s" % (folder, name), "wb").write(data)
        results[name] = [least(lambda: np.asarray(Image.open(io.BytesIO(data)))), least(lambda: save_png(image))]
    depth = (np.random.RandomState(1).rand(height, width) * 10).astype("f4")
    data = save_npy(depth)
    name = "depth-%d.npy" % width
    open("%s/%s" % (folder, name), "wb").write(data)
    results[name] = [least(lambda: np.load(io.BytesIO(data))), least(lambda: save_npy(depth))]
print(json.dumps(results))
