"""The scale-aware multi-query model: encoder, cross-task attention over two axes, coarse-to-fine decoder.

Sizes: B images, T tasks, S scales (fine to coarse), N queries per task and scale, C channels, Hd heads.
Queries are always (B,T,S,N,C). Features are a list over scales of (B,T,C,h,w)."""

from dataclasses import dataclass

import torch
import torch.nn as nn
import torch.nn.functional as F

from .attention import CrossAttention, FeedForward, SelfAttention
from .backbone import Backbone, conv_bn

SCALES = 4


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
        queries, weights = self.attention(queries, pixels)
        queries = queries + self.reason(self.reason_norm(queries))
        return self.ffn(queries), weights


class CrossTask(nn.Module):
    """Self-attention over the queries, first of all tasks at one scale, then of all scales of one task.

    This is the only place where tasks exchange information apart from the backbone."""

    def __init__(self, config):
        super().__init__()
        self.across_tasks = SelfAttention(config.channels, config.heads)
        self.across_scales = SelfAttention(config.channels, config.heads)
        self.ffn = FeedForward(config.channels, config.ffn_ratio)

    def forward(self, queries, task_bias, scale_bias):
        """task_bias (S,Hd,TN,TN), token = task*N + query; scale_bias (T,Hd,SN,SN), token = scale*N + query.
        Returns queries and both weights, (B,S,Hd,TN,TN) and (B,T,Hd,SN,SN)."""
        batch, tasks, scales, count, channels = queries.shape
        x = queries.transpose(1, 2).reshape(batch * scales, tasks * count, channels)
        x, task_weights = self.across_tasks(x, self._per_image(task_bias, batch))
        x = x.reshape(batch, scales, tasks, count, channels).transpose(1, 2).reshape(batch * tasks, scales * count, channels)
        x, scale_weights = self.across_scales(x, self._per_image(scale_bias, batch))
        queries = self.ffn(x).reshape(batch, tasks, scales, count, channels)
        task_weights = task_weights.reshape(batch, scales, *task_weights.shape[1:])
        return queries, task_weights, scale_weights.reshape(batch, tasks, *scale_weights.shape[1:])

    @staticmethod
    def _per_image(bias, batch):
        return bias.repeat(batch, 1, 1, 1)


class PixelDecoder(nn.Module):
    """Pixels read the queries, coarse to fine. Shared by every task and scale."""

    def __init__(self, config):
        super().__init__()
        self.attention = CrossAttention(config.channels, config.heads)
        self.ffn = FeedForward(config.channels, config.pixel_ffn_ratio)

    def forward(self, features, queries):
        """features: list over scales of (M,C,h,w); queries (M,S,N,C).
        Returns lists over scales of maps (M,C,h,w) and weights (M,Hd,h*w,N), softmax over queries."""
        maps, weights = [None] * len(features), [None] * len(features)
        coarser = None
        for scale in reversed(range(len(features))):
            x = features[scale]
            if coarser is not None:
                x = x + F.interpolate(coarser, size=x.shape[2:], mode='bilinear', align_corners=False)
            y, weights[scale] = self.attention(tokens(x), queries[:, scale])
            coarser = self.ffn(y).transpose(1, 2).reshape(x.shape)
            maps[scale] = coarser
        return maps, weights


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
    """logits: per task (B,K,h,w) at stride 4. auxiliary: the same at stride 16, from 1x1 layers that only training uses."""

    logits: dict
    auxiliary: dict
    queries: torch.Tensor
    encoder_attention: list
    cross_task_attention: torch.Tensor
    cross_scale_attention: torch.Tensor
    decoder_attention: list


class MultiQueryNet(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        count, channels = config.queries, config.channels
        self.tasks = config.tasks
        self.backbone = Backbone(config.stem, config.widths, config.blocks)
        self.laterals = nn.ModuleList([nn.Linear(width, len(self.tasks) * channels) for width in config.widths])
        self.task_tokens = nn.Parameter(torch.randn(len(self.tasks), 1, count, channels))
        self.scale_tokens = nn.Parameter(torch.randn(1, SCALES, count, channels))
        self.token_delta = nn.Parameter(0.02 * torch.randn(len(self.tasks), SCALES, count, channels))
        self.encoder = QueryEncoder(config)
        self.cross = CrossTask(config)
        self.decoder = PixelDecoder(config)
        self.heads = nn.ModuleDict({task.id: Head(channels, config.head_channels, task.channels) for task in self.tasks})
        self.auxiliary = nn.ModuleDict({task.id: nn.Conv2d(channels, task.channels, 1) for task in self.tasks})

    def zero_biases(self):
        """(task_bias, scale_bias) that change nothing."""
        heads, count, tasks = self.config.heads, self.config.queries, len(self.tasks)
        zeros = self.task_tokens.new_zeros
        return zeros(SCALES, heads, tasks * count, tasks * count), zeros(tasks, heads, SCALES * count, SCALES * count)

    def encode(self, image):
        """image (B,3,H,W) normalised -> features, queries (B,T,S,N,C), attention: list over scales of (B,T,Hd,N,h,w)."""
        batch, tasks = image.shape[0], len(self.tasks)
        tokens_in = self.task_tokens + self.scale_tokens + self.token_delta
        features, queries, attention = [], [], []
        for scale, (source, lateral) in enumerate(zip(self.backbone(image), self.laterals)):
            height, width = source.shape[2:]
            x = lateral(tokens(source)).reshape(batch, height * width, tasks, -1).transpose(1, 2)
            pixels = x.reshape(batch * tasks, height * width, -1)
            q = tokens_in[:, scale].unsqueeze(0).expand(batch, -1, -1, -1).reshape(batch * tasks, *tokens_in.shape[2:])
            q, weights = self.encoder(q, pixels)
            features.append(x.transpose(2, 3).reshape(batch, tasks, -1, height, width))
            queries.append(q.reshape(batch, tasks, *q.shape[1:]))
            attention.append(weights.reshape(batch, tasks, *weights.shape[1:3], height, width))
        return features, torch.stack(queries, dim=2), attention

    def forward(self, image, task_bias=None, scale_bias=None):
        zero_task, zero_scale = self.zero_biases()
        features, queries, encoder_attention = self.encode(image)
        queries, task_weights, scale_weights = self.cross(
            queries, zero_task if task_bias is None else task_bias, zero_scale if scale_bias is None else scale_bias)
        maps, decoder_attention = self.decoder([x.flatten(0, 1) for x in features], queries.flatten(0, 1))
        batch, tasks = image.shape[0], len(self.tasks)
        fine, coarse = [maps[s].reshape(batch, tasks, *maps[s].shape[1:]) for s in (0, 2)]
        return Outputs(
            logits={task.id: self.heads[task.id](fine[:, i]) for i, task in enumerate(self.tasks)},
            auxiliary={task.id: self.auxiliary[task.id](coarse[:, i]) for i, task in enumerate(self.tasks)},
            queries=queries, encoder_attention=encoder_attention, cross_task_attention=task_weights,
            cross_scale_attention=scale_weights,
            decoder_attention=[w.reshape(batch, tasks, *w.shape[1:]) for w in decoder_attention])
