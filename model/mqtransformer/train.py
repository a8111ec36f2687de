"""`train`: trains a form of the model on a data set by the form's recipe, within a budget of steps or minutes.

Everything needed to go on is in last.pt: run again, it resumes. model.pt is for use (where the recipe averages weights, the average).
log.csv and curves.svg show the run. For several processes or GPUs start it with torchrun."""

import json
import math
import time
from pathlib import Path

import numpy as np
import torch

from . import build
from .checkpoint import notes_of, save
from .curves import Log, draw, read_log
from .data import DATA_SETS
from .evaluate import evaluate
from .forms import network_of
from .losses import class_weights
from .machine import machine
from .metrics import HEADLINES
from .recipes import RECIPES
from .released.safe_read import read_checkpoint
from .trainer import Trainer
from .views import Places, batches, class_counts, seed_step

SMALLEST = 64  # pixels of height; recipes that begin with small pictures begin no smaller
VALIDATED = 48  # samples for the curve; the figures to report come from `evaluate`
LOGGED = 50  # steps


def view_size(sizes, progress, config):
    """Even (height, width) of the pictures at this progress of the budget."""
    scale = next(scale for until, scale in sizes if progress < until or until == 1)
    scale = min(1, max(scale, SMALLEST / config.height))
    return tuple(2 * int(length * scale / 2) for length in (config.height, config.width))


class Run:
    """One process of a training run."""

    def __init__(self, args):
        torch.set_num_threads(args.threads)
        recipe = RECIPES[args.form]
        self.args, self.machine, self.recipe = args, machine(args.precision), recipe.finishing() if args.finish else recipe
        self.data, self.config = DATA_SETS[args.data], build.make_config(args)
        self.samples = self.data.open(args.root, args.split).first(args.limit)
        tasks = [task.id for task in self.config.tasks]
        missing = set(tasks) - set(self.samples.tasks)
        if missing or len(self.samples) < args.batch:
            raise SystemExit(f'{args.root} has {len(self.samples)} samples with {", ".join(self.samples.tasks)}; '
                             f'needed are {", ".join(tasks)} and at least one batch of {args.batch}')
        torch.manual_seed(args.seed)
        self.trainer = Trainer(network_of(self.config.to_dict()), self.recipe, self.losses(), self.machine, args.lr or self.recipe.lr,
                               args.compile)
        self.origin = {'file': args.init.name, 'notes': notes_of(args.init)} if args.init else None
        self.begin()
        self.clock = time.time() - self.trainer.seconds

    def losses(self):
        balanced = self.recipe.depth is not None and 'semseg' in [task.id for task in self.config.tasks]
        counts = class_counts(self.samples, next(t.channels for t in self.config.tasks if t.id == 'semseg')) if balanced else None
        losses = self.recipe.losses(self.data.edge_positive, class_weights(counts) if balanced else None)
        return {task.id: losses[task.id] for task in self.config.tasks}

    def begin(self):
        """Resumes the run in `out`, or begins it from --init's weights or from new ones."""
        last = self.args.out / 'last.pt'
        if last.exists():
            state = read_checkpoint(last)
            changed = {key: (value, self.identity()[key]) for key, value in state['identity'].items() if self.identity()[key] != value}
            if changed:
                raise SystemExit(f'{last} belongs to a run with other options {{name: (then, now)}}: {changed}; choose another --out')
            self.trainer.restore(state)
        elif self.args.init:
            self.trainer.begin_from(build.initial_weights(self.args.init, self.trainer.own))

    def identity(self):
        """What must not change when a run is resumed. The budget may."""
        return {'model': self.config.to_dict(), 'form': self.args.form, 'data': self.args.data, 'samples': len(self.samples),
                'batch': self.args.batch, 'processes': self.machine.num_processes, 'seed': self.args.seed, 'lr': self.trainer.lr,
                'finish': self.args.finish}

    @property
    def progress(self):
        """Spent part of the budget, of time or of steps, whichever is further."""
        return max(self.trainer.seconds / 60 / self.args.minutes, self.trainer.step / self.args.steps)

    def train(self):
        trainer, args, main = self.trainer, self.args, self.machine.is_main_process
        places = Places(trainer.step, args.batch, self.machine.process_index, self.machine.num_processes,
                        lambda: view_size(self.recipe.sizes, self.progress, self.config))
        losses = [f'loss_{task}' for task in trainer.losses]
        validations = [f'val_{task}_{HEADLINES[task]}' for task in trainer.losses] if args.val else []
        fields = ['minutes', 'step', 'seen', 'height', 'lr', 'images_per_second', *losses, *validations]
        log = Log(args.out / 'log.csv', fields, trainer.step) if main else None
        saved, recent, shown = trainer.seconds, [], (trainer.seconds, trainer.step)
        drawn = batches(self.samples, self.recipe, args.seed, places, args.workers)
        while self.progress < 1:
            image, targets = next(drawn)
            seed_step(args.seed, trainer.step, self.machine.process_index)
            values, lr = trainer.train_step(image, targets, self.progress), trainer.optimiser.param_groups[-1]['lr']
            # One time for all processes, so that all of them take the same decisions.
            spent = torch.tensor(time.time() - self.clock, dtype=torch.float64, device=self.machine.device)
            trainer.seconds = self.machine.reduce(spent, 'mean').item()
            recent.append(torch.stack(list(values.values())))
            due = trainer.seconds - saved >= args.every * 60 or self.progress >= 1
            if main and (trainer.step % LOGGED == 0 or due):
                row = dict(zip(losses, torch.stack(recent).mean(0).tolist()))
                each = args.batch * self.machine.num_processes
                row.update(minutes=trainer.seconds / 60, step=trainer.step, seen=trainer.step * each, height=image.shape[2], lr=lr,
                           images_per_second=each * (trainer.step - shown[1]) / max(trainer.seconds - shown[0], 1e-9))
                if due:
                    row.update(self.validate())
                    self.save()
                log.write(row)
                draw(args.out / 'curves.svg', read_log(log.path), [*losses, *validations])
                print(json.dumps(row), flush=True)
                recent, shown = [], (trainer.seconds, trainer.step)
            saved = trainer.seconds if due else saved
        self.machine.wait_for_everyone()
        self.machine.end_training()

    def validate(self):
        if not self.args.val:
            return {}
        samples = self.data.open(self.args.val, self.args.val_split)
        chosen = np.linspace(0, len(samples) - 1, min(VALIDATED, len(samples))).astype(int)
        average = self.trainer.average.eval()
        result = evaluate(average, type(samples)([samples.ids[i] for i in chosen], samples.read, samples.tasks))
        self.trainer.net.train()
        return {f'val_{task}_{HEADLINES[task]}': float(result[task][HEADLINES[task]]) for task in self.trainer.losses}

    def save(self):
        args, trainer, identity = self.args, self.trainer, self.identity()
        notes = {'steps': trainer.step, 'minutes': trainer.seconds / 60, 'seen': trainer.step * args.batch * identity['processes'],
                 'rooms': len(self.samples), **{key: identity[key] for key in ('form', 'data', 'seed', 'batch', 'processes', 'lr', 'finish')},
                 'precision': args.precision, 'init': self.origin,
                 'budget': {name: value for name in ('minutes', 'steps') if math.isfinite(value := getattr(args, name))},
                 'torch': str(torch.__version__)}
        save(args.out / 'model.pt', {'config': self.config.to_dict(), 'model': trainer.average.state_dict(), 'notes': notes})
        save(args.out / 'last.pt', {**trainer.state(), 'identity': identity})
        (args.out / 'config.json').write_text(json.dumps({'model': self.config.to_dict(), 'training': notes}, indent=1) + '\n')


def add_arguments(parser):
    parser.add_argument('--form', choices=RECIPES, default='scale-aware', help='the form of the model; it brings its recipe')
    parser.add_argument('--data', choices=DATA_SETS, default='rooms')
    parser.add_argument('--root', type=Path, required=True, help='folder of the data set; for rooms also what `prepare` wrote')
    build.add_arguments(parser)
    parser.add_argument('--split', default='train')
    parser.add_argument('--limit', type=int, help='only the first so many samples')
    parser.add_argument('--val', type=Path, help='folder of the samples for the curve')
    parser.add_argument('--val-split', default='val')
    parser.add_argument('--out', type=Path, required=True)
    parser.add_argument('--init', type=Path, help='begin with the weights of this model.pt or last.pt, or the backbone of a Lightning checkpoint')
    parser.add_argument('--finish', action='store_true', help='for --init with a trained model: full size and whole pictures only')
    parser.add_argument('--minutes', type=float, default=math.inf, help='budget of wall-clock time, resumed time included')
    parser.add_argument('--steps', type=float, default=math.inf, help='budget of steps: repeatable, whatever the machine does')
    parser.add_argument('--batch', type=int, help='pictures of each process in a step; default: the recipe\'s')
    parser.add_argument('--lr', type=float, help='default: the recipe\'s')
    parser.add_argument('--seed', type=int, default=0)
    parser.add_argument('--threads', type=int, default=2, help='threads of each process')
    parser.add_argument('--workers', type=int, default=0, help='processes that read and augment for each process')
    parser.add_argument('--precision', choices=('float32', 'bfloat16'), default='float32', help='bfloat16: mixed precision')
    parser.add_argument('--compile', action='store_true', help='let torch compile the network for each size of pictures: minutes first, faster then')
    parser.add_argument('--every', type=float, default=5, help='minutes between validations and checkpoints')


def main(args):
    if math.isinf(args.minutes) and math.isinf(args.steps):
        raise SystemExit('give a budget: --minutes, --steps or both')
    args.batch = args.batch or RECIPES[args.form].batch
    args.out.mkdir(parents=True, exist_ok=True)
    try:
        Run(args).train()
    except (ValueError, OSError) as error:
        raise SystemExit(f'train: {error}') from error
