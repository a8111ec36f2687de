"""The card's description of every tensor of every graph. It follows from a configuration alone and is the same for both forms;
with one scale (the released form) there is no step between scales.

A configuration has tasks, height, width, queries, heads, channels and scale_sizes: [(stride, height, width)], fine to coarse."""

from typing import NamedTuple

import torch

IMAGE_AXES = ['batch', 'channel', 'height', 'width']


class Description(NamedTuple):
    """key: place in the card's `graphs`; task: None for the graphs of all tasks."""

    key: str
    task: str
    file: str
    inputs: list
    outputs: list


def tensor(name, role, axes, shape, task=None, scale=None):
    return {'name': name, 'role': role, 'task': task, 'scale': scale, 'axes': axes, 'shape': list(shape)}


def describe_encoder(config):
    tasks, scales, count = len(config.tasks), len(config.scale_sizes), config.queries
    maps = [(task.id, scale, h, w) for task in config.tasks for scale, (_, h, w) in enumerate(config.scale_sizes)]
    attention = [tensor(f'encoder_attention_{task}_s{s}', 'encoder_attention', ['head', 'query', 'height', 'width'],
                        (config.heads, count, h, w), task, s) for task, s, h, w in maps]
    return Description(
        'encoder', None, 'encoder.onnx', [tensor('image', 'image', IMAGE_AXES, (1, 3, config.height, config.width))],
        [*[entry for task in config.tasks for entry in describe_features(config, task.id)], describe_queries(config, 'queries'),
         *attention, tensor('encoder_residual', 'encoder_residual', ['task', 'scale', 'query'], (tasks, scales, count))])


def describe_features(config, task):
    return [tensor(f'features_{task}_s{s}', 'features', IMAGE_AXES, (1, config.channels, h, w), task, s)
            for s, (_, h, w) in enumerate(config.scale_sizes)]


def describe_queries(config, name):
    shape = (len(config.tasks), len(config.scale_sizes), config.queries, config.channels)
    return tensor(name, name, ['task', 'scale', 'query', 'channel'], shape)


def describe_cross_task(config):
    tasks, scales = len(config.tasks), len(config.scale_sizes)
    inputs, outputs = [], []
    axes = [('task', 'scale', scales, tasks), ('scale', 'task', tasks, scales)][:1 if scales == 1 else 2]
    for name, outer, blocks, count in axes:
        tokens = count * config.queries
        square, square_axes = (blocks, config.heads, tokens, tokens), [outer, 'head', 'query_out', 'query_in']
        inputs += [tensor(f'{name}_{kind}', f'{name}_{kind}', square_axes, square) for kind in ('bias', 'gate')]
        step = f'cross_{name}'
        outputs += [tensor(f'{step}_attention', f'{step}_attention', square_axes, square),
                    tensor(f'{step}_gram', f'{step}_gram', [outer, 'query_in', 'head_a', 'head_b'],
                           (blocks, tokens, config.heads, config.heads)),
                    tensor(f'{step}_residual', f'{step}_residual', [outer, 'query'], (blocks, tokens))]
    return Description('crossTask', None, 'cross_task.onnx', [describe_queries(config, 'queries'), *inputs],
                       [describe_queries(config, 'queries_out'), *outputs])


def describe_decoder(config, task):
    scales, heads, count = len(config.scale_sizes), config.heads, config.queries
    sizes = [(s, h, w) for s, (_, h, w) in enumerate(config.scale_sizes)]
    rows = [tensor(f'decoder_{kind}_{task.id}', f'decoder_{kind}', ['scale', 'head', 'query'], (scales, heads, count), task.id)
            for kind in ('bias', 'gate')]
    return Description(
        'decoders', task.id, f'decoder_{task.id}.onnx',
        [*describe_features(config, task.id),
         tensor(f'queries_{task.id}', 'queries', ['scale', 'query', 'channel'], (scales, count, config.channels), task.id), *rows],
        [tensor(f'logits_{task.id}', 'logits', IMAGE_AXES, (1, task.channels, config.height, config.width), task.id),
         *[tensor(f'decoder_attention_{task.id}_s{s}', 'decoder_attention', ['head', 'height', 'width', 'query'],
                  (heads, h, w, count), task.id, s) for s, h, w in sizes],
         *[tensor(f'decoder_gram_{task.id}_s{s}', 'decoder_gram', ['query', 'head_a', 'head_b'], (count, heads, heads), task.id, s)
           for s, _, _ in sizes],
         *[tensor(f'decoder_coarser_{task.id}_s{s}', 'decoder_coarser', ['height', 'width'], (h, w), task.id, s)
           for s, h, w in sizes[:-1]]])


def describe_contributions(config, task):
    return Description(
        'contributions', task.id, f'contributions_{task.id}.onnx', describe_features(config, task.id),
        [tensor(f'encoder_gram_{task.id}_s{s}', 'encoder_gram', ['head_a', 'head_b', 'height', 'width'],
                (config.heads, config.heads, h, w), task.id, s) for s, (_, h, w) in enumerate(config.scale_sizes)])


def describe_graphs(config):
    """Every graph in the order in which they are chained."""
    per_task = [describe(config, task) for describe in (describe_decoder, describe_contributions) for task in config.tasks]
    return [describe_encoder(config), describe_cross_task(config), *per_task]


def example(entries):
    """Seeded tensors of the shapes in `entries`."""
    generator = torch.Generator().manual_seed(0)
    return tuple(torch.randn(entry['shape'], generator=generator) for entry in entries)


def neutral(entries):
    """{name: tensor} for those `entries` that intervene: the values that change nothing."""
    kinds = {'bias': torch.zeros, 'gate': torch.ones}
    return {entry['name']: kinds[kind](entry['shape'])
            for entry in entries for kind in [entry['role'].split('_')[-1]] if kind in kinds}
