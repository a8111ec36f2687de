"""How each form of the model is trained: everything that is a choice of the recipe rather than of a run."""

import math
from dataclasses import dataclass
from typing import Callable

import torch

from .augment import demo_view
from .augment_paper import paper_view
from .losses import demo_losses, paper_losses

WARM_UP = 100  # steps


@dataclass(frozen=True)
class Recipe:
    """optimiser(net, lr); schedule(step, progress) -> factor of the learning rate, progress in 0..1 of the budget; weights of the
    tasks' losses; balanced: whether semseg's classes are weighted by their frequency; view(sample, size, rng); sizes: ((until
    progress, fraction of the model's input), ...); ema: decay of the averaged weights, None for none; clip: largest gradient norm."""

    optimiser: Callable
    schedule: Callable
    lr: float
    batch: int
    weights: dict
    balanced: bool
    view: Callable
    sizes: tuple
    ema: float | None
    clip: float | None

    def losses(self, edge_positive, semseg_weights):
        return demo_losses(edge_positive, semseg_weights) if self.balanced else paper_losses(edge_positive)


def adamw(net, lr):
    decayed, plain = [[p for p in net.parameters() if (p.ndim > 1) == wide] for wide in (True, False)]
    return torch.optim.AdamW([{'params': decayed, 'weight_decay': 0.03}, {'params': plain, 'weight_decay': 0.0}], lr=lr, betas=(0.9, 0.98))


def sgd(net, lr):
    return torch.optim.SGD(net.parameters(), lr=lr, momentum=0.9, weight_decay=5e-4)


def cosine(step, progress):
    """Linear warm-up over steps, cosine to zero over the budget."""
    return min(1.0, (step + 1) / WARM_UP) * 0.5 * (1 + math.cos(math.pi * min(progress, 1.0)))


def poly(step, progress):
    return (1 - min(progress, 1.0)) ** 0.9


# Weights of the released form are the paper's code's. Those of the scale-aware form bring its losses, which differ in scale, to the
# same order; PASCAL's two were not tuned.
RECIPES = {
    'scale-aware': Recipe(adamw, cosine, 1.5e-3, 16, {'semseg': 1, 'human_parts': 1, 'sal': 1, 'depth': 1, 'normals': 2, 'edge': 10}, True,
                          demo_view, ((0.45, 1 / 2), (0.8, 3 / 4), (1.0, 1)), 0.995, 1.0),
    'released': Recipe(sgd, poly, 1e-3, 8, {'semseg': 1, 'human_parts': 2, 'sal': 5, 'depth': 1, 'normals': 10, 'edge': 50}, False,
                       paper_view, ((1.0, 1),), None, None),
}
