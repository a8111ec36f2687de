"""Sizes of a model. Everything a checkpoint needs to be rebuilt."""

from dataclasses import asdict, dataclass

from .classes import TASKS


@dataclass(frozen=True)
class ModelConfig:
    """height, width: model input in pixels. widths, blocks: channels and residual blocks of the four backbone stages
    (strides 4, 8, 16, 32). channels C, queries N and heads as in network.py. ffn_ratio, pixel_ffn_ratio: widening inside
    the feed-forward layers of queries and of pixels (light, since pixels are many). head_channels: width of the 3x3 head."""

    height: int = 192
    width: int = 256
    stem: int = 24
    widths: tuple = (48, 96, 160, 256)
    blocks: tuple = (1, 2, 2, 2)
    channels: int = 64
    queries: int = 16
    heads: int = 4
    ffn_ratio: int = 2
    pixel_ffn_ratio: int = 1
    head_channels: int = 32

    def to_dict(self):
        return asdict(self)

    @staticmethod
    def from_dict(values):
        return ModelConfig(**{key: tuple(value) if isinstance(value, list) else value for key, value in values.items()})

    @property
    def tasks(self):
        return TASKS


TINY = ModelConfig(height=48, width=64, stem=8, widths=(8, 12, 16, 16), blocks=(1, 1, 1, 1), channels=16, queries=4, heads=2,
                   ffn_ratio=1, head_channels=8)
ROOMS = ModelConfig()
