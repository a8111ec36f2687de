"""The graphs of the scale-aware form as modules with plain tensors in and out, in the order that `tensors.py` describes.

Batch is one. Splitting here is what makes hovering and cutting links fast: only `cross_task` and one decoder run again.
What only an inspector needs and costs as much as the model itself, the contributions of pixels to what queries read, is a
graph of its own: a runtime computes every output of a graph, asked for or not."""

import torch
import torch.nn as nn
import torch.nn.functional as F

from .attention import gram
from .network import SCALES, tokens


class EncoderGraph(nn.Module):
    """image -> features of every task and scale, queries (T,S,N,C), attention, norms of the learned tokens (T,S,N)."""

    def __init__(self, net):
        super().__init__()
        self.net = net

    def forward(self, image):
        encoded = self.net.encode(image)
        per_task = range(len(self.net.tasks))
        return (*[encoded.features[s][:, t] for t in per_task for s in range(SCALES)], encoded.queries[0],
                *[encoded.attention[s][0, t] for t in per_task for s in range(SCALES)], self.net.tokens().norm(dim=-1))


class CrossTaskGraph(nn.Module):
    """queries (T,S,N,C), biases and gates -> queries, and per axis the attention, the heads' inner products and the norms."""

    def __init__(self, net):
        super().__init__()
        self.cross = net.cross

    def forward(self, queries, task_bias, task_gate, scale_bias, scale_gate):
        queries, *steps = self.cross(queries.unsqueeze(0), task_bias, scale_bias, task_gate, scale_gate)
        attentions = (self.cross.across_tasks, self.cross.across_scales)
        return (queries[0], *[value for attention, step in zip(attentions, steps) for value in (
            step.weights, gram(step.values, attention.proj.weight, attention.heads), step.before.norm(dim=-1))])


class DecoderGraph(nn.Module):
    """features of one task (fine to coarse), its queries (S,N,C), bias and gate (S,Hd,N) -> logits at the input's size, then per
    scale the attention, then the heads' inner products, then the norms of what the pixels got from the coarser scale."""

    def __init__(self, net, task):
        super().__init__()
        self.decoder, self.head, self.size = net.decoder, net.heads[task], (net.config.height, net.config.width)

    def forward(self, *inputs):
        *features, queries, bias, gate = inputs
        maps, steps = self.decoder(features, queries.unsqueeze(0), bias, gate)
        logits = F.interpolate(self.head(maps[0]), size=self.size, mode='bilinear', align_corners=False)
        attention, sizes = self.decoder.attention, [x.shape[2:] for x in features]
        return (logits, *[step.weights[0].reshape(attention.heads, *size, -1) for step, size in zip(steps, sizes)],
                *[gram(step.values, attention.proj.weight, attention.heads)[0] for step in steps],
                *[(step.before - tokens(x))[0].norm(dim=-1).reshape(*size) for step, x, size in zip(steps[:-1], features, sizes)])


class ContributionsGraph(nn.Module):
    """features of one task -> per scale the inner products (Hd,Hd,h,w) of what each pixel's heads would add to a query."""

    def __init__(self, net):
        super().__init__()
        self.attention = net.encoder.attention

    def forward(self, *features):
        attention = self.attention
        values = [attention.to_v(attention.norm_source(tokens(x))) for x in features]
        return tuple(gram(value, attention.proj.weight, attention.heads)[0].permute(1, 2, 0).reshape(
            attention.heads, attention.heads, *x.shape[2:]) for value, x in zip(values, features))


def scale_aware_graphs(net):
    """{(key, task or None): module}, see `tensors.Description`."""
    ids = [task.id for task in net.tasks]
    return {('encoder', None): EncoderGraph(net), ('crossTask', None): CrossTaskGraph(net),
            **{('decoders', task): DecoderGraph(net, task) for task in ids},
            **{('contributions', task): ContributionsGraph(net) for task in ids}}
