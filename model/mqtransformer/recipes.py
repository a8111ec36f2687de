"""How each form of the model is trained: everything that is a choice of the recipe rather than of a run."""

import math
from dataclasses import dataclass, replace
from typing import Callable

import torch

from .augment import demo_view, whole_view
from .augment_paper import paper_view
from .losses import demo_losses, near_distances, paper_losses, root_distances

WARM_UP = 100  # steps


@dataclass(frozen=True)
class Recipe:
    """optimiser(net, lr), whose groups may say by what `factor` their learning rate differs; schedule(step, progress) -> factor of
    the learning rate, progress in 0..1 of the budget; weights of the tasks' losses; depth: the loss of depth, and semseg's classes
    weighted by their frequency, None for the papers' losses; view(sample, size, rng); sizes: ((until progress, fraction of the model's
    input), ...); ema: decay of the averaged weights, None for none; clip: largest gradient norm."""

    optimiser: Callable
    schedule: Callable
    lr: float
    batch: int
    weights: dict
    depth: Callable | None
    view: Callable
    sizes: tuple
    ema: float | None
    clip: float | None

    def finishing(self):
        """This recipe for the end of a training: pictures of full size only, and of whole rooms; depth counts double, by what it is
        measured with. Raises ValueError for the papers' recipe, which has no such end."""
        if self.depth is None:
            raise ValueError('--finish is for the scale-aware form: the papers train with one recipe to the end')
        return replace(self, view=whole_view, sizes=((1.0, 1),), depth=root_distances, weights={**self.weights, 'depth': 2})

    def losses(self, edge_positive, semseg_weights):
        return demo_losses(edge_positive, semseg_weights, self.depth) if self.depth else paper_losses(edge_positive)


def adamw(net, lr):
    """A backbone that may begin with trained weights (csp) learns slower than what begins with none."""
    slow = 0.3 if net.config.backbone == 'csp' else 1.0
    groups = [{'params': [p for name, p in net.named_parameters() if (p.ndim > 1) == wide and name.startswith('backbone.') == inner],
               'weight_decay': 0.03 if wide else 0.0, 'factor': slow if inner else 1.0} for wide in (True, False) for inner in (True, False)]
    return torch.optim.AdamW(groups, lr=lr, betas=(0.9, 0.98))


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
    'scale-aware': Recipe(adamw, cosine, 1.5e-3, 16, {'semseg': 1, 'human_parts': 1, 'sal': 1, 'depth': 1, 'normals': 2, 'edge': 10},
                          near_distances, demo_view, ((0.45, 1 / 2), (0.8, 3 / 4), (1.0, 1)), 0.995, 1.0),
    'released': Recipe(sgd, poly, 1e-3, 8, {'semseg': 1, 'human_parts': 2, 'sal': 5, 'depth': 1, 'normals': 10, 'edge': 50}, None,
                       paper_view, ((1.0, 1),), None, None),
}
