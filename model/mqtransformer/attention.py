"""Multi-head attention written out, so that its weights are values one can look at and graph outputs one can export."""

from typing import NamedTuple

import torch
import torch.nn as nn

# Added to a logit this cuts the link: exp(-10000) is 0 in float32.
CUT = -1e4


class Read(NamedTuple):
    """What an attention gave: target (M,Q,C) with what it read added, weights (M,heads,Q,K), and the values (M,K,C) it read."""

    target: torch.Tensor
    weights: torch.Tensor
    values: torch.Tensor


def attend(q, k, v, heads, bias=None, gate=None):
    """(softmax(q k^T / sqrt(d) + bias) * gate) v with `heads` heads.

    q (M,Q,C); k, v (M,K,C); bias and gate broadcast to (M,heads,Q,K). A bias of CUT cuts a link and lets the rest of its row take
    over; a gate of 0 removes what came through it.
    Returns the mixture (M,Q,C) and the weights (M,heads,Q,K), whose last axis sums to one where nothing is gated."""
    batch, count, channels = q.shape
    size = channels // heads
    q = q.reshape(batch, count, heads, size).transpose(1, 2) * size ** -0.5
    k = k.reshape(batch, -1, heads, size).permute(0, 2, 3, 1)
    v = v.reshape(batch, -1, heads, size).transpose(1, 2)
    logits = q @ k
    weights = torch.softmax(logits if bias is None else logits + bias, dim=-1)
    weights = weights if gate is None else weights * gate
    return (weights @ v).transpose(1, 2).reshape(batch, count, channels), weights


def gram(values, weight, heads):
    """Inner products of what the heads would add for one unit of attention to a token.

    values (M,K,C); weight (C,C) of the output projection. Head h would add u_h(j) = W_h V_h(j) for token j; returned is
    G[j,a,b] = <u_a(j), u_b(j)>, (M,K,heads,heads), so that the norm of any mix x of heads is sqrt(x^T G[j] x): the contributions of
    Kobayashi et al. 2020, "Attention is not only a weight"."""
    batch, count, channels = values.shape
    size = channels // heads
    by_head = values.reshape(batch, count, heads, size).transpose(1, 2)
    mixed = (by_head @ (weight.t() @ weight).reshape(heads, size, channels)) * values.unsqueeze(1)
    return mixed.reshape(batch, heads, count, heads, size).sum(-1).transpose(1, 2)


class CrossAttention(nn.Module):
    """target + proj(attention from LN(target) to LN(source)). bias and gate as in `attend`."""

    def __init__(self, channels, heads):
        super().__init__()
        self.heads = heads
        self.norm_target = nn.LayerNorm(channels)
        self.norm_source = nn.LayerNorm(channels)
        self.to_q = nn.Linear(channels, channels, bias=False)
        self.to_k = nn.Linear(channels, channels, bias=False)
        self.to_v = nn.Linear(channels, channels, bias=False)
        self.proj = nn.Linear(channels, channels)

    def forward(self, target, source, bias=None, gate=None):
        source = self.norm_source(source)
        values = self.to_v(source)
        mixed, weights = attend(self.to_q(self.norm_target(target)), self.to_k(source), values, self.heads, bias, gate)
        return Read(target + self.proj(mixed), weights, values)


class SelfAttention(nn.Module):
    """x + proj(attention of LN(x) to itself). bias and gate as in `attend`."""

    def __init__(self, channels, heads):
        super().__init__()
        self.heads = heads
        self.norm = nn.LayerNorm(channels)
        self.to_qkv = nn.Linear(channels, 3 * channels)
        self.proj = nn.Linear(channels, channels)

    def forward(self, x, bias=None, gate=None):
        q, k, v = self.to_qkv(self.norm(x)).chunk(3, dim=-1)
        mixed, weights = attend(q, k, v, self.heads, bias, gate)
        return Read(x + self.proj(mixed), weights, v)


class FeedForward(nn.Module):
    """x + Linear(GELU(Linear(LN(x))))."""

    def __init__(self, channels, ratio):
        super().__init__()
        self.norm = nn.LayerNorm(channels)
        self.inner = nn.Linear(channels, ratio * channels)
        self.outer = nn.Linear(ratio * channels, channels)

    def forward(self, x):
        return x + self.outer(nn.functional.gelu(self.inner(self.norm(x))))
