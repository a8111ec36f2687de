"""Reading a folder in the NYUDv2 layout, and packed rooms at the model's resolution."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from .classes import IGNORE

# A zero vector cannot be written as 2p/255-1, and no unit vector is (-1,-1,-1): so code 0,0,0 marks "no normal" in packs.
NO_NORMAL = 0
FIELDS = ('image', 'semseg', 'depth', 'normals', 'edge')


@dataclass
class Room:
    """image u8 (h,w,3); semseg u8 (h,w), 255 void; depth float32 (h,w) metres, 0 invalid; normals u8 (h,w,3), n=2p/255-1
    with x right, y up, z towards the camera; edge u8 (h,w) of 0 and 1, 255 ignored."""

    id: str
    image: np.ndarray
    semseg: np.ndarray
    depth: np.ndarray
    normals: np.ndarray
    edge: np.ndarray


def room_ids(folder, split=None):
    """Sorted ids of the photos in `folder`, or those that gt_sets/<split>.txt lists."""
    if split is not None:
        return (Path(folder) / 'gt_sets' / f'{split}.txt').read_text().split()
    return sorted(path.stem for path in (Path(folder) / 'images').glob('*.png'))


def read_png(path):
    with Image.open(path) as picture:
        return np.asarray(picture)


def read_room(folder, room_id):
    """Reads one room. Raises OSError or ValueError when a file is missing, unfinished or of another size than the photo."""
    folder = Path(folder)
    image = read_png(folder / 'images' / f'{room_id}.png')[..., :3]
    ids = read_png(folder / 'segmentation' / f'{room_id}.png')
    depth = np.load(folder / 'depth' / f'{room_id}.npy').astype(np.float32)
    normals = read_png(folder / 'normals' / f'{room_id}.png')[..., :3]
    edge = (read_png(folder / 'edge' / f'{room_id}.png') > 127).astype(np.uint8)
    depth = depth.reshape(depth.shape[:2])
    for name, array in (('segmentation', ids), ('depth', depth), ('normals', normals), ('edge', edge)):
        if array.shape[:2] != image.shape[:2]:
            raise ValueError(f'{room_id}: {name} is {array.shape[:2]}, the photo is {image.shape[:2]}')
    if ids.max() > 40:
        raise ValueError(f'{room_id}: segmentation holds {ids.max()}; ids run from 0 (void) to 40')
    semseg = np.where(ids == 0, IGNORE, ids - 1).astype(np.uint8)
    return Room(room_id, image, semseg, np.where(np.isfinite(depth), depth, 0), normals, edge)


class PackedRooms:
    """Memory-mapped shards that `prepare` wrote. `packed[i]` is {field: array}."""

    def __init__(self, folder):
        self.ids, self.shards, self.places = [], [], []
        for shard in sorted(Path(folder).glob('shard-*/ids.json')):
            ids = json.loads(shard.read_text())
            self.places += [(len(self.shards), row) for row in range(len(ids))]
            self.shards.append({field: np.load(shard.parent / f'{field}.npy', mmap_mode='r') for field in FIELDS})
            self.ids += ids

    def __len__(self):
        return len(self.ids)

    def __getitem__(self, index):
        shard, row = self.places[index]
        return {field: array[row] for field, array in self.shards[shard].items()}

    def class_counts(self, classes=40):
        """Pixels of each class over all rooms."""
        total = np.zeros(256, np.int64)
        for shard in self.shards:
            total += np.bincount(np.asarray(shard['semseg'][:, ::4, ::4]).reshape(-1), minlength=256)
        return total[:classes]
