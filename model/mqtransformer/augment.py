"""Random views of a sample for the scale-aware form's recipe, and views as training batches."""

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

from .data.sample import NO_NORMAL
from .letterbox import MEAN, STD

CLASSES = ('semseg', 'human_parts', 'sal')


def flip(sample):
    """Mirrors a sample left to right: x of every normal changes sign (255 - p is the code of -x)."""
    mirrored = {field: array[:, ::-1] for field, array in sample.items()}
    if 'normals' in mirrored:
        normals = mirrored['normals'].copy()
        normals[..., 0] = np.where(normals.any(axis=-1), 255 - normals[..., 0], NO_NORMAL)
        mirrored['normals'] = normals
    return mirrored


def centres(start, length, count):
    """Indices of the pixels under the centres of `count` cells that divide [start, start + length)."""
    return np.floor(start + (np.arange(count) + 0.5) * length / count).astype(np.int64)


def crop(sample, zoom, fraction_y, fraction_x, size):
    """The part of a sample that `zoom` >= 1 magnifies to size=(h,w); h and w even. Depth is divided by the zoom, as if one stepped
    nearer. Photo and edge come at (h,w), the other labels at half of it, where their losses are taken."""
    height, width = sample['image'].shape[:2]
    h, w = size
    window_h, window_w = height / zoom, width / zoom
    top, left = (height - window_h) * fraction_y, (width - window_w) * fraction_x
    box = (left, top, left + window_w, top + window_h)
    image = np.asarray(Image.fromarray(np.ascontiguousarray(sample['image'])).resize((w, h), Image.BILINEAR, box=box))
    rows, columns = centres(top, window_h, h // 2)[:, None], centres(left, window_w, w // 2)[None]
    view = {'image': image}
    for field, array in sample.items():
        if field == 'edge':
            # Lines of one pixel would vanish when sampled coarsely: sample finely, then take the maximum.
            fine = max(1, round(height / h))
            edge = array[centres(top, window_h, h * fine)[:, None], centres(left, window_w, w * fine)[None]]
            view['edge'] = edge.reshape(h, fine, w, fine).max((1, 3))
        elif field == 'depth':
            view['depth'] = array[rows, columns].astype(np.float32) / np.float32(zoom)
        elif field != 'image':
            view[field] = array[rows, columns]
    return view


def photometric(image, rng):
    """Random brightness, contrast, saturation and colour cast; u8 in, float32 in [0,1] out."""
    x = image.astype(np.float32) / 255
    grey = x.mean(-1, keepdims=True)
    x = grey + (x - grey) * rng.uniform(0.6, 1.4)
    x = (x - x.mean()) * rng.uniform(0.75, 1.3) + x.mean()
    return np.clip(x * rng.uniform(0.75, 1.25) * rng.uniform(0.93, 1.07, 3).astype(np.float32), 0, 1).astype(np.float32)


def demo_view(sample, size, rng):
    """One augmented view: flip half the time, zoom into a random part half the time, always photometric."""
    zoom = rng.uniform(1.0, 1.6) if rng.random() < 0.5 else 1.0
    return varied(sample, zoom, size, rng)


def whole_view(sample, size, rng):
    """As `demo_view`, but never zoomed: a picture's scale then means what it means in use, which metric depth lives by."""
    return varied(sample, 1.0, size, rng)


def varied(sample, zoom, size, rng):
    if rng.random() < 0.5:
        sample = flip(sample)
    view = crop(sample, zoom, rng.random(), rng.random(), size)
    view['image'] = photometric(view['image'], rng)
    return view


def collate(views):
    """Views -> (image float32 (B,3,h,w) normalised, targets). Targets: class maps int64 (B,h,w), depth float32 (0 unknown), normals
    float32 (B,3,h,w) (zero vector where there is none), edge float32 (255 ignored)."""
    stacked = {field: np.stack([view[field] for view in views]) for field in views[0]}
    image = (stacked.pop('image') - np.float32(MEAN)) / np.float32(STD)
    targets = {}
    for field, array in stacked.items():
        if field in CLASSES:
            targets[field] = torch.from_numpy(array.astype(np.int64))
        elif field == 'normals':
            vectors = array.astype(np.float32) * np.float32(2 / 255) - 1
            vectors *= array.any(axis=-1, keepdims=True)
            targets[field] = F.normalize(torch.from_numpy(vectors.transpose(0, 3, 1, 2).copy()), dim=1)
        else:
            targets[field] = torch.from_numpy(array.astype(np.float32))
    return torch.from_numpy(image.transpose(0, 3, 1, 2).copy()), targets


def coarser(targets):
    """The targets at half their resolution, for deep supervision. Edges keep the maximum."""
    half = {field: target[..., ::2, ::2] for field, target in targets.items()}
    if 'edge' in half:
        half['edge'] = F.max_pool2d(targets['edge'][:, None], 4)[:, 0]
    return half
