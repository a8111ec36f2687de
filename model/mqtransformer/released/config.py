"""Sizes of the single-scale form."""

from dataclasses import asdict, dataclass, field

from ..classes import TASK_SETS

SIZES = ((425, 560), (448, 576), (480, 640), (512, 512))


@dataclass(frozen=True)
class SwinConfig:
    """embed: channels at stride 4, doubled at every stage; depths: blocks per stage; heads: of the window attention per stage."""

    embed: int
    depths: tuple
    heads: tuple
    window: int = 7

    def width(self, stage):
        return self.embed << stage


BACKBONES = {
    'swin_t': SwinConfig(96, (2, 2, 6, 2), (3, 6, 12, 24)),
    'swin_s': SwinConfig(96, (2, 2, 18, 2), (3, 6, 12, 24)),
    'swin_b': SwinConfig(128, (2, 2, 18, 2), (4, 8, 16, 32)),
    'swin_l': SwinConfig(192, (2, 2, 18, 2), (6, 12, 24, 48)),
}


@dataclass(frozen=True)
class ReleasedConfig:
    """height, width: input in pixels. dataset: the task set, 'nyud' or 'pascal'. channels C, queries N per task and heads of the
    query attention; pixel_hidden: inner width of the decoder's feed-forward layers; head_channels: width of the 3x3 head."""

    height: int = 425
    width: int = 560
    dataset: str = 'nyud'
    backbone: SwinConfig = field(default_factory=lambda: BACKBONES['swin_t'])
    channels: int = 256
    queries: int = 64
    heads: int = 4
    pixel_hidden: int = 768
    head_channels: int = 64

    @property
    def form(self):
        return 'released'

    @property
    def tasks(self):
        return TASK_SETS[self.dataset]

    @property
    def map_sizes(self):
        """[(height, width)] of the backbone's four maps; every halving rounds up."""
        sizes = [(-(-self.height // 4), -(-self.width // 4))]
        for _ in range(3):
            sizes.append(tuple(-(-size // 2) for size in sizes[-1]))
        return sizes

    @property
    def scale_sizes(self):
        """The one scale of queries and features: [(stride, height, width)]."""
        return [(4, *self.map_sizes[0])]

    def to_dict(self):
        return {'form': self.form, **asdict(self)}

    @staticmethod
    def from_dict(values):
        backbone = {key: tuple(value) if isinstance(value, list) else value for key, value in values['backbone'].items()}
        return ReleasedConfig(**{key: value for key, value in values.items() if key not in ('form', 'backbone')},
                              backbone=SwinConfig(**backbone))


TINY_RELEASED = ReleasedConfig(height=48, width=60, backbone=SwinConfig(4, (2, 2, 2, 2), (1, 1, 2, 4), window=4), channels=32, queries=8,
                               heads=4, pixel_hidden=32, head_channels=8)
