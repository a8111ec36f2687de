"""Losses of every task, as the field trains them. Logits are brought to the targets' resolution first."""

import numpy as np
import torch
import torch.nn.functional as F

from .classes import IGNORE

AUXILIARY = 0.3  # weight of the coarse logits of deep supervision


def class_weights(counts):
    """Light balancing: (median / frequency)^(1/4) within [0.5, 2.5]; classes that never occur weigh 1."""
    counts = np.asarray(counts, np.float64)
    seen = counts > 0
    weights = np.ones(len(counts))
    weights[seen] = np.clip((np.median(counts[seen]) / counts[seen]) ** 0.25, 0.5, 2.5)
    return torch.tensor(weights, dtype=torch.float32)


def masked_mean(values, mask):
    return (values * mask).sum() / mask.sum().clamp(min=1)


def classes(logits, target, weights=None):
    """Cross entropy over the pixels that are not ignored; 0 where all are."""
    if (target == IGNORE).all():
        return logits.sum() * 0
    return F.cross_entropy(logits, target, weight=weights, ignore_index=IGNORE)


def balanced_classes(logits, target):
    """Cross entropy of two classes, each pixel weighted by the other class's share of the batch, mean over the known pixels."""
    known = target != IGNORE
    positive = masked_mean((target == 1).float(), known)
    weights = torch.where(target == 1, 1 - positive, positive) * known
    return masked_mean(F.cross_entropy(logits, target, ignore_index=IGNORE, reduction='none') * weights, known)


def boundaries(logits, target, positive):
    """Binary cross entropy, boundary pixels weighted by `positive` and others by 1 - positive."""
    known = target != IGNORE
    balance = torch.where(target > 0.5, positive, 1 - positive) * known
    return masked_mean(F.binary_cross_entropy_with_logits(logits[:, 0], target.clamp(max=1), reduction='none') * balance, known)


def distances(logits, target):
    """L1 in metres."""
    return masked_mean((logits[:, 0] - target).abs(), target > 0)


def near_distances(logits, target):
    """L1 in metres plus L1 relative to the depth, so that near things count as much as far ones."""
    error = (logits[:, 0] - target).abs()
    return masked_mean(error + error / target.clamp(min=0.5), target > 0)


def root_distances(logits, target):
    """L1 in metres plus half its square: towards the mean of what is likely, by which a root mean square is least."""
    error = (logits[:, 0] - target).abs()
    return masked_mean(error + error.square() / 2, target > 0)


def directions(logits, target):
    """L1 between unit vectors, mean over their three components."""
    normals, directed = F.normalize(logits, dim=1, eps=1e-6), target.abs().sum(1) > 0
    return masked_mean((normals - target).abs().sum(1) / 3, directed)


def angles(logits, target):
    """As `directions`, plus 1 - cosine, whose slope does not vanish with the angle's first order."""
    normals, directed = F.normalize(logits, dim=1, eps=1e-6), target.abs().sum(1) > 0
    return directions(logits, target) + masked_mean(1 - (normals * target).sum(1), directed)


def paper_losses(edge_positive):
    """{task: loss} of the papers' code."""
    return {'semseg': classes, 'human_parts': classes, 'sal': balanced_classes, 'depth': distances, 'normals': directions,
            'edge': lambda logits, target: boundaries(logits, target, edge_positive)}


def demo_losses(edge_positive, semseg_weights, depth):
    return {**paper_losses(edge_positive), 'semseg': lambda logits, target: classes(logits, target, semseg_weights.to(logits.device)),
            'depth': depth, 'normals': angles}


def task_losses(losses, logits, targets):
    """{task: scalar}. logits {task: (B,K,h,w)}, any resolution; targets as augment.collate gives them."""
    return {task: losses[task](F.interpolate(value.float(), size=targets[task].shape[-2:], mode='bilinear', align_corners=False),
                               targets[task]) for task, value in logits.items()}


def total_loss(losses, weights, outputs, targets, coarse_targets):
    """(scalar to minimise, {task: value of the main loss}). `weights` {task: factor}."""
    main = task_losses(losses, outputs.logits, targets)
    total = sum(weights[task] * value for task, value in main.items())
    if outputs.auxiliary:
        coarse = task_losses(losses, outputs.auxiliary, coarse_targets)
        total = total + AUXILIARY * sum(weights[task] * value for task, value in coarse.items())
    return total, {task: value.detach() for task, value in main.items()}
