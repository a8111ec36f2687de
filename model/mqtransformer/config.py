"""Sizes of a model. Everything a checkpoint needs to be rebuilt."""

from dataclasses import asdict, dataclass

from .classes import TASK_SETS, TASKS

CROSS = ('both', 'task', 'none')


@dataclass(frozen=True)
class ModelConfig:
    """height, width: model input in pixels. backbone: 'residual' (backbone.py) or 'csp' (csp.py). widths, blocks: channels and blocks
    of its four stages (strides 4, 8, 16, 32). channels C, queries N and heads as in network.py. ffn_ratio, pixel_ffn_ratio: widening
    inside the feed-forward layers of queries and of pixels (light, since pixels are many). head_channels: width of the 3x3 head.
    cross: 'both', 'task' or 'none', see `CrossTask`. deep_supervision: logits at stride 16 too, for training. task_ids: which
    tasks, in the order of the data set's in `classes.TASK_SETS`."""

    height: int = 192
    width: int = 256
    backbone: str = 'residual'
    stem: int = 24
    widths: tuple = (48, 96, 160, 256)
    blocks: tuple = (1, 2, 2, 2)
    channels: int = 64
    queries: int = 16
    heads: int = 4
    ffn_ratio: int = 2
    pixel_ffn_ratio: int = 1
    head_channels: int = 32
    cross: str = 'both'
    deep_supervision: bool = True
    task_ids: tuple = tuple(task.id for task in TASKS)
    dataset: str = 'nyud'

    def __post_init__(self):
        if self.cross not in CROSS:
            raise ValueError(f'cross is one of {", ".join(CROSS)}, found {self.cross!r}')
        if not self.task_ids or self.task_ids != tuple(task.id for task in self.tasks):
            raise ValueError(f'task_ids are some of {", ".join(task.id for task in TASK_SETS[self.dataset])} in this order, found {self.task_ids}')

    @property
    def form(self):
        return 'scale-aware'

    def to_dict(self):
        return {'form': self.form, **asdict(self)}

    @staticmethod
    def from_dict(values):
        return ModelConfig(**{key: tuple(value) if isinstance(value, list) else value for key, value in values.items()
                              if key != 'form'})

    @property
    def scale_sizes(self):
        """[(stride, height, width)] of the four maps; every stride-2 convolution rounds up."""
        return [(stride, -(-self.height // stride), -(-self.width // stride)) for stride in (4, 8, 16, 32)]

    @property
    def tasks(self):
        return tuple(task for task in TASK_SETS[self.dataset] if task.id in self.task_ids)


TINY = ModelConfig(height=48, width=64, stem=8, widths=(8, 12, 16, 16), blocks=(1, 1, 1, 1), channels=16, queries=4, heads=2,
                   ffn_ratio=1, head_channels=8)
ROOMS = ModelConfig()
# Half the widths of ROOMS, for comparisons on a CPU.
SMALL = ModelConfig(stem=12, widths=(24, 48, 80, 128), blocks=(1, 1, 2, 2), channels=32, queries=8, head_channels=16)
# As nanodet-g's, whose backbone it may begin with: see csp.py.
ROOMS_CSP = ModelConfig(backbone='csp', stem=32, widths=(64, 128, 256, 512), blocks=(1, 2, 2, 3))
PRESETS = {'rooms-csp': ROOMS_CSP, 'rooms': ROOMS, 'small': SMALL, 'tiny': TINY}
