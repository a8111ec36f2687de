"""PASCALContext: VOC classes, human parts, saliency, normals and boundaries, as its training code reads them."""

import json
from pathlib import Path

import numpy as np

from ..classes import IGNORE
from .sample import NO_NORMAL, Samples, checked, read_list, read_photo, read_png

TASKS = ('semseg', 'human_parts', 'sal', 'normals', 'edge')
PERSON = 15
# PASCAL-Part's names of a person's parts by the class each becomes; 0 is background.
PARTS = ('head hair lear rear lebrow rebrow leye reye mouth nose', 'torso neck', 'ruarm luarm', 'rlarm rhand llarm lhand',
         'ruleg luleg', 'rlleg rfoot llleg lfoot')
PART_CLASS = {name: index + 1 for index, names in enumerate(PARTS) for name in names.split()}


def open_pascal(root, split):
    """Ids of ImageSets/Context/<split>.txt. Needs SciPy for MATLAB files and scikit-image for thinning."""
    root = Path(root)
    surfaces = normal_classes(root)
    ids = read_list(root / 'ImageSets' / 'Context' / f'{split or "train"}.txt')
    return Samples(ids, lambda name: read_pascal(root, name, surfaces), TASKS)


def normal_classes(root):
    """Numbers of the LabelMap classes whose normals count: those that NYU names too and tvmonitor; None when the lists are absent."""
    names, numbers = [next((path for path in (root / 'db_info' / file, root / file) if path.is_file()), None)
                      for file in ('nyu_classes.json', 'context_classes.json')]
    if names is None or numbers is None:
        return None
    numbers = json.loads(numbers.read_text())
    return [numbers[name] for name in [*json.loads(names.read_text()), 'tvmonitor'] if name in numbers]


def read_pascal(root, name, surfaces=None):
    """One sample. Raises OSError or ValueError when a file is missing, unfinished or of another size."""
    from scipy.io import loadmat

    image = read_photo(root / 'JPEGImages' / f'{name}.jpg')
    classes = next(path for folder in ('VOC12', 'pascal-context') for path in [root / 'semseg' / folder / f'{name}.png']
                   if path.is_file() or folder == 'pascal-context')
    context = loadmat(str(root / 'pascal-context' / 'trainval' / f'{name}.mat'))['LabelMap']
    normals = read_png(root / 'normals_distill' / f'{name}.png')[..., :3]
    if surfaces is not None:
        normals = np.where(np.isin(context, surfaces)[..., None], normals, NO_NORMAL).astype(np.uint8)
    return checked(name, {
        'image': image, 'semseg': read_png(classes), 'edge': read_edges(root, name, context), 'normals': normals,
        'human_parts': parts_of(loadmat(str(root / 'human_parts' / f'{name}.mat')), image.shape[:2]),
        'sal': (read_png(root / 'sal_distill' / f'{name}.png') > 127.5).astype(np.uint8)})


def read_edges(root, name, context):
    """Corrected boundaries where there are some, else those derived from the LabelMap: Laplacian not zero, thinned."""
    corrected = root / 'edge_override' / f'{name}.png'
    if corrected.is_file():
        return (read_png(corrected) > 127).astype(np.uint8)
    from skimage.morphology import thin

    padded = np.pad(context.astype(np.int64), 1, mode='reflect')
    laplacian = padded[:-2, 1:-1] + padded[2:, 1:-1] + padded[1:-1, :-2] + padded[1:-1, 2:] - 4 * padded[1:-1, 1:-1]
    return thin(laplacian != 0).astype(np.uint8)


def parts_of(annotation, shape):
    """u8 classes 0..6 of human parts; 255 everywhere when no person has parts, as the loaders ignore such photos."""
    target = None
    for thing in annotation['anno'][0][0][1][0]:
        if thing[1][0][0] != PERSON or thing[3].size == 0:
            continue
        target = np.zeros(shape, np.uint8) if target is None else target
        for part in thing[3][0]:
            target[part[1].astype(bool)] = PART_CLASS[str(part[0][0])]
    return np.full(shape, IGNORE, np.uint8) if target is None else target
