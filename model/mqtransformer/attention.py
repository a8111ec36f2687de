"""Multi-head attention written out, so that its weights are values one can look at and graph outputs one can export."""

import torch
import torch.nn as nn


def attend(q, k, v, heads, bias=None):
    """softmax(q k^T / sqrt(d) + bias) v with `heads` heads.

    q (M,Q,C); k, v (M,K,C); bias broadcasts to (M,heads,Q,K) and is added to the logits.
    Returns the mixture (M,Q,C) and the weights (M,heads,Q,K), whose last axis sums to one."""
    batch, count, channels = q.shape
    size = channels // heads
    q = q.reshape(batch, count, heads, size).transpose(1, 2) * size ** -0.5
    k = k.reshape(batch, -1, heads, size).permute(0, 2, 3, 1)
    v = v.reshape(batch, -1, heads, size).transpose(1, 2)
    logits = q @ k
    weights = torch.softmax(logits if bias is None else logits + bias, dim=-1)
    return (weights @ v).transpose(1, 2).reshape(batch, count, channels), weights


class CrossAttention(nn.Module):
    """target + proj(attention from LN(target) to LN(source)). Returns the new target and the weights."""

    def __init__(self, channels, heads):
        super().__init__()
        self.heads = heads
        self.norm_target = nn.LayerNorm(channels)
        self.norm_source = nn.LayerNorm(channels)
        self.to_q = nn.Linear(channels, channels, bias=False)
        self.to_k = nn.Linear(channels, channels, bias=False)
        self.to_v = nn.Linear(channels, channels, bias=False)
        self.proj = nn.Linear(channels, channels)

    def forward(self, target, source):
        source = self.norm_source(source)
        mixed, weights = attend(self.to_q(self.norm_target(target)), self.to_k(source), self.to_v(source), self.heads)
        return target + self.proj(mixed), weights


class SelfAttention(nn.Module):
    """x + proj(attention of LN(x) to itself), with an additive bias on the logits."""

    def __init__(self, channels, heads):
        super().__init__()
        self.heads = heads
        self.norm = nn.LayerNorm(channels)
        self.to_qkv = nn.Linear(channels, 3 * channels)
        self.proj = nn.Linear(channels, channels)

    def forward(self, x, bias):
        q, k, v = self.to_qkv(self.norm(x)).chunk(3, dim=-1)
        mixed, weights = attend(q, k, v, self.heads, bias)
        return x + self.proj(mixed), weights


class FeedForward(nn.Module):
    """x + Linear(GELU(Linear(LN(x))))."""

    def __init__(self, channels, ratio):
        super().__init__()
        self.norm = nn.LayerNorm(channels)
        self.inner = nn.Linear(channels, ratio * channels)
        self.outer = nn.Linear(ratio * channels, channels)

    def forward(self, x):
        return x + self.outer(nn.functional.gelu(self.inner(self.norm(x))))
