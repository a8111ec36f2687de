"""Which network a run trains: the options that describe one, and the weights it may begin with."""

from dataclasses import replace

from .card import height_width
from .classes import TASK_SETS
from .config import CROSS, PRESETS
from .data import DATA_SETS
from .released.config import BACKBONES, TINY_RELEASED, ReleasedConfig
from .released.safe_read import read_checkpoint

# For tests there is a backbone without a name in the papers.
SWINS = {**{name: ReleasedConfig(backbone=swin) for name, swin in BACKBONES.items()}, 'tiny': TINY_RELEASED}


def add_arguments(parser):
    parser.add_argument('--size', type=height_width, help='HEIGHTxWIDTH of the model\'s input; default: that of the data set')
    parser.add_argument('--backbone', choices=SWINS, default='swin_t', help='released')
    parser.add_argument('--preset', choices=PRESETS, default='rooms', help='scale-aware: widths and channels')
    parser.add_argument('--queries', type=int, help='scale-aware: queries for each task and scale')
    parser.add_argument('--cross', choices=CROSS, default='both', help='scale-aware: over which axes queries may attend to each other')
    parser.add_argument('--tasks', nargs='+', help='scale-aware: only these tasks')


def make_config(args):
    """The configuration that the options describe. Raises ValueError for tasks that do not fit."""
    data = DATA_SETS[args.data]
    height, width = args.size or data.size
    if args.form == 'released':
        return replace(SWINS[args.backbone], height=height, width=width, dataset=data.tasks)
    ids = args.tasks or [task.id for task in TASK_SETS[data.tasks]]
    preset = PRESETS[args.preset]
    return replace(preset, height=height, width=width, cross=args.cross, queries=args.queries or preset.queries, dataset=data.tasks,
                   task_ids=tuple(ids))


def initial_weights(path, net):
    """{name: tensor} for all of `net` from a model.pt or last.pt, or with the backbone of a Lightning checkpoint that has it whole.
    Nothing but tensors is read from the file. Raises ValueError naming what is missing."""
    content, own = read_checkpoint(path), net.state_dict()
    found = next((content[key] for key in ('model', 'average', 'state_dict') if key in content), content)
    weights = {name: value for name, value in found.items() if name in own and own[name].shape == value.shape}
    needed = own if 'state_dict' not in content else [name for name in own if name.startswith('backbone.')]
    missing = [name for name in needed if name not in weights]
    if missing:
        raise ValueError(f'{path} has other sizes or parts than the model; missing are {len(missing)} tensors, the first {missing[:3]}')
    return {**own, **weights}
