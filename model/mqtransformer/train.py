"""`train`: trains on packed rooms within a budget of minutes, small pictures first, and ends with the learning rate at zero.

An averaged copy of the weights (EMA) is what is kept for use. Everything needed to go on is in last.pt; run again, it resumes."""

import copy
import csv
import json
import math
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from .augment import coarser, collate, plain_view, random_view
from .checkpoint import load, save
from .config import ROOMS
from .losses import class_weights, total_loss
from .metrics import Metrics
from .network import MultiQueryNet
from .parallel import average, run_processes
from .prepare import pack_new
from .rooms import PackedRooms

# Up to this fraction of the budget: pictures this much smaller than the model's input.
SIZES = ((0.2, 1 / 3), (0.65, 1 / 2), (0.85, 3 / 4), (1.0, 1))
WARM_UP = 100  # steps
EMA_DECAY = 0.995
CLIP = 1.0


def view_size(progress, config):
    scale = next(scale for until, scale in SIZES if progress < until or until == 1)
    return 2 * int(config.height * scale / 2), 2 * int(config.width * scale / 2)


def learning_rate(peak, step, progress):
    """Linear warm-up over steps, cosine to zero over the budget."""
    return peak * min(1.0, (step + 1) / WARM_UP) * 0.5 * (1 + math.cos(math.pi * min(progress, 1.0)))


class Trainer:
    """`master` holds float32 weights, `worker` the copy that computes (bfloat16 except batch norms when asked for), `average` the EMA."""

    def __init__(self, config, args):
        torch.manual_seed(args.seed)
        self.rng = np.random.default_rng(args.seed)
        self.processes = args.processes
        self.dtype = getattr(torch, args.precision)
        self.master = MultiQueryNet(config)
        self.average = copy.deepcopy(self.master).eval()
        self.worker = self._working_copy()
        decayed = [p for p in self.master.parameters() if p.ndim > 1]
        plain = [p for p in self.master.parameters() if p.ndim <= 1]
        self.optimiser = torch.optim.AdamW([{'params': decayed, 'weight_decay': 0.03}, {'params': plain, 'weight_decay': 0.0}],
                                           lr=args.lr, betas=(0.9, 0.98))
        self.minutes, self.steps = args.minutes, args.steps
        self.step, self.seconds, self.seen = 0, 0.0, 0

    @property
    def progress(self):
        """Spent part of the budget, of time or of steps, whichever is further."""
        return max(self.seconds / 60 / self.minutes, self.step / self.steps)

    def _working_copy(self):
        worker = copy.deepcopy(self.master).to(dtype=self.dtype, memory_format=torch.channels_last)
        for module in worker.modules():
            if isinstance(module, torch.nn.BatchNorm2d):
                module.float()
        return worker.train()

    def train_step(self, image, targets, weights, lr):
        """One update. Returns the task losses."""
        image = image.to(self.dtype, memory_format=torch.channels_last)
        loss, values = total_loss(self.worker(image), targets, coarser(targets), weights)
        loss.backward()
        gradients = average([worker.grad.float() for worker in self.worker.parameters()])
        for master, worker, gradient in zip(self.master.parameters(), self.worker.parameters(), gradients):
            master.grad, worker.grad = gradient, None
        norm = torch.nn.utils.clip_grad_norm_(self.master.parameters(), CLIP)
        if not torch.isfinite(norm):
            raise FloatingPointError(f'step {self.step}: the gradient is not finite; losses {values}')
        for group in self.optimiser.param_groups:
            group['lr'] = lr
        self.optimiser.step()
        self._spread()
        self.step += 1
        self.seen += len(image) * self.processes
        return values

    @torch.no_grad()
    def _spread(self):
        """Copies master weights to the worker, and both weights and batch statistics into the average."""
        decay = min(EMA_DECAY, (1 + self.step) / (10 + self.step))
        for average, master, worker in zip(self.average.parameters(), self.master.parameters(), self.worker.parameters()):
            worker.copy_(master)
            average.lerp_(master, 1 - decay)
        for average, worker in zip(self.average.buffers(), self.worker.buffers()):
            average.copy_(worker if worker.dtype == torch.long else average.lerp(worker, 1 - decay))

    def state(self):
        return {'master': self.master.state_dict(), 'worker': self.worker.state_dict(), 'average': self.average.state_dict(),
                'optimiser': self.optimiser.state_dict(), 'rng': self.rng.bit_generator.state, 'step': self.step,
                'seconds': self.seconds, 'seen': self.seen}

    def restore(self, state):
        for name in ('master', 'worker', 'average', 'optimiser'):
            getattr(self, name).load_state_dict(state[name])
        self.rng.bit_generator.state = state['rng']
        self.step, self.seconds, self.seen = state['step'], state['seconds'], state['seen']


def validate(net, rooms, limit):
    """Metrics of packed rooms (none: nothing) at the model's resolution, for the curve; the reported ones come from `evaluate`."""
    if len(rooms) == 0:
        return {}
    metrics, size = Metrics(), (net.config.height, net.config.width)
    for index in np.linspace(0, len(rooms) - 1, min(limit, len(rooms))).astype(int):
        room = rooms[index]
        image, _ = collate([plain_view(room, size)])
        with torch.no_grad():
            logits = net(image).logits
        sized = {task: F.interpolate(value, size=size, mode='bilinear', align_corners=False)[0].numpy() for task, value in logits.items()}
        normals = room['normals'].astype(np.float32).transpose(2, 0, 1) * (2 / 255) - 1
        metrics.add(sized, room['semseg'], room['depth'].astype(np.float32), normals, room['normals'].any(-1), room['edge'])
    result = metrics.result()
    return {'val_mIoU': result['semseg']['mIoUPresent'], 'val_rmse': result['depth']['rmse'],
            'val_normals': result['normals']['mean'], 'val_edgeF': result['edge']['pixelF']}


class Log:
    """A CSV of the curves; a resumed run appends."""

    FIELDS = ('minutes', 'step', 'seen', 'rooms', 'height', 'lr', 'images_per_second', 'semseg', 'depth', 'normals', 'edge',
              'val_mIoU', 'val_rmse', 'val_normals', 'val_edgeF')

    def __init__(self, path):
        self.path = path
        if not path.exists():
            path.write_text(','.join(self.FIELDS) + '\n')

    def write(self, row):
        with self.path.open('a', newline='') as file:
            writer = csv.DictWriter(file, self.FIELDS)
            writer.writerow({key: round(value, 5) if isinstance(value, float) else value for key, value in row.items()})


def add_arguments(parser):
    parser.add_argument('--pack', type=Path, required=True, help='folder that `prepare` wrote')
    parser.add_argument('--val', type=Path, required=True, help='packed rooms for the curve; may appear later')
    parser.add_argument('--rooms', type=Path, help='folder whose new rooms are packed and used as they arrive')
    parser.add_argument('--out', type=Path, required=True)
    parser.add_argument('--minutes', type=float, default=math.inf, help='budget of wall-clock time, resumed time included')
    parser.add_argument('--steps', type=float, default=math.inf, help='budget of steps: repeatable, whatever the machine does')
    parser.add_argument('--batch', type=int, default=16)
    parser.add_argument('--lr', type=float, default=1.5e-3)
    parser.add_argument('--seed', type=int, default=0)
    parser.add_argument('--threads', type=int, default=2, help='threads of each process')
    parser.add_argument('--processes', type=int, default=1, help='each works on its own batch; gradients are averaged')
    parser.add_argument('--precision', choices=('float32', 'bfloat16'), default='float32', help='bfloat16 pays on CPUs that have it')
    parser.add_argument('--every', type=float, default=5, help='minutes between validations and checkpoints')


def save_all(trainer, args, config, rooms):
    notes = {'steps': trainer.step, 'minutes': trainer.seconds / 60, 'seen': trainer.seen, 'rooms': rooms, 'seed': args.seed,
             'batch': args.batch, 'processes': args.processes, 'lr': args.lr, 'precision': args.precision, 'budget': {name: value for name in ('minutes', 'steps') if math.isfinite(value := getattr(args, name))},
             'torch': str(torch.__version__)}
    save(args.out / 'model.pt', {'config': config.to_dict(), 'model': trainer.average.state_dict(), 'notes': notes})
    save(args.out / 'last.pt', trainer.state())
    (args.out / 'config.json').write_text(json.dumps({'model': config.to_dict(), 'training': notes}, indent=1) + '\n')


def load_rooms(args, config, rank):
    """The packed rooms and their class weights, after the first process has packed what is new."""
    if args.rooms and rank == 0:
        pack_new(args.rooms, args.pack, config.height, config.width)
    rooms = PackedRooms(args.pack)
    if len(rooms) < args.batch:
        raise SystemExit(f'{args.pack} holds {len(rooms)} packed rooms, one batch is {args.batch}: run `prepare` first')
    return rooms, class_weights(rooms.class_counts())


def run(rank, args):
    """The loop of one process. The first one also validates, logs and saves."""
    torch.set_num_threads(args.threads)
    config, trainer = ROOMS, Trainer(ROOMS, args)
    if (args.out / 'last.pt').exists():
        trainer.restore(load(args.out / 'last.pt'))
    if rank > 0:
        trainer.rng = np.random.default_rng((args.seed, rank, trainer.step))
    order, recent = [], []
    saved, before, clock = trainer.seconds, trainer.seconds, time.time()
    log = Log(args.out / 'log.csv') if rank == 0 else None
    while trainer.progress < 1:
        if len(order) < args.batch:
            rooms, weights = load_rooms(args, config, rank)
            order = list(trainer.rng.permutation(len(rooms)))
        size, lr = view_size(trainer.progress, config), learning_rate(args.lr, trainer.step, trainer.progress)
        views = [random_view(rooms[order.pop()], size, trainer.rng) for _ in range(args.batch)]
        started = trainer.seconds
        values = trainer.train_step(*collate(views), weights, lr)
        # One time for all processes, so that all of them take the same decisions.
        trainer.seconds = average([torch.tensor([before + time.time() - clock])])[0].item()
        recent.append({**values, 'seconds': trainer.seconds - started})
        due = trainer.seconds - saved >= args.every * 60 or trainer.progress >= 1
        if rank == 0 and (trainer.step % 50 == 0 or due):
            row = {task: float(np.mean([entry[task] for entry in recent])) for task in values}
            row.update(minutes=trainer.seconds / 60, step=trainer.step, seen=trainer.seen, rooms=len(rooms), height=size[0], lr=lr,
                       images_per_second=args.processes * args.batch * len(recent) / sum(entry['seconds'] for entry in recent))
            recent = []
            if due:
                row.update(validate(trainer.average, PackedRooms(args.val), 48))
                save_all(trainer, args, config, len(rooms))
            log.write(row)
            print(json.dumps(row), flush=True)
        if due:
            saved = trainer.seconds


def main(args):
    if math.isinf(args.minutes) and math.isinf(args.steps):
        raise SystemExit('give a budget: --minutes, --steps or both')
    args.out.mkdir(parents=True, exist_ok=True)
    run_processes(args.processes, run, args)
