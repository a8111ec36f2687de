"""Metrics pooled over the pixels of a data set, one class for each kind of task."""

import numpy as np

from .classes import IGNORE

THRESHOLDS = np.arange(0.05, 1.0, 0.05)
ANGLE_BIN = 0.1  # degrees; the median is read from a histogram this fine


class Classes:
    """mIoU in percent. `mIoUPresent` averages over classes in the ground truth; `mIoUPaper` over all, absent ones as 0."""

    def __init__(self, task):
        self.task = task
        self.confusion = np.zeros((task.channels, task.channels), np.int64)

    def add(self, logits, label):
        known = label != IGNORE
        pairs = label[known].astype(np.int64) * self.task.channels + logits.argmax(0)[known]
        self.confusion += np.bincount(pairs, minlength=self.task.channels ** 2).reshape(self.confusion.shape)

    def result(self):
        hits = np.diag(self.confusion)
        present = self.confusion.sum(1) > 0
        iou = hits / np.maximum(self.confusion.sum(0) + self.confusion.sum(1) - hits, 1)
        names = self.task.card()['classes']
        return {'mIoUPresent': 100 * iou[present].mean() if present.any() else 0.0, 'mIoUPaper': 100 * iou.mean(),
                'pixelAccuracy': 100 * hits.sum() / max(self.confusion.sum(), 1), 'classesPresent': int(present.sum()),
                'iou': {names[i]: 100 * iou[i] for i in np.flatnonzero(present)}}


class Distances:
    """Root mean squared error in metres over the pixels whose depth is known, and the mean error relative to it."""

    def __init__(self, task):
        self.sums = np.zeros(3)  # squared error, relative error, pixels

    def add(self, logits, label):
        known = label > 0
        wanted = label[known].astype(np.float64)
        error = np.maximum(logits[0], 0)[known] - wanted
        self.sums += ((error ** 2).sum(), (np.abs(error) / wanted).sum(), known.sum())

    def result(self):
        squared, relative, pixels = self.sums
        return {'rmse': (squared / max(pixels, 1)) ** 0.5, 'absRel': relative / max(pixels, 1)}


class Directions:
    """Angle 2 atan2(|a-b|, |a+b|) between unit vectors in degrees, which stays exact for small angles."""

    def __init__(self, task):
        self.counts = np.zeros(int(180 / ANGLE_BIN) + 1, np.int64)
        self.sum = 0.0

    def add(self, logits, label):
        """label: u8 codes (h,w,3)."""
        wanted = label.astype(np.float32).transpose(2, 0, 1) * np.float32(2 / 255) - 1
        directed = np.abs(np.linalg.norm(wanted, axis=0) - 1) < 0.2
        a, b = [v[:, directed] / np.maximum(np.linalg.norm(v[:, directed], axis=0), 1e-12) for v in (logits, wanted)]
        degrees = np.degrees(2 * np.arctan2(np.linalg.norm(a - b, axis=0), np.linalg.norm(a + b, axis=0)))
        self.sum += degrees.sum()
        self.counts += np.bincount((degrees / ANGLE_BIN).astype(np.int64), minlength=len(self.counts))[:len(self.counts)]

    def result(self):
        count, edges = max(self.counts.sum(), 1), (np.arange(len(self.counts)) + 1) * ANGLE_BIN
        return {'mean': self.sum / count, 'median': float(edges[np.searchsorted(np.cumsum(self.counts), count / 2)]),
                **{f'within{name}': 100 * self.counts[edges <= degrees + 1e-9].sum() / count
                   for name, degrees in (('11_25', 11.25), ('22_5', 22.5), ('30', 30))}}


class Marks:
    """The best F-measure over thresholds of the probability, in percent, of single pixels without any tolerance, so for boundaries it
    is not odsF. beta squared is 1 for boundaries and 0.3 for saliency, as is usual."""

    def __init__(self, task):
        self.name, self.beta = ('maxF', 0.3) if task.id == 'sal' else ('pixelF', 1.0)
        self.counts = np.zeros((len(THRESHOLDS), 3), np.int64)  # true, false positives, missed

    def add(self, logits, label):
        known = label != IGNORE
        margin = logits[0] if len(logits) == 1 else logits[1] - logits[0]
        truth, probability = label[known] == 1, 1 / (1 + np.exp(-margin[known]))
        for row, threshold in enumerate(THRESHOLDS):
            marked = probability >= threshold
            hits = (marked & truth).sum()
            self.counts[row] += (hits, marked.sum() - hits, truth.sum() - hits)

    def result(self):
        hits, false, missed = self.counts.T
        f = (1 + self.beta) * hits / np.maximum((1 + self.beta) * hits + false + self.beta * missed, 1)
        return {self.name: 100 * f.max(), 'threshold': float(THRESHOLDS[f.argmax()])}


KINDS = {'class': Classes, 'scalar': Distances, 'vector': Directions, 'probability': Marks}


class Metrics:
    """Add samples with `add`, read {task: figures} with `result`."""

    def __init__(self, tasks):
        self.tasks = {task.id: KINDS[task.kind](task) for task in tasks}
        self.count = 0

    def add(self, logits, sample):
        """logits {task: float32 (K,h,w)} at the size of the sample's labels; see data.sample."""
        self.count += 1
        for task, metric in self.tasks.items():
            metric.add(logits[task], sample[task])

    def result(self):
        return {'rooms': self.count, **{task: metric.result() for task, metric in self.tasks.items()}}


# The figure of each task that a curve shows.
HEADLINES = {'semseg': 'mIoUPresent', 'human_parts': 'mIoUPresent', 'sal': 'maxF', 'depth': 'rmse', 'normals': 'mean', 'edge': 'pixelF'}
