"""The single-scale form with the parameter names of the published checkpoints: one set of queries per task at stride 4.

Sizes: B images, T tasks, N queries per task, C channels, Hd heads, h*w pixels at stride 4.

In the published code the decoder's second attention runs over the images of a batch at each pixel, so that its result depends on
what else is in the batch. It was trained and measured with one image per device, where the softmax is over one element and the
step is a linear map of the pixel. That map is what stands here, for any number of images; its query and key weights are kept
(they are in the checkpoints) and unused."""

from typing import NamedTuple

import torch
import torch.nn as nn
import torch.nn.functional as F

from ..attention import attend
from .swin import Swin


class Outputs(NamedTuple):
    """logits: per task (B,K,h,w) at stride 4; queries (B,T,N,C) as the decoder reads them."""

    logits: dict
    queries: torch.Tensor
    auxiliary: dict = {}


class Mlp(nn.Module):
    """Linear(GELU(Linear(LN(x))))."""

    def __init__(self, channels, hidden):
        super().__init__()
        self.norm = nn.LayerNorm(channels)
        self.fc1 = nn.Linear(channels, hidden)
        self.fc2 = nn.Linear(hidden, channels)

    def forward(self, x):
        return self.fc2(F.gelu(self.fc1(self.norm(x))))


class AnyAttention(nn.Module):
    """proj of multi-head attention with a norm for each of q, k and v."""

    def __init__(self, channels, heads):
        super().__init__()
        self.heads = heads
        self.norm_q, self.norm_k, self.norm_v = [nn.LayerNorm(channels) for _ in range(3)]
        self.to_q, self.to_k, self.to_v = [nn.Linear(channels, channels, bias=False) for _ in range(3)]
        self.proj = nn.Linear(channels, channels)

    def forward(self, q, k, v):
        mixed, _ = attend(self.to_q(self.norm_q(q)), self.to_k(self.norm_k(k)), self.to_v(self.norm_v(v)), self.heads)
        return self.proj(mixed)


class Reason(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.norm = nn.LayerNorm(channels)
        self.linear = nn.Conv1d(channels, channels, 1, bias=False)

    def forward(self, x):
        return self.linear(self.norm(x).transpose(1, 2)).transpose(1, 2)


class QueryEncoder(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.enc_attn = AnyAttention(config.channels, config.heads)
        self.reason = Reason(config.channels)
        self.enc_ffn = Mlp(config.channels, config.channels)

    def forward(self, tokens, positions, pixels):
        p = tokens + self.enc_attn(tokens + positions, pixels, pixels)
        p = p + self.reason(p)
        return p + self.enc_ffn(p)


class PixelDecoder(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.attn1 = AnyAttention(config.channels, config.heads)
        self.ffn1 = Mlp(config.channels, config.pixel_hidden)
        self.mhsa = nn.MultiheadAttention(config.channels, config.heads)
        self.ffn2 = Mlp(config.channels, config.pixel_hidden)

    def pixel_map(self, y):
        """The second attention where one image is alone in its batch: the softmax is one, the value passes."""
        channels = y.shape[-1]
        value = F.linear(y, self.mhsa.in_proj_weight[2 * channels:], self.mhsa.in_proj_bias[2 * channels:])
        return self.mhsa.out_proj(value)

    def forward(self, pixels, queries, positions):
        y = pixels + self.attn1(pixels, queries + positions, queries)
        y = y + self.ffn1(y)
        z = pixels + self.pixel_map(y)
        return F.gelu(z + self.ffn2(z))


class QueryBlock(nn.Module):
    """Learned tokens and positions of every task; encoder and decoder shared by the tasks; the exchange between them."""

    def __init__(self, config):
        super().__init__()
        channels, count, tasks = config.channels, config.queries, len(config.tasks)
        self.heads = config.heads
        self.rpn_tokens = nn.ParameterList([nn.Parameter(torch.randn(1, count, channels)) for _ in range(tasks)])
        self.rpn_qpos, self.rpn_kpos = [nn.ParameterList([nn.Parameter(torch.randn(1, count, 1, channels // config.heads))
                                                          for _ in range(tasks)]) for _ in range(2)]
        self.encoder1 = QueryEncoder(config)
        self.mhsa_1 = nn.MultiheadAttention(channels, config.heads)
        self.norm_layer = nn.LayerNorm(channels)
        self.ffn_mlp = Mlp(channels, channels)
        self.decoder1 = PixelDecoder(config)

    def positions(self, learned):
        """(1,N,1,d), the same for every head -> (1,N,C)"""
        return learned.expand(-1, -1, self.heads, -1).flatten(2)

    def exchange(self, queries):
        """(B, T*N, C): self-attention over the queries of all tasks, then a feed-forward layer behind two norms."""
        q, k, v = F.linear(queries, self.mhsa_1.in_proj_weight, self.mhsa_1.in_proj_bias).chunk(3, -1)
        mixed, _ = attend(q, k, v, self.heads)
        queries = queries + self.mhsa_1.out_proj(mixed)
        return queries + self.ffn_mlp(self.norm_layer(queries))

    def forward(self, pixels):
        """pixels: per task (B,h*w,C). Returns the decoded pixels of every task and the queries (B,T,N,C)."""
        batch, count = pixels[0].shape[0], self.rpn_tokens[0].shape[1]
        read = [self.encoder1(tokens.expand(batch, -1, -1), self.positions(position), x)
                for tokens, position, x in zip(self.rpn_tokens, self.rpn_qpos, pixels)]
        queries = self.exchange(torch.cat(read, 1)).split(count, 1)
        decoded = [self.decoder1(x, q, self.positions(position)) for x, q, position in zip(pixels, queries, self.rpn_kpos)]
        return decoded, torch.stack(queries, 1)


class ConvBn(nn.Module):
    def __init__(self, channels, hidden):
        super().__init__()
        self.conv = nn.Conv2d(channels, hidden, 3, padding=1, bias=False)
        self.bn = nn.BatchNorm2d(hidden)

    def forward(self, x):
        return F.relu(self.bn(self.conv(x)))


class Head(nn.Module):
    def __init__(self, config):
        super().__init__()
        width = sum(config.backbone.width(stage) for stage in range(4))
        self.linears = nn.ModuleList([nn.Linear(width, config.channels) for _ in config.tasks])
        self.parts_query_encoder_decoder_blocks = nn.ModuleList([QueryBlock(config)])
        self.bottleneck = nn.ModuleDict({task.id: ConvBn(config.channels, config.head_channels) for task in config.tasks})
        self.final_logits = nn.ModuleDict({task.id: nn.Conv2d(config.head_channels, task.channels, 1) for task in config.tasks})

    @property
    def block(self):
        return self.parts_query_encoder_decoder_blocks[0]

    def forward(self, maps):
        """maps: the backbone's, (B,h,w,C) each. They meet at the finest one's size."""
        batch, height, width, _ = maps[0].shape
        sized = [F.interpolate(x.permute(0, 3, 1, 2), size=(height, width), mode='bilinear', align_corners=False) for x in maps]
        pixels = torch.cat(sized, 1).flatten(2).transpose(1, 2)
        decoded, queries = self.block([linear(pixels) for linear in self.linears])
        logits = {task: self.final_logits[task](self.bottleneck[task](x.transpose(1, 2).reshape(batch, -1, height, width)))
                  for task, x in zip(self.final_logits, decoded)}
        return Outputs(logits, queries)


class ReleasedNet(nn.Module):
    """image (B,3,H,W), normalised -> `Outputs`."""

    def __init__(self, config):
        super().__init__()
        self.config, self.tasks = config, config.tasks
        self.backbone = Swin(config.backbone)
        self.head = Head(config)

    def last_layer(self, task):
        return self.head.final_logits[task]

    def forward(self, image):
        return self.head(self.backbone(image))
