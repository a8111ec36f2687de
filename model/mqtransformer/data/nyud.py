"""NYUDv2 as the papers' code stores it, NYUD_MT (the same with JPEG photos and npy normals and boundaries), and rendered rooms,
which are written as NYUDv2."""

from pathlib import Path

import numpy as np

from ..classes import IGNORE
from .sample import Samples, checked, normal_codes, read_list, read_photo, read_png

TASKS = ('semseg', 'depth', 'normals', 'edge')


def open_nyudv2(root, split):
    """Ids of gt_sets/<split>.txt, or of all photos when split is None."""
    return Samples(_ids(root, split, 'png'), lambda name: read_nyudv2(root, name), TASKS)


def open_nyud_mt(root, split):
    return Samples(_ids(root, split, 'jpg'), lambda name: read_nyud_mt(root, name), TASKS)


def _ids(root, split, extension):
    if split is None:
        return sorted(path.stem for path in (Path(root) / 'images').glob(f'*.{extension}'))
    return read_list(Path(root) / 'gt_sets' / f'{split}.txt')


def read_nyudv2(root, name):
    """One sample. Raises OSError or ValueError when a file is missing, unfinished, of another size or out of range."""
    root = Path(root)
    return checked(name, {
        'image': read_photo(root / 'images' / f'{name}.png'), **_common(root, name),
        'normals': read_png(root / 'normals' / f'{name}.png')[..., :3],
        'edge': (read_png(root / 'edge' / f'{name}.png') > 127).astype(np.uint8)})


def read_nyud_mt(root, name):
    root = Path(root)
    return checked(name, {
        'image': read_photo(root / 'images' / f'{name}.jpg'), **_common(root, name),
        'normals': normal_codes(np.load(root / 'normals' / f'{name}.npy')),
        'edge': (np.load(root / 'edge' / f'{name}.npy') > 0.5).astype(np.uint8)})


def _common(root, name):
    ids = read_png(root / 'segmentation' / f'{name}.png')
    if ids.max() > 40:
        raise ValueError(f'{name}: segmentation holds {ids.max()}; ids run from 0 (void) to 40')
    depth = np.load(root / 'depth' / f'{name}.npy').astype(np.float32)
    depth = depth.reshape(depth.shape[-2:] if depth.shape[0] == 1 else depth.shape[:2])
    return {'semseg': np.where(ids == 0, IGNORE, ids - 1).astype(np.uint8), 'depth': np.where(np.isfinite(depth), depth, 0)}
