"""Which network a run trains: the options that describe one, and the network of a configuration."""

from dataclasses import replace

from .card import height_width
from .config import CROSS, PRESETS, ModelConfig
from .data import DATA_SETS
from .network import MultiQueryNet


def add_arguments(parser):
    parser.add_argument('--size', type=height_width, help='HEIGHTxWIDTH of the model\'s input; default: that of the data set')
    parser.add_argument('--preset', choices=PRESETS, default='rooms', help='scale-aware: widths and channels')
    parser.add_argument('--queries', type=int, help='scale-aware: queries for each task and scale')
    parser.add_argument('--cross', choices=CROSS, default='both', help='scale-aware: over which axes queries may attend to each other')
    parser.add_argument('--tasks', nargs='+', help='scale-aware: only these tasks')


def make_config(args):
    """The configuration that the options describe. Raises ValueError for tasks that do not fit."""
    height, width = args.size or DATA_SETS[args.data].size
    config = replace(PRESETS[args.preset], height=height, width=width, cross=args.cross)
    if args.queries:
        config = replace(config, queries=args.queries)
    return replace(config, task_ids=tuple(args.tasks)) if args.tasks else config


def make_network(config):
    return MultiQueryNet(config)


def from_dict(values):
    """A configuration as `to_dict` wrote it."""
    return ModelConfig.from_dict(values)
