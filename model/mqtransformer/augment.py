"""Random views of packed rooms as training batches."""

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

from .letterbox import MEAN, STD
from .rooms import NO_NORMAL


def flip(room):
    """Mirrors a room left to right: x of every normal changes sign (255 - p is the code of -x)."""
    mirrored = {field: array[:, ::-1] for field, array in room.items()}
    normals = mirrored['normals'].copy()
    valid = normals.any(axis=-1)
    normals[..., 0] = np.where(valid, 255 - normals[..., 0], NO_NORMAL)
    return {**mirrored, 'normals': normals}


def centres(start, length, count):
    """Indices of the pixels under the centres of `count` cells that divide [start, start + length)."""
    return np.floor(start + (np.arange(count) + 0.5) * length / count).astype(np.int64)


def crop(room, zoom, fraction_y, fraction_x, size):
    """The part of a room that `zoom` >= 1 magnifies to size=(h,w); h and w even. Depth is divided by the zoom, as if one stepped
    nearer. Photo and edge come at (h,w), the other labels at half of it, where their losses are taken."""
    height, width = room['semseg'].shape
    h, w = size
    window_h, window_w = height / zoom, width / zoom
    top, left = (height - window_h) * fraction_y, (width - window_w) * fraction_x
    box = (left, top, left + window_w, top + window_h)
    image = np.asarray(Image.fromarray(np.ascontiguousarray(room['image'])).resize((w, h), Image.BILINEAR, box=box))
    rows, columns = centres(top, window_h, h // 2)[:, None], centres(left, window_w, w // 2)[None]
    # Lines of one pixel would vanish when sampled coarsely: sample finely, then take the maximum.
    fine = max(1, round(height / h))
    edge = room['edge'][centres(top, window_h, h * fine)[:, None], centres(left, window_w, w * fine)[None]]
    return {'image': image, 'semseg': room['semseg'][rows, columns], 'depth': room['depth'][rows, columns].astype(np.float32) / zoom,
            'normals': room['normals'][rows, columns], 'edge': edge.reshape(h, fine, w, fine).max((1, 3))}


def photometric(image, rng):
    """Random brightness, contrast, saturation and colour cast; u8 in, float32 in [0,1] out."""
    x = image.astype(np.float32) / 255
    grey = x.mean(-1, keepdims=True)
    x = grey + (x - grey) * rng.uniform(0.6, 1.4)
    x = (x - x.mean()) * rng.uniform(0.75, 1.3) + x.mean()
    return np.clip(x * rng.uniform(0.75, 1.25) * rng.uniform(0.93, 1.07, 3).astype(np.float32), 0, 1).astype(np.float32)


def random_view(room, size, rng):
    """One augmented view: flip half the time, zoom into a random part half the time, always photometric."""
    if rng.random() < 0.5:
        room = flip(room)
    zoom = rng.uniform(1.0, 1.6) if rng.random() < 0.5 else 1.0
    view = crop(room, zoom, rng.random(), rng.random(), size)
    view['image'] = photometric(view['image'], rng)
    return view


def plain_view(room, size):
    """The whole room without augmentation."""
    view = crop(room, 1.0, 0.0, 0.0, size)
    view['image'] = view['image'].astype(np.float32) / 255
    return view


def collate(views):
    """Views -> (image float32 (B,3,h,w) normalised, targets). Targets: semseg int64, depth float32 (0 invalid), normals float32
    (B,3,h,w) (zero vector where there is none), edge float32 (255 ignored)."""
    stacked = {field: np.stack([view[field] for view in views]) for field in views[0]}
    image = (stacked['image'] - np.float32(MEAN)) / np.float32(STD)
    codes = stacked['normals']
    normals = codes.astype(np.float32) * np.float32(2 / 255) - 1
    normals *= codes.any(axis=-1, keepdims=True)
    targets = {
        'semseg': torch.from_numpy(stacked['semseg'].astype(np.int64)),
        'depth': torch.from_numpy(stacked['depth']),
        'normals': F.normalize(torch.from_numpy(normals.transpose(0, 3, 1, 2).copy()), dim=1),
        'edge': torch.from_numpy(stacked['edge'].astype(np.float32)),
    }
    return torch.from_numpy(image.transpose(0, 3, 1, 2).copy()), targets


def coarser(targets):
    """The targets at half their resolution, for deep supervision. Edges keep the maximum."""
    return {'semseg': targets['semseg'][:, ::2, ::2], 'depth': targets['depth'][:, ::2, ::2],
            'normals': targets['normals'][:, :, ::2, ::2], 'edge': F.max_pool2d(targets['edge'][:, None], 4)[:, 0]}
