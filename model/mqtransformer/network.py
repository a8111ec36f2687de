"""The scale-aware multi-query model: encoder, cross-task attention over two axes, coarse-to-fine decoder.

Sizes: B images, T tasks, S scales (fine to coarse), N queries per task and scale, C channels, Hd heads.
Queries are always (B,T,S,N,C). Features are a list over scales of (B,T,C,h,w)."""

from dataclasses import dataclass
from typing import NamedTuple

import torch
import torch.nn as nn
import torch.nn.functional as F

from .attention import CUT, CrossAttention, FeedForward, SelfAttention
from .backbone import Backbone, conv_bn
from .csp import CspBackbone

SCALES = 4
BACKBONES = {'residual': Backbone, 'csp': CspBackbone}


def tokens(maps):
    """(M,C,h,w) -> (M,h*w,C)"""
    return maps.flatten(2).transpose(1, 2)


class QueryEncoder(nn.Module):
    """Queries read the pixels. Shared by every task and scale."""

    def __init__(self, config):
        super().__init__()
        self.attention = CrossAttention(config.channels, config.heads)
        self.reason_norm = nn.LayerNorm(config.channels)
        self.reason = nn.Linear(config.channels, config.channels, bias=False)
        self.ffn = FeedForward(config.channels, config.ffn_ratio)

    def forward(self, queries, pixels):
        queries, weights, values = self.attention(queries, pixels)
        queries = queries + self.reason(self.reason_norm(queries))
        return self.ffn(queries), weights, values


def apart(blocks, count):
    """(blocks*count, blocks*count) bias under which each block of `count` tokens reads itself only."""
    block = torch.arange(blocks * count) // count
    return (block[:, None] != block[None]).float() * CUT


class Step(NamedTuple):
    """One attention seen from outside: weights, the values it read, and the tokens before what was read was added to them.

    Across tasks (O,Hd,M,M), (O,M,C), (O,M,C) with O = B*S and M = T*N; across scales the same with O = B*T and M = S*N; pixels
    that read queries (O,Hd,h*w,N), (O,N,C), (O,h*w,C) with O = B*T."""

    weights: torch.Tensor
    values: torch.Tensor
    before: torch.Tensor


class CrossTask(nn.Module):
    """Self-attention over the queries, first of all tasks at one scale, then of all scales of one task.

    This is the only place where tasks exchange information apart from the backbone. `config.cross` says over which axes they may:
    'both', 'task' (at the same scale only) or 'none'; on the others each block of queries reads itself, with the same parameters."""

    def __init__(self, config, scales):
        super().__init__()
        self.across_tasks = SelfAttention(config.channels, config.heads)
        self.across_scales = SelfAttention(config.channels, config.heads)
        self.ffn = FeedForward(config.channels, config.ffn_ratio)
        task_mask = apart(len(config.tasks), config.queries) if config.cross == 'none' else None
        scale_mask = apart(scales, config.queries) if config.cross != 'both' else None
        self.register_buffer('task_mask', task_mask, persistent=False)
        self.register_buffer('scale_mask', scale_mask, persistent=False)

    def forward(self, queries, task_bias=None, scale_bias=None, task_gate=None, scale_gate=None):
        """queries (B,T,S,N,C). task_bias and task_gate (S,Hd,TN,TN), token = task*N + query; scale_bias and scale_gate
        (T,Hd,SN,SN), token = scale*N + query; see `attend`. Returns queries and both steps."""
        batch, tasks, scales, count, channels = queries.shape
        x = queries.transpose(1, 2).reshape(batch * scales, tasks * count, channels)
        x, across_tasks = self._step(self.across_tasks, x, task_bias, task_gate, self.task_mask, batch)
        x = x.reshape(batch, scales, tasks, count, channels).transpose(1, 2).reshape(batch * tasks, scales * count, channels)
        x, across_scales = self._step(self.across_scales, x, scale_bias, scale_gate, self.scale_mask, batch)
        return self.ffn(x).reshape(batch, tasks, scales, count, channels), across_tasks, across_scales

    @staticmethod
    def _step(attention, x, bias, gate, mask, batch):
        bias, gate = [value if value is None or batch == 1 else value.repeat(batch, 1, 1, 1) for value in (bias, gate)]
        if mask is not None:
            bias = mask if bias is None else bias + mask
        read, weights, values = attention(x, bias, gate)
        return read, Step(weights, values, x)


class PixelDecoder(nn.Module):
    """Pixels read the queries, coarse to fine. Shared by every task and scale."""

    def __init__(self, config):
        super().__init__()
        self.attention = CrossAttention(config.channels, config.heads)
        self.ffn = FeedForward(config.channels, config.pixel_ffn_ratio)

    def forward(self, features, queries, bias=None, gate=None):
        """features: list over scales of (M,C,h,w); queries (M,S,N,C); bias and gate (S,Hd,N), see `attend`.
        Returns lists over scales of maps (M,C,h,w) and of steps, softmax over queries."""
        maps, steps = [None] * len(features), [None] * len(features)
        coarser = None
        for scale in reversed(range(len(features))):
            x = features[scale]
            if coarser is not None:
                x = x + F.interpolate(coarser, size=x.shape[2:], mode='bilinear', align_corners=False)
            pixels = tokens(x)
            rows = [None if value is None else value[scale].unsqueeze(1) for value in (bias, gate)]
            y, weights, values = self.attention(pixels, queries[:, scale], *rows)
            steps[scale] = Step(weights, values, pixels)
            coarser = self.ffn(y).transpose(1, 2).reshape(x.shape)
            maps[scale] = coarser
        return maps, steps


class Head(nn.Module):
    """Conv3x3 + BN + ReLU, then Conv1x1 to the task's channels, at the resolution of its input."""

    def __init__(self, channels, hidden, outputs):
        super().__init__()
        self.bottleneck = conv_bn(channels, hidden)
        self.logits = nn.Conv2d(hidden, outputs, 1)

    def forward(self, x):
        return self.logits(F.relu(self.bottleneck(x)))


@dataclass
class Outputs:
    """logits: per task (B,K,h,w) at stride 4. auxiliary: the same at stride 16, from 1x1 layers that only training uses; empty
    without deep supervision. Attention: encoder, list over scales of (B,T,Hd,N,h,w); across tasks (B,S,Hd,TN,TN); across scales
    (B,T,Hd,SN,SN); decoder, list over scales of (B,T,Hd,h*w,N)."""

    logits: dict
    auxiliary: dict
    queries: torch.Tensor
    encoder_attention: list
    cross_task_attention: torch.Tensor
    cross_scale_attention: torch.Tensor
    decoder_attention: list


class Encoded(NamedTuple):
    """features: list over scales of (B,T,C,h,w); queries (B,T,S,N,C); lists over scales of attention (B,T,Hd,N,h,w) and of the
    values (B*T,h*w,C) that it read."""

    features: list
    queries: torch.Tensor
    attention: list
    values: list


class MultiQueryNet(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        count, channels = config.queries, config.channels
        self.tasks = config.tasks
        self.backbone = BACKBONES[config.backbone](config.stem, config.widths, config.blocks)
        self.laterals = nn.ModuleList([nn.Linear(width, len(self.tasks) * channels) for width in config.widths])
        self.task_tokens = nn.Parameter(torch.randn(len(self.tasks), 1, count, channels))
        self.scale_tokens = nn.Parameter(torch.randn(1, SCALES, count, channels))
        self.token_delta = nn.Parameter(0.02 * torch.randn(len(self.tasks), SCALES, count, channels))
        self.encoder = QueryEncoder(config)
        self.cross = CrossTask(config, SCALES)
        self.decoder = PixelDecoder(config)
        self.heads = nn.ModuleDict({task.id: Head(channels, config.head_channels, task.channels) for task in self.tasks})
        supervised = self.tasks if config.deep_supervision else ()
        self.auxiliary = nn.ModuleDict({task.id: nn.Conv2d(channels, task.channels, 1) for task in supervised})

    def last_layer(self, task):
        return self.heads[task].logits

    def tokens(self):
        """(T,S,N,C): the learned queries, Q[t,s] = task[t] + scale[s] + delta[t,s]."""
        return self.task_tokens + self.scale_tokens + self.token_delta

    def encode(self, image):
        """image (B,3,H,W), normalised."""
        batch, tasks = image.shape[0], len(self.tasks)
        tokens_in = self.tokens()
        features, queries, attention, values = [], [], [], []
        for scale, (source, lateral) in enumerate(zip(self.backbone(image), self.laterals)):
            height, width = source.shape[2:]
            x = lateral(tokens(source)).reshape(batch, height * width, tasks, -1).transpose(1, 2)
            pixels = x.reshape(batch * tasks, height * width, -1)
            q = tokens_in[:, scale].unsqueeze(0).expand(batch, -1, -1, -1).reshape(batch * tasks, *tokens_in.shape[2:])
            q, weights, read = self.encoder(q, pixels)
            features.append(x.transpose(2, 3).reshape(batch, tasks, -1, height, width))
            queries.append(q.reshape(batch, tasks, *q.shape[1:]))
            attention.append(weights.reshape(batch, tasks, *weights.shape[1:3], height, width))
            values.append(read)
        return Encoded(features, torch.stack(queries, dim=2), attention, values)

    def forward(self, image, task_bias=None, scale_bias=None, task_gate=None, scale_gate=None):
        """image (B,3,H,W), normalised; biases and gates as `CrossTask.forward` takes them."""
        encoded = self.encode(image)
        queries, across_tasks, across_scales = self.cross(encoded.queries, task_bias, scale_bias, task_gate, scale_gate)
        maps, steps = self.decoder([x.flatten(0, 1) for x in encoded.features], queries.flatten(0, 1))
        batch, tasks = image.shape[0], len(self.tasks)
        fine, coarse = [maps[s].reshape(batch, tasks, *maps[s].shape[1:]) for s in (0, 2)]
        return Outputs(
            logits={task.id: self.heads[task.id](fine[:, i]) for i, task in enumerate(self.tasks)},
            auxiliary={task: layer(coarse[:, i]) for i, (task, layer) in enumerate(self.auxiliary.items())},
            queries=queries, encoder_attention=encoded.attention,
            cross_task_attention=across_tasks.weights.reshape(batch, SCALES, *across_tasks.weights.shape[1:]),
            cross_scale_attention=across_scales.weights.reshape(batch, tasks, *across_scales.weights.shape[1:]),
            decoder_attention=[step.weights.reshape(batch, tasks, *step.weights.shape[1:]) for step in steps])
