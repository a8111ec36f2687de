"""Every metric written from its definition with NumPy, SciPy and scikit-image; the oracle of the metrics' tests and the
other side of their benchmark. `python metrics_oracle.py FOLDER TASKS TOLERANCE CLASSES [LIMIT]` reads
FOLDER/<task>-<i>-label.npy and FOLDER/<task>-<i>-prediction.npy and prints JSON: the figures of every task and the processor
seconds spent on them. It is ended when it has used LIMIT processor seconds."""

import glob
import json
import resource
import sys
import time

import numpy as np
from scipy.ndimage import convolve1d, map_coordinates
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import maximum_bipartite_matching
from scipy.spatial import cKDTree
from skimage.morphology import thin

HED = np.array([0.001] + [k / 100 for k in range(1, 100)])


def confusion(label, prediction, classes):
    keep = label != 255
    hits = np.array([np.sum(keep & (label == c) & (prediction == c)) for c in range(classes)], float)
    truth = np.array([np.sum(keep & (label == c)) for c in range(classes)], float)
    found = np.array([np.sum(keep & (prediction == c)) for c in range(classes)], float)
    return np.stack([hits, truth, found])


def class_modes(counts):
    hits, truth, found = counts
    union = truth + found - hits
    iou = np.divide(hits, union, out=np.zeros_like(hits), where=union > 0)
    accuracy = 100 * hits.sum() / truth.sum()
    return {
        "paper": {"mIoU": 100 * iou.mean(), "pixelAccuracy": accuracy},
        "strict": {"mIoU": 100 * iou[truth > 0].mean(), "pixelAccuracy": accuracy},
        "counts": counts.tolist(),
    }


def semseg(pairs, classes, _):
    return class_modes(sum(confusion(label, prediction, classes) for label, prediction in pairs))


def human_parts(pairs, classes, _):
    paper = strict = np.zeros((3, classes))
    for label, prediction in pairs:
        strict = strict + confusion(label, prediction, classes)
        ignored = np.full_like(label, 255) if np.isin(label, (0, 255)).all() else label
        paper = paper + confusion(ignored, prediction, classes)
    return {"paper": class_modes(paper)["paper"], "strict": class_modes(strict)["strict"]}


def depth(pairs, _, __):
    label = np.concatenate([l.ravel() for l, _ in pairs]).astype(float)
    prediction = np.concatenate([p.ravel() for _, p in pairs]).astype(float)
    scored = np.where(label == 0, 255, label)
    valid = label > 0
    d, p = label[valid], prediction[valid]
    with np.errstate(divide="ignore"):
        factor = np.maximum(d / p, p / d)
    rest = {"absRel": np.mean(np.abs(p - d) / d)}
    for k in (1, 2, 3):
        rest[f"delta{k}"] = 100 * np.mean(factor < 1.25**k)
    return {
        "paper": {"rmse": np.sqrt(np.mean((prediction - scored) ** 2)), **rest},
        "strict": {"rmse": np.sqrt(np.mean((p - d) ** 2)), **rest},
    }


def unit(vectors):
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.divide(vectors, length, out=np.zeros_like(vectors), where=length > 0)


def normals(pairs, _, __):
    label = np.concatenate([l.reshape(-1, 3) for l, _ in pairs]).astype(float)
    prediction = unit(np.concatenate([p.reshape(-1, 3) for _, p in pairs]).astype(float))

    def figures(label, prediction):
        a = unit(label)
        apart = np.linalg.norm(a - prediction, axis=1)
        together = np.linalg.norm(a + prediction, axis=1)
        angle = np.degrees(2 * np.arctan2(apart, together))
        limits = {"within11_25": 11.25, "within22_5": 22.5, "within30": 30}
        return {
            "mean": angle.mean(),
            "median": np.median(angle),
            **{name: 100 * np.mean(angle < limit) for name, limit in limits.items()},
        }

    zero = ~label.any(axis=1)
    grey = np.where(zero[:, None], 1.0, label)
    return {"paper": figures(grey, prediction), "strict": figures(label[~zero], prediction[~zero])}


def sal(pairs, _, __):
    label = np.concatenate([l.ravel() for l, _ in pairs]) >= 0.5
    prediction = np.concatenate([p.ravel() for _, p in pairs])

    def max_f(thresholds):
        best = 0
        for threshold in thresholds:
            on = prediction >= np.float32(threshold)
            hits = np.sum(on & label)
            if hits:
                precision, recall = hits / on.sum(), hits / label.sum()
                best = max(best, 1.3 * precision * recall / (0.3 * precision + recall))
        return 100 * best

    modes = class_modes(confusion(label.astype(int), (prediction > 0.5).astype(int), 2))
    return {
        "paper": {"maxF": max_f([0.05 * k for k in range(1, 20)]), "mIoU": modes["paper"]["mIoU"]},
        "strict": {"maxF": max_f([k / 255 for k in range(1, 256)]), "mIoU": modes["strict"]["mIoU"]},
    }


def suppress(e, radius=4, margin=1.01, border=5):
    e = e.astype(float)
    height, width = e.shape
    triangle = np.array([*range(1, radius + 1), radius + 1, *range(radius, 0, -1)]) / (radius + 1) ** 2
    smooth = convolve1d(convolve1d(e, triangle, axis=1, mode="reflect"), triangle, axis=0, mode="reflect")
    s = np.pad(smooth, 1, mode="edge")
    dxx = 2 * smooth - s[1:-1, :-2] - s[1:-1, 2:]
    dyy = 2 * smooth - s[:-2, 1:-1] - s[2:, 1:-1]
    dxy = s[:-2, :-2] + s[2:, 2:] - s[:-2, 2:] - s[2:, :-2]
    angle = np.mod(np.arctan2(np.where(dxy > 0, -dyy, dyy), dxx), np.pi)
    y, x = np.mgrid[:height, :width].astype(float)
    keep = e > 0
    for side in (-1, 1):
        at = [y + side * np.sin(angle), x + side * np.cos(angle)]
        keep &= ~(e * margin < map_coordinates(e, at, order=1, mode="nearest"))
    kept = np.where(keep, e, 0)
    for position, size in ((x, width), (y, height)):
        kept = kept * np.minimum(1, np.minimum(position, size - 1 - position) / border)
    return kept


def pairs_within(a, b, radius):
    """Size of a maximum matching of two point sets with links of at most `radius` pixels."""
    if len(a) == 0 or len(b) == 0:
        return 0
    near = cKDTree(a).sparse_distance_matrix(cKDTree(b), radius + 1e-9, output_type="coo_matrix")
    links = coo_matrix((np.ones(len(near.row), bool), (near.row, near.col)), shape=(len(a), len(b))).tocsr()
    return int(np.sum(maximum_bipartite_matching(links, perm_type="column") >= 0))


def edge(pairs, _, tolerance):
    matched, predicted = np.zeros((2, len(HED)))
    labelled, own = 0, np.zeros(2)
    for label, prediction in pairs:
        radius = tolerance * np.sqrt(label.shape[0] ** 2 + label.shape[1] ** 2)
        truth = np.argwhere(thin(label >= 0.5))
        strength = suppress(prediction)
        m, p = np.zeros((2, len(HED)))
        for t, threshold in enumerate(HED):
            found = np.argwhere(thin(strength >= threshold))
            p[t] = len(found)
            m[t] = pairs_within(found, truth, radius)
        f = f_score(m, p, len(truth))
        own += (m[np.argmax(f)], p[np.argmax(f)])
        matched, predicted, labelled = matched + m, predicted + p, labelled + len(truth)
    f = f_score(matched, predicted, labelled)
    figures = {
        "odsF": 100 * f.max(),
        "odsThreshold": HED[np.argmax(f)],
        "oisF": 100 * float(f_score(own[0], own[1], labelled)),
    }
    counts = {"matched": matched.tolist(), "predicted": predicted.tolist(), "label": labelled}
    return {"paper": figures, "strict": figures, "counts": counts}


def f_score(matched, predicted, labelled):
    """2PR / (P + R) with P = matched / predicted and R = matched / labelled."""
    return 2 * np.asarray(matched) / np.maximum(1, np.asarray(predicted) + labelled)


def main(folder, tasks, tolerance, classes, limit=None):
    if limit:
        resource.setrlimit(resource.RLIMIT_CPU, (int(limit), int(limit)))
    result = {}
    for task in tasks.split(","):
        files = sorted(glob.glob(f"{folder}/{task}-*-label.npy"))
        pairs = [(np.load(name), np.load(name.replace("-label", "-prediction"))) for name in files]
        start = time.process_time()
        result[task] = globals()[task](pairs, int(classes), float(tolerance))
        result[task]["seconds"] = time.process_time() - start
    print(json.dumps(result, default=float))


if __name__ == "__main__":
    main(*sys.argv[1:])
