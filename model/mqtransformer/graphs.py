"""The three kinds of graph of a bundle as modules with plain tensors in and out, and the card's description of each tensor.

Batch is one. Splitting here is what makes hovering and cutting links fast: only `cross_task` and one decoder run again."""

import torch
import torch.nn as nn
import torch.nn.functional as F

from .network import SCALES


def tensor(name, role, axes, shape, task=None, scale=None):
    return {'name': name, 'role': role, 'task': task, 'scale': scale, 'axes': axes, 'shape': list(shape)}


class EncoderGraph(nn.Module):
    """image -> features of every task and scale, queries (T,S,N,C), attention of every task and scale."""

    def __init__(self, net):
        super().__init__()
        self.net = net

    def forward(self, image):
        features, queries, attention = self.net.encode(image)
        per_task = range(len(self.net.tasks))
        return (*[features[s][:, t] for t in per_task for s in range(SCALES)], queries[0],
                *[attention[s][0, t] for t in per_task for s in range(SCALES)])


class CrossTaskGraph(nn.Module):
    """queries (T,S,N,C) and additive biases -> queries, attention (S,Hd,TN,TN), attention (T,Hd,SN,SN)."""

    def __init__(self, net):
        super().__init__()
        self.cross = net.cross

    def forward(self, queries, task_bias, scale_bias):
        queries, task_weights, scale_weights = self.cross(queries.unsqueeze(0), task_bias, scale_bias)
        return queries[0], task_weights[0], scale_weights[0]


class DecoderGraph(nn.Module):
    """features of one task (fine to coarse) and its queries (S,N,C) -> logits at the input's size, attention per scale."""

    def __init__(self, net, task):
        super().__init__()
        self.decoder, self.head, self.size = net.decoder, net.heads[task], (net.config.height, net.config.width)

    def forward(self, *inputs):
        features, queries = list(inputs[:-1]), inputs[-1]
        maps, weights = self.decoder(features, queries.unsqueeze(0))
        logits = F.interpolate(self.head(maps[0]), size=self.size, mode='bilinear', align_corners=False)
        return (logits, *[w[0].reshape(w.shape[1], *x.shape[2:], w.shape[3]) for w, x in zip(weights, features)])


def scale_sizes(config):
    """[(stride, height, width)] of the four maps; every stride-2 convolution rounds up."""
    return [(stride, -(-config.height // stride), -(-config.width // stride)) for stride in (4, 8, 16, 32)]


def feature_tensors(config, task):
    return [tensor(f'features_{task}_s{s}', 'features', ['batch', 'channel', 'height', 'width'], (1, config.channels, h, w), task, s)
            for s, (_, h, w) in enumerate(scale_sizes(config))]


def graph_table(net):
    """[(key, task or None, file, module, inputs, outputs)] in the order in which the graphs are chained."""
    c, sizes, ids = net.config, scale_sizes(net.config), [task.id for task in net.tasks]
    count, query_axes = c.queries, ['task', 'scale', 'query', 'channel']
    query_shape = (len(ids), SCALES, count, c.channels)
    across_tasks = (SCALES, c.heads, len(ids) * count, len(ids) * count)
    across_scales = (len(ids), c.heads, SCALES * count, SCALES * count)
    task_axes, scale_axes = ['scale', 'head', 'query_out', 'query_in'], ['task', 'head', 'query_out', 'query_in']
    encoder = ('encoder', None, 'encoder.onnx', EncoderGraph(net),
               [tensor('image', 'image', ['batch', 'channel', 'height', 'width'], (1, 3, c.height, c.width))],
               [*[entry for task in ids for entry in feature_tensors(c, task)], tensor('queries', 'queries', query_axes, query_shape),
                *[tensor(f'encoder_attention_{task}_s{s}', 'encoder_attention', ['head', 'query', 'height', 'width'],
                         (c.heads, count, h, w), task, s) for task in ids for s, (_, h, w) in enumerate(sizes)]])
    cross = ('crossTask', None, 'cross_task.onnx', CrossTaskGraph(net),
             [tensor('queries', 'queries', query_axes, query_shape), tensor('task_bias', 'task_bias', task_axes, across_tasks),
              tensor('scale_bias', 'scale_bias', scale_axes, across_scales)],
             [tensor('queries_out', 'queries_out', query_axes, query_shape),
              tensor('cross_task_attention', 'cross_task_attention', task_axes, across_tasks),
              tensor('cross_scale_attention', 'cross_scale_attention', scale_axes, across_scales)])
    decoders = [('decoders', task.id, f'decoder_{task.id}.onnx', DecoderGraph(net, task.id),
                 [*feature_tensors(c, task.id),
                  tensor(f'queries_{task.id}', 'queries', ['scale', 'query', 'channel'], query_shape[1:], task.id)],
                 [tensor(f'logits_{task.id}', 'logits', ['batch', 'channel', 'height', 'width'], (1, task.channels, c.height, c.width), task.id),
                  *[tensor(f'decoder_attention_{task.id}_s{s}', 'decoder_attention', ['head', 'height', 'width', 'query'],
                           (c.heads, h, w, count), task.id, s) for s, (_, h, w) in enumerate(sizes)]]) for task in net.tasks]
    return [encoder, cross, *decoders]


def example(entries):
    """Seeded tensors of the shapes in `entries`."""
    generator = torch.Generator().manual_seed(0)
    return tuple(torch.randn(entry['shape'], generator=generator) for entry in entries)
