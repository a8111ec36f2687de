"""One run's state: weights, their average, the optimiser, and what was spent. Everything that a resumed run needs is in `state`."""

import copy

import torch

from .augment import coarser
from .losses import total_loss


class Trainer:
    """`net` computes and learns; `average` (EMA, or the net itself where the recipe has none) is what is kept for use."""

    def __init__(self, net, recipe, losses, machine, lr, compiled=False):
        self.recipe, self.losses, self.machine, self.lr = recipe, losses, machine, lr
        net = net.to(machine.device, memory_format=torch.channels_last).train()
        if machine.num_processes > 1 and machine.device.type == 'cuda':
            net = torch.nn.SyncBatchNorm.convert_sync_batchnorm(net)
        self.average = copy.deepcopy(net).eval() if recipe.ema else net
        if compiled:
            net.compile(dynamic=False)
        self.net, self.optimiser = machine.prepare(net, recipe.optimiser(net, lr))
        self.step, self.seconds = 0, 0.0

    @property
    def own(self):
        return self.machine.unwrap_model(self.net)

    def train_step(self, image, targets, progress):
        """One update from this process's batch. Returns {task: loss} as tensors. Raises FloatingPointError."""
        image = image.to(self.machine.device, memory_format=torch.channels_last)
        targets = {task: target.to(self.machine.device) for task, target in targets.items() if task in self.losses}
        for group in self.optimiser.param_groups:
            group['lr'] = self.lr * group.get('factor', 1.0) * self.recipe.schedule(self.step, progress)
        with self.machine.autocast():
            outputs = self.net(image)
        loss, values = total_loss(self.losses, self.recipe.weights, outputs, targets, coarser(targets))
        self.machine.backward(loss)
        if self.recipe.clip is not None:
            self.machine.clip_grad_norm_(self.net.parameters(), self.recipe.clip)
        if not torch.isfinite(loss):
            raise FloatingPointError(f'step {self.step}: the loss is {loss.item()}; {({task: v.item() for task, v in values.items()})}')
        self.optimiser.step()
        self.optimiser.zero_grad(set_to_none=True)
        self.step += 1
        if self.recipe.ema:
            self._follow()
        return values

    @torch.no_grad()
    def _follow(self):
        """Moves the average towards weights and batch statistics; faster in the first steps."""
        decay = min(self.recipe.ema, (1 + self.step) / (10 + self.step))
        for average, value in zip(self.average.parameters(), self.own.parameters()):
            average.lerp_(value, 1 - decay)
        for average, value in zip(self.average.buffers(), self.own.buffers()):
            average.copy_(average.lerp(value, 1 - decay) if value.is_floating_point() else value)

    def state(self):
        return {'net': self.own.state_dict(), 'average': self.average.state_dict(), 'optimiser': self.optimiser.state_dict(),
                'step': self.step, 'seconds': self.seconds}

    def restore(self, state):
        self.own.load_state_dict(state['net'])
        self.average.load_state_dict(state['average'])
        self.optimiser.load_state_dict(state['optimiser'])
        self.step, self.seconds = state['step'], state['seconds']

    def begin_from(self, weights):
        """Starts from other weights, {name: tensor}."""
        self.own.load_state_dict(weights)
        self.average.load_state_dict(weights)
