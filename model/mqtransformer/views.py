"""The batches of a run. Which samples, in what order and how they are augmented follows from the seed and the step alone, so that a
resumed run sees what an uninterrupted one would have seen."""

import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset

from .augment import collate


class Views(Dataset):
    """Views by (place, size): place counts the views of the whole run over all processes."""

    def __init__(self, samples, view, seed):
        self.samples, self.view, self.seed = samples, view, seed
        self.epoch, self.order = None, None

    def __getitem__(self, key):
        place, size = key
        epoch, index = divmod(place, len(self.samples))
        if epoch != self.epoch:
            self.epoch, self.order = epoch, np.random.default_rng((self.seed, 0, epoch)).permutation(len(self.samples))
        return self.view(self.samples[self.order[index]], size, np.random.default_rng((self.seed, 1, place)))


class Places:
    """Batches of (place, size) of one process from `step` on, for ever. `size()` is asked when a batch is drawn."""

    def __init__(self, step, batch, rank, processes, size):
        self.step, self.batch, self.rank, self.processes, self.size = step, batch, rank, processes, size

    def __iter__(self):
        step = self.step
        while True:
            first, size = (step * self.processes + self.rank) * self.batch, self.size()
            yield [(first + i, size) for i in range(self.batch)]
            step += 1


def batches(samples, recipe, seed, places, workers):
    """Endless (image, targets), see `augment.collate`, read by this process or by `workers` others."""
    return iter(DataLoader(Views(samples, recipe.view, seed), batch_sampler=places, collate_fn=collate, num_workers=workers))


def class_counts(samples, classes, limit=2000):
    """Pixels of each semseg class in up to `limit` samples, evenly spaced, every fourth row and column."""
    total = np.zeros(256, np.int64)
    for index in np.linspace(0, len(samples) - 1, min(limit, len(samples))).astype(int):
        total += np.bincount(np.asarray(samples[index]['semseg'][::4, ::4]).reshape(-1), minlength=256)
    return total[:classes]


def seed_step(seed, step, rank):
    """Makes what the network draws itself (dropout) follow from seed, step and process too."""
    torch.manual_seed(int(np.random.SeedSequence((seed, 2, step, rank)).generate_state(1)[0]))
