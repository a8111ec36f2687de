"""Losses of the four tasks, as the field trains them. Logits are brought to the targets' resolution first."""

import numpy as np
import torch
import torch.nn.functional as F

from .classes import IGNORE

# semseg, depth and edge: the field's weights are 1, 1 and 50 on a mean over pixels; normals 10 on L1. Here each term is smaller
# or larger by its own scale (see README), and these bring the four to the same order.
WEIGHTS = {'semseg': 1.0, 'depth': 1.0, 'normals': 2.0, 'edge': 10.0}
EDGE_POSITIVE = 0.8
AUXILIARY = 0.3


def class_weights(counts):
    """Light balancing: (median / frequency)^(1/4) within [0.5, 2.5]; classes that never occur weigh 1."""
    counts = np.asarray(counts, np.float64)
    seen = counts > 0
    weights = np.ones(len(counts))
    weights[seen] = np.clip((np.median(counts[seen]) / counts[seen]) ** 0.25, 0.5, 2.5)
    return torch.tensor(weights, dtype=torch.float32)


def masked_mean(values, mask):
    return (values * mask).sum() / mask.sum().clamp(min=1)


def task_losses(logits, targets, semseg_weights):
    """{task: scalar}. logits {task: (B,K,h,w)}, any resolution; targets as augment.collate gives them."""
    sized = {task: F.interpolate(value.float(), size=targets[task].shape[-2:], mode='bilinear', align_corners=False)
             for task, value in logits.items()}
    depth, known = sized['depth'][:, 0], targets['depth'] > 0
    error = (depth - targets['depth']).abs()
    normals = F.normalize(sized['normals'], dim=1, eps=1e-6)
    directed = (targets['normals'].abs().sum(1) > 0)
    cosine = (normals * targets['normals']).sum(1)
    edge = targets['edge']
    balance = torch.where(edge > 0.5, EDGE_POSITIVE, 1 - EDGE_POSITIVE) * (edge != IGNORE)
    return {
        'semseg': F.cross_entropy(sized['semseg'], targets['semseg'], weight=semseg_weights, ignore_index=IGNORE),
        'depth': masked_mean(error + error / targets['depth'].clamp(min=0.5), known),
        'normals': masked_mean((normals - targets['normals']).abs().sum(1) / 3 + 1 - cosine, directed),
        'edge': masked_mean(F.binary_cross_entropy_with_logits(sized['edge'][:, 0], edge.clamp(max=1), reduction='none') * balance,
                            edge != IGNORE),
    }


def total_loss(outputs, targets, coarse_targets, semseg_weights):
    """(scalar to minimise, {task: value of the main loss})."""
    main = task_losses(outputs.logits, targets, semseg_weights)
    auxiliary = task_losses(outputs.auxiliary, coarse_targets, semseg_weights)
    total = sum(WEIGHTS[task] * (main[task] + AUXILIARY * auxiliary[task]) for task in main)
    return total, {task: value.item() for task, value in main.items()}
