"""`export`: writes a checkpoint as a bundle and, where onnxruntime can be imported, proves that it answers as PyTorch does."""

import json
from pathlib import Path

import torch

from .attention import CUT
from .bundle import graphs_in, write_bundle
from .checkpoint import load_network, sha256
from .parity import available, check_parity
from .tensors import describe_graphs, example, neutral

FORMS = {'scale-aware': 'a small reconstruction of the scale-aware multi-query transformer',
         'released': 'the single-scale multi-query transformer'}
DATA = {'rooms': 'rendered rooms (scripts in this repository), no photographs',
        'nyudv2': 'NYUDv2', 'nyud_mt': 'NYUD_MT', 'pascal': 'PASCALContext'}


def pretrained(notes):
    """The weights that a training, or the one it went on from, began with; None for random ones."""
    while notes:
        if 'pretrained' in notes:
            return notes['pretrained']
        notes = (notes.get('init') or {}).get('notes')
    return None


def describe(net, notes):
    data, begun = notes.get('data', 'rooms'), pretrained(notes)
    if data != 'rooms':
        return f'Multi-task model: {FORMS[net.config.form]}, trained on {DATA[data]} with the scripts of this repository.'
    return (f'Demo-grade: {FORMS[net.config.form]}, trained on rendered rooms only, from {begun or "scratch"}. '
            'It is here to make inspection possible; it was never measured on photographs.')


def add_arguments(parser):
    parser.add_argument('--checkpoint', type=Path, required=True)
    parser.add_argument('--out', type=Path, required=True)
    parser.add_argument('--name', default='rooms-mqs', help='of the bundle')
    parser.add_argument('--metrics', type=Path, nargs='*', default=[], help='JSON files that `evaluate --out` wrote')


def parity_of(net, out):
    """Largest relative difference over all tensors, without biases and with depth -> semseg cut at the finest scale."""
    encoder, cross, *_ = describe_graphs(net.config)
    image, = example(encoder.inputs)
    task_bias = neutral(cross.inputs)['task_bias']
    count = net.config.queries
    task_bias[0, :, :count, count:2 * count] = CUT
    plain, cut = check_parity(net, out, image), check_parity(net, out, image, {'task_bias': task_bias})
    return max(*plain.values(), *cut.values())


def main(args):
    net, notes = load_network(args.checkpoint)
    data = notes.get('data', 'rooms')
    measured = [json.loads(path.read_text()) for path in args.metrics]
    provenance = {
        'trainingData': DATA[data], 'rooms': notes['rooms'], 'seed': notes['seed'],
        'steps': notes['steps'], 'imagesSeen': notes['seen'], 'checkpointSha256': sha256(args.checkpoint),
        'pretrained': pretrained(notes), 'script': 'python -m mqtransformer train, then export (model/README.md)', 'torch': notes['torch'],
        'metrics': {entry['rooms']: entry['metrics'] for entry in measured}, 'synthetic': data == 'rooms',
    }
    card = write_bundle(net, args.out, args.name, describe(net, notes), provenance)
    parity = parity_of(net, args.out) if available() else None
    print(json.dumps({'out': str(args.out), 'bytes': sum(graph['bytes'] for graph in graphs_in(card)), 'exportTorch': str(torch.__version__),
                      'parity': 'not checked: onnxruntime cannot be imported' if parity is None else parity}))
