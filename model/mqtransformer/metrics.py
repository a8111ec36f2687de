"""Metrics pooled over the pixels of a data set."""

import numpy as np

from .classes import IGNORE, NYUD40

EDGE_THRESHOLDS = np.arange(0.05, 1.0, 0.05)
ANGLE_BIN = 0.1  # degrees; the median is read from a histogram this fine


class Metrics:
    """Add rooms with `add`, read all figures with `result`."""

    def __init__(self):
        self.confusion = np.zeros((len(NYUD40), len(NYUD40)), np.int64)
        self.depth = np.zeros(3)  # squared error, relative error, pixels
        self.angles = np.zeros(int(180 / ANGLE_BIN) + 1, np.int64)
        self.angle_sum = 0.0
        self.edge = np.zeros((len(EDGE_THRESHOLDS), 3), np.int64)  # true, false positives, missed
        self.rooms = 0

    def add(self, logits, semseg, depth, normals, directed, edge):
        """logits {task: float32 (K,h,w)}; semseg u8 (255 void); depth metres (0 invalid); normals (3,h,w); directed bool; edge u8."""
        self.rooms += 1
        self._add_semseg(logits['semseg'].argmax(0), semseg)
        self._add_depth(np.maximum(logits['depth'][0], 0), depth)
        self._add_normals(logits['normals'], normals, directed)
        self._add_edge(1 / (1 + np.exp(-logits['edge'][0])), edge)

    def _add_semseg(self, found, wanted):
        known = wanted != IGNORE
        pairs = wanted[known].astype(np.int64) * len(NYUD40) + found[known]
        self.confusion += np.bincount(pairs, minlength=len(NYUD40) ** 2).reshape(self.confusion.shape)

    def _add_depth(self, found, wanted):
        known = wanted > 0
        error = found[known].astype(np.float64) - wanted[known]
        self.depth += ((error ** 2).sum(), (np.abs(error) / wanted[known]).sum(), known.sum())

    def _add_normals(self, found, wanted, directed):
        """Angle 2 atan2(|a-b|, |a+b|) between unit vectors, which stays exact for small angles."""
        a, b = [v[:, directed] / np.maximum(np.linalg.norm(v[:, directed], axis=0), 1e-12) for v in (found, wanted)]
        degrees = np.degrees(2 * np.arctan2(np.linalg.norm(a - b, axis=0), np.linalg.norm(a + b, axis=0)))
        self.angle_sum += degrees.sum()
        self.angles += np.bincount((degrees / ANGLE_BIN).astype(np.int64), minlength=len(self.angles))[:len(self.angles)]

    def _add_edge(self, found, wanted):
        known = wanted != IGNORE
        truth, probability = wanted[known] == 1, found[known]
        for row, threshold in enumerate(EDGE_THRESHOLDS):
            marked = probability >= threshold
            hits = (marked & truth).sum()
            self.edge[row] += (hits, marked.sum() - hits, truth.sum() - hits)

    def result(self):
        """mIoU and F in percent, depth in metres, normals in degrees. `mIoUPresent` averages over classes in the ground truth;
        `mIoUPaper` over all 40, absent ones as 0. `pixelF`: F of edge pixels without any tolerance; it is not odsF."""
        hits = np.diag(self.confusion)
        union = self.confusion.sum(0) + self.confusion.sum(1) - hits
        present = self.confusion.sum(1) > 0
        iou = hits / np.maximum(union, 1)
        squared, relative, pixels = self.depth
        count = max(self.angles.sum(), 1)
        edges = (np.arange(len(self.angles)) + 1) * ANGLE_BIN
        cumulated = np.cumsum(self.angles)
        f = 2 * self.edge[:, 0] / np.maximum(2 * self.edge[:, 0] + self.edge[:, 1] + self.edge[:, 2], 1)
        return {
            'rooms': self.rooms,
            'semseg': {'mIoUPresent': 100 * iou[present].mean() if present.any() else 0.0, 'mIoUPaper': 100 * iou.mean(),
                       'pixelAccuracy': 100 * hits.sum() / max(self.confusion.sum(), 1), 'classesPresent': int(present.sum()),
                       'iou': {NYUD40[i]: 100 * iou[i] for i in np.flatnonzero(present)}},
            'depth': {'rmse': (squared / max(pixels, 1)) ** 0.5, 'absRel': relative / max(pixels, 1)},
            'normals': {'mean': self.angle_sum / count, 'median': float(edges[np.searchsorted(cumulated, count / 2)]),
                        **{f'within{name}': 100 * self.angles[edges <= degrees + 1e-9].sum() / count
                           for name, degrees in (('11_25', 11.25), ('22_5', 22.5), ('30', 30))}},
            'edge': {'pixelF': 100 * f.max(), 'threshold': float(EDGE_THRESHOLDS[f.argmax()])},
        }
