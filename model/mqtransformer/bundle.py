"""Writes a bundle: ONNX graphs and their card `model.json`."""

import hashlib
import json
from pathlib import Path

import onnx
import torch

from .forms import graphs_of
from .letterbox import MEAN, STD
from .tensors import describe_graphs, example

OPSET = 17
# The legacy exporter: it exists in torch 1.13 and, behind this flag, in the newer ones.
LEGACY = {'dynamo': False} if int(torch.__version__.split('.')[0]) >= 2 else {}


def export_graph(module, inputs, outputs, path):
    """Traces `module` at constant shapes in evaluation mode, where batch norm folds into the convolutions."""
    torch.onnx.export(module.eval(), example(inputs), str(path), opset_version=OPSET, do_constant_folding=True,
                      input_names=[entry['name'] for entry in inputs], output_names=[entry['name'] for entry in outputs], **LEGACY)
    model = onnx.load(str(path))
    name_constants(model, outputs)
    onnx.save(model, str(path))
    onnx.checker.check_model(model)
    found = {value.name: [d.dim_value for d in value.type.tensor_type.shape.dim] for value in model.graph.output}
    wanted = {entry['name']: entry['shape'] for entry in outputs}
    if found != wanted:
        raise ValueError(f'{path.name}: the exported outputs are {found}, the card says {wanted}')


def name_constants(model, outputs):
    """Newer exporters fold an output that depends on no input into a constant and forget its name."""
    for value, entry in zip(model.graph.output, outputs):
        if value.name != entry['name']:
            model.graph.node.append(onnx.helper.make_node('Identity', [value.name], [entry['name']]))
            value.name = entry['name']


def describe_graph(path, inputs, outputs):
    data = path.read_bytes()
    return {'file': path.name, 'sha256': hashlib.sha256(data).hexdigest(), 'bytes': len(data), 'opset': OPSET,
            'inputs': inputs, 'outputs': outputs}


def write_bundle(net, out, name, description, provenance, licence='MIT'):
    """Writes the graphs of `net` and the card into the folder `out` (replaced graph by graph). Returns the card."""
    out = Path(out)
    out.mkdir(parents=True, exist_ok=True)
    graphs, modules = {}, graphs_of(net.eval())
    with torch.no_grad():
        for key, task, file, inputs, outputs in describe_graphs(net.config):
            export_graph(modules[key, task], inputs, outputs, out / file)
            described = describe_graph(out / file, inputs, outputs)
            if task is None:
                graphs[key] = described
            else:
                graphs.setdefault(key, {})[task] = described
    config = net.config
    card = {
        'schemaVersion': 1, 'name': name, 'variant': config.form, 'licence': licence, 'description': description,
        'tasks': [task.card() for task in net.tasks],
        'scales': [{'stride': stride, 'height': h, 'width': w} for stride, h, w in config.scale_sizes],
        'queries': config.queries, 'heads': config.heads, 'channels': config.channels,
        'input': {'height': config.height, 'width': config.width, 'mean': list(MEAN), 'std': list(STD), 'order': 'rgb', 'scale': 255,
                  'resize': 'fit-down-triangle', 'padding': {'position': 'centre', 'fill': 0, 'when': 'after-normalise'}},
        'graphs': graphs, 'provenance': provenance,
    }
    (out / 'model.json').write_text(json.dumps(card, indent=1) + '\n')
    return card


def graphs_in(card):
    """Every graph of a card as `write_bundle` returns it."""
    return [graph for entry in card['graphs'].values() for graph in ([entry] if 'file' in entry else entry.values())]
