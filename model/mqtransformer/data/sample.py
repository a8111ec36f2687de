"""What every data set gives for one photo, and helpers to read it.

A sample is {field: array}: `image` u8 (h,w,3) and any of the labels below at the photo's size.
semseg, human_parts, sal: u8 class indices; edge: u8, 1 on a boundary; 255 is ignored in all four. depth: float32 metres, 0 where
unknown. normals: u8 (h,w,3), n = 2p/255 - 1 with x right, y up, z towards the camera; no unit vector is (-1,-1,-1), so the code
(0,0,0) means that there is none."""

import numpy as np
from PIL import Image

from ..classes import IGNORE
from ..letterbox import MEAN

NO_NORMAL = 0
# What padding holds. Zero after normalisation is the mean colour before it.
FILLS = {'image': tuple(round(255 * mean) for mean in MEAN), 'semseg': IGNORE, 'human_parts': IGNORE, 'sal': IGNORE, 'edge': IGNORE,
         'depth': 0, 'normals': NO_NORMAL}


def read_png(path):
    with Image.open(path) as picture:
        return np.asarray(picture)


def read_photo(path):
    with Image.open(path) as picture:
        return np.asarray(picture.convert('RGB'))


def normal_codes(vectors):
    """float (h,w,3) unit vectors, zero for none -> u8 codes, rounded (0.2 degrees off on average)."""
    norm = np.linalg.norm(vectors, axis=-1, keepdims=True)
    known = (norm > 0.5) & np.isfinite(norm)
    unit = np.divide(vectors, norm, out=np.full(vectors.shape, -1.0), where=known)
    return np.where(known, np.rint((unit + 1) * 127.5), NO_NORMAL).astype(np.uint8)


def checked(name, sample):
    """The sample, once every label has the photo's size. Raises ValueError naming the first that has not."""
    size = sample['image'].shape[:2]
    for field, array in sample.items():
        if array.shape[:2] != size:
            raise ValueError(f'{name}: {field} is {array.shape[:2]}, the photo is {size}')
    return sample


def read_list(path):
    """The ids of a split's list, one a line. Raises ValueError when there is no such list."""
    if not path.is_file():
        raise ValueError(f'{path} is missing; there are the lists {sorted(p.stem for p in path.parent.glob("*.txt"))}')
    return path.read_text().split()


class Samples:
    """A split of a data set, read as it is asked for. `samples[i]` is the i-th sample, `samples.ids[i]` its id."""

    def __init__(self, ids, read, tasks):
        self.ids, self.read, self.tasks = ids, read, tasks

    def __len__(self):
        return len(self.ids)

    def __getitem__(self, index):
        return self.read(self.ids[index])

    def first(self, count):
        return Samples(self.ids[:count], self.read, self.tasks)
