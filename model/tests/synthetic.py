"""Generated rooms in the NYUDv2 layout: rectangles of class, depth and normal, whose colour gives the class away."""

import numpy as np
from PIL import Image

from mqtransformer.augment import crop


def write_rooms(folder, count, height=54, width=70, seed=0):
    """Writes `count` rooms named 0000, 0001 ... Returns their ids."""
    rng = np.random.default_rng(seed)
    for name in ('images', 'segmentation', 'edge', 'normals', 'depth'):
        (folder / name).mkdir(parents=True, exist_ok=True)
    ids = [f'{index:04d}' for index in range(count)]
    for room_id in ids:
        labels = np.ones((height, width), np.uint8)
        labels[: height // 8] = 0
        labels[height // 2:] = 2
        top, left = rng.integers(height // 4, height // 2), rng.integers(0, width // 2)
        labels[top:top + height // 3, left:left + width // 3] = rng.integers(3, 41)
        depth = 1 + labels.astype(np.float32) / 10
        depth[:, -1] = 0
        normals = np.zeros((height, width, 3), np.float32)
        normals[..., 2] = 1
        normals[labels == 2] = (0, 1, 0)
        normals[labels > 2] = (0.6, 0, 0.8)
        edge = np.zeros((height, width), np.uint8)
        edge[:, 1:][labels[:, 1:] != labels[:, :-1]] = 255
        colours = np.stack([labels.astype(np.int64) * factor % 256 for factor in (37, 91, 53)], -1)
        image = np.clip(colours + rng.integers(-9, 10, colours.shape), 0, 255).astype(np.uint8)
        Image.fromarray(image).save(folder / 'images' / f'{room_id}.png')
        Image.fromarray(labels).save(folder / 'segmentation' / f'{room_id}.png')
        Image.fromarray(edge).save(folder / 'edge' / f'{room_id}.png')
        Image.fromarray(np.rint((normals + 1) * 127.5).astype(np.uint8)).save(folder / 'normals' / f'{room_id}.png')
        np.save(folder / 'depth' / f'{room_id}.npy', depth)
    return ids


def plain_view(sample, size):
    """The whole sample without augmentation."""
    view = crop(sample, 1.0, 0.0, 0.0, size)
    view['image'] = view['image'].astype(np.float32) / 255
    return view
