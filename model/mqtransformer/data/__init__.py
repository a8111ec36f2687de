"""The table of data sets that can be trained and measured on. Each entry opens a folder: open(root, split) -> Samples."""

from dataclasses import dataclass
from typing import Callable

from .nyud import open_nyud_mt, open_nyudv2
from .packed import is_packed, open_packed
from .pascal import open_pascal


@dataclass(frozen=True)
class DataSet:
    """tasks: its entry in `classes.TASK_SETS`. size: the (height, width) at which the papers run it. edge_positive: weight of boundary
    pixels in its loss."""

    open: Callable
    tasks: str
    size: tuple
    edge_positive: float


def open_rooms(root, split):
    """A folder in the NYUDv2 layout, or what `prepare` made of one."""
    return open_packed(root) if is_packed(root) else open_nyudv2(root, split)


DATA_SETS = {
    'rooms': DataSet(open_rooms, 'nyud', (192, 256), 0.8),
    'nyudv2': DataSet(open_nyudv2, 'nyud', (425, 560), 0.8),
    'nyud_mt': DataSet(open_nyud_mt, 'nyud', (480, 640), 0.8),
    'pascal': DataSet(open_pascal, 'pascal', (512, 512), 0.95),
}
