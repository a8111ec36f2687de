"""Rooms packed at the model's resolution by `prepare`, so that training decodes nothing."""

import json
from pathlib import Path

import numpy as np

from .nyud import TASKS
from .sample import Samples

FIELDS = ('image', *TASKS)


def is_packed(folder):
    return any(Path(folder).glob('shard-*/ids.json'))


def open_packed(folder):
    """The memory-mapped samples that `prepare` wrote, as shard/id, since rooms of several folders may share ids; depth is float16."""
    shards, rows = {}, {}
    for index in sorted(Path(folder).glob('shard-*/ids.json')):
        shard = index.parent.name
        rows.update((f'{shard}/{name}', row) for row, name in enumerate(json.loads(index.read_text())))
        shards[shard] = {field: np.load(index.parent / f'{field}.npy', mmap_mode='r') for field in FIELDS}

    def read(name):
        return {field: array[rows[name]] for field, array in shards[name.split('/')[0]].items()}
    return Samples(list(rows), read, TASKS)
