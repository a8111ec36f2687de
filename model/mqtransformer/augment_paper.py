"""Random views as the papers' code takes them (the lineage of mmsegmentation): scaled by 0.5 to 2, a crop that no class fills,
mirrored half the time, photometric distortion, padded in the centre. Labels keep the photo's resolution."""

import numpy as np
from PIL import Image

from .augment import flip
from .classes import IGNORE
from .data.sample import FILLS
from .letterbox import MEAN

SCALES = (0.5, 2.0)
LARGEST_CLASS = 0.75
TRIES = 10


def paper_view(sample, size, rng):
    """One view of size=(h,w): image float32 in [0,1], labels at the same resolution. Depth is divided by the scale."""
    scale, (height, width) = rng.uniform(*SCALES), sample['image'].shape[:2]
    scaled = [max(1, round(length * scale)) for length in (height, width)]
    rows, columns = choose_crop(sample.get('semseg'), scaled, size, scale, rng)
    at = source(rows, scale, height)[:, None], source(columns, scale, width)[None]
    view = {field: array[at] for field, array in sample.items() if field != 'image'}
    if 'depth' in view:
        view['depth'] = view['depth'].astype(np.float32) / np.float32(scale)
    photo = Image.fromarray(np.ascontiguousarray(sample['image'])).resize(scaled[::-1], Image.BILINEAR)
    view['image'] = np.asarray(photo)[rows[:, None], columns[None]]
    if rng.random() < 0.5:
        view = flip(view)
    view['image'] = distort(view['image'], rng)
    return {field: pad(array, MEAN if field == 'image' else FILLS[field], size) for field, array in view.items()}


def choose_crop(classes, scaled, size, scale, rng):
    """Rows and columns of a crop of the scaled photo; drawn again, at most 10 times, while one class fills 0.75 of it."""
    for _ in range(TRIES):
        rows, columns = [window(length, wanted, rng) for length, wanted in zip(scaled, size)]
        if classes is None:
            break
        height, width = classes.shape
        inside = classes[source(rows, scale, height)[:, None], source(columns, scale, width)[None]]
        counts = np.bincount(inside.reshape(-1), minlength=256)[:IGNORE]
        if (counts > 0).sum() > 1 and counts.max() < LARGEST_CLASS * counts.sum():
            break
    return rows, columns


def window(length, wanted, rng):
    start = rng.integers(0, max(length - wanted, 0) + 1)
    return np.arange(start, start + min(length, wanted))


def source(places, scale, length):
    """The nearest source pixel of each place in the scaled photo."""
    return np.minimum(np.floor((places + 0.5) / scale).astype(np.int64), length - 1)


def pad(array, fill, size):
    canvas = np.empty((*size, *array.shape[2:]), array.dtype)
    canvas[...] = fill
    top, left = [(wanted - has) // 2 for wanted, has in zip(size, array.shape)]
    canvas[top:top + array.shape[0], left:left + array.shape[1]] = array
    return canvas


def distort(image, rng):
    """Brightness, contrast, saturation and hue, each changed half the time; u8 in, float32 in [0,1] out."""
    x = image.astype(np.float32)
    contrast = rng.uniform(0.5, 1.5) if rng.random() < 0.5 else 1
    contrast_first = rng.random() < 0.5
    if rng.random() < 0.5:
        x = x + rng.uniform(-32, 32)
    if contrast_first:
        x = x * contrast
    hsv = np.array(Image.fromarray(np.clip(x, 0, 255).astype(np.uint8)).convert('HSV'))
    if rng.random() < 0.5:
        hsv[..., 1] = np.clip(hsv[..., 1] * rng.uniform(0.5, 1.5), 0, 255)
    if rng.random() < 0.5:
        hsv[..., 0] += np.uint8(round(rng.uniform(-0.1, 0.1) * 256) % 256)  # 0.1 of a turn; wraps as hues do
    x = np.asarray(Image.fromarray(hsv, 'HSV').convert('RGB')).astype(np.float32)
    return np.clip(x if contrast_first else x * contrast, 0, 255).astype(np.float32) / 255
