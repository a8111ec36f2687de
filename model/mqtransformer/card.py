"""`card`: makes a bundle of any multi-task ONNX file, one image in, logits of every task out, so that it can be used for labelling.

Outputs are matched to tasks by name or by --task. Shapes are checked; logits at another resolution than the input get a bilinear
resize. The attention views need the graphs of this package's own models and stay empty for such a bundle."""

import argparse
import hashlib
import json
from pathlib import Path

import numpy as np

from . import single_graph
from .classes import NYUD40, PARTS7, VOC21, voc_colour
from .letterbox import MEAN, STD

# Names of classes that a number of channels tells.
KNOWN = {('semseg', 40): NYUD40, ('semseg', 21): VOC21, ('human_parts', 7): PARTS7}

# id -> words in an output's name that mean it; kind; {channels: activation}, None for any number; ignore; unit
TASKS = {
    'semseg': (('semseg', 'semantic', 'seg'), 'class', {None: 'argmax'}, 255, None),
    'human_parts': (('human_parts', 'humanparts', 'parts'), 'class', {None: 'argmax'}, 255, None),
    'depth': (('depth',), 'scalar', {1: 'clamp-min-0'}, 0, 'm'),
    'normals': (('normals', 'normal'), 'vector', {3: 'l2-normalise'}, None, 'unit vector'),
    'edge': (('edge', 'edges', 'boundary', 'boundaries'), 'probability', {1: 'sigmoid'}, 255, 'probability'),
    'sal': (('sal', 'saliency'), 'probability', {1: 'sigmoid', 2: 'softmax1'}, 255, 'probability'),
}


def match(names, given):
    """{task: output name}: those of `given`, else every task that exactly one output's name tells. Raises ValueError."""
    for task, output in given.items():
        if output not in names:
            raise ValueError(f'--task {task}={output}: the outputs are {", ".join(names)}')
    matched = dict(given)
    for task, (words, *_) in TASKS.items():
        fitting = [name for name in names if name not in matched.values() and tells(name, words)]
        exact = [name for name in fitting if name in words]
        if task not in matched and fitting:
            if len(exact or fitting) > 1:
                raise ValueError(f'several outputs could be {task}: {", ".join(fitting)}. Choose with --task {task}=OUTPUT.')
            matched[task] = (exact or fitting)[0]
    if not matched:
        raise ValueError(f'no output is named like a task; the outputs are {", ".join(names)}. '
                         f'Say which is which with --task TASK=OUTPUT, TASK one of {", ".join(TASKS)}.')
    return {task: matched[task] for task in TASKS if task in matched}


def tells(name, words):
    parts = name.lower().replace('.', '_').replace('/', '_').replace('-', '_')
    return any(f'_{word}_' in f'_{parts}_' for word in words)


def describe_task(task, channels, class_files):
    """The card's entry of a task with this many channels. Raises ValueError where they do not fit."""
    _, kind, activations, ignore, unit = TASKS[task]
    activation = activations.get(channels, activations.get(None))
    if activation is None:
        raise ValueError(f'{task} has {channels} channels; expected {" or ".join(map(str, activations))}')
    classes = None
    if kind == 'class':
        classes = read_classes(class_files[task]) if task in class_files else KNOWN.get((task, channels))
        if classes is None:
            raise ValueError(f'{task} has {channels} channels and no known class names: give --classes {task}=FILE, one name a line')
        if len(classes) != channels:
            raise ValueError(f'{task} has {channels} channels, --classes names {len(classes)}')
    first = 0 if classes and classes[0] == 'background' else 1
    palette = [voc_colour(index + first) for index in range(channels)] if classes else None
    return {'id': task, 'kind': kind, 'channels': channels, 'classes': list(classes) if classes else None, 'palette': palette,
            'ignore': ignore, 'activation': activation, 'unit': unit}


def read_classes(path):
    return [line.strip() for line in Path(path).read_text(encoding='utf-8').splitlines() if line.strip()]


def output_shapes(model, size):
    """{output: shape}, from shape inference, or where that does not tell from running the model once."""
    shapes = {value.name: single_graph.dims(value) for value in model.graph.output}
    if any(not shape or None in shape for shape in shapes.values()):
        values = single_graph.run_once(model, np.zeros((1, 3, *size), np.float32))
        if values is None:
            raise ValueError('the shapes of the outputs depend on running the model: install onnxruntime and try again')
        shapes = {name: list(value.shape) for name, value in values.items()}
    return shapes


def tensor(name, role, task, shape):
    return {'name': name, 'role': role, 'task': task, 'scale': None, 'axes': ['batch', 'channel', 'height', 'width'], 'shape': list(shape)}


def make_bundle(args):
    """Writes the bundle `args.out`. Returns what was found, for printing. Raises ValueError."""
    model = single_graph.read_model(args.onnx)
    image, size = single_graph.fix_input(model, args.size)
    model = single_graph.infer_outputs(model)
    shapes = output_shapes(model, size)
    matched = match(list(shapes), dict(args.task))
    for task, output in matched.items():
        if len(shapes[output]) != 4 or shapes[output][0] != 1:
            raise ValueError(f'output "{output}" for {task} should be logits (1,K,h,w), it is {shapes[output]}')
    tasks = [describe_task(task, shapes[output][1], dict(args.classes)) for task, output in matched.items()]
    single_graph.keep_outputs(model, set(matched.values()))
    outputs, found = [], {}
    for task, output in matched.items():
        shape, name = shapes[output], output
        if tuple(shape[2:]) != tuple(size):
            name = single_graph.upsample(model, output, shape, size)
        else:
            value = next(value for value in model.graph.output if value.name == output)
            value.CopyFrom(single_graph.helper.make_tensor_value_info(output, single_graph.TensorProto.FLOAT, shape))
        outputs.append(tensor(name, 'logits', task, [1, shape[1], *size]))
        found[task] = {'output': output, 'shape': shape, 'resized': name != output}
    args.out.mkdir(parents=True, exist_ok=True)
    data = single_graph.write_model(model, args.out / 'single.onnx')
    card = {
        'schemaVersion': 1, 'name': args.name or args.onnx.stem, 'variant': 'single-graph', 'licence': args.licence,
        'description': args.description, 'tasks': tasks, 'scales': [], 'queries': 0, 'heads': 0, 'channels': 0,
        'input': {'height': size[0], 'width': size[1], 'mean': args.mean, 'std': args.std, 'order': 'rgb', 'scale': 255,
                  'resize': 'fit-down-triangle', 'padding': {'position': 'centre', 'fill': 0, 'when': 'after-normalise'}},
        'graphs': {'single': {'file': 'single.onnx', 'sha256': hashlib.sha256(data).hexdigest(), 'bytes': len(data),
                              'opset': single_graph.opset_of(model), 'inputs': [tensor(image, 'image', None, (1, 3, *size))],
                              'outputs': outputs}},
        'provenance': {'script': 'python -m mqtransformer card', 'source': args.onnx.name,
                       'sourceSha256': hashlib.sha256(args.onnx.read_bytes()).hexdigest()},
    }
    (args.out / 'model.json').write_text(json.dumps(card, indent=1) + '\n')
    values = single_graph.run_once(model, np.zeros((1, 3, *size), np.float32)) if args.run else None
    odd = [name for name, value in (values or {}).items() if not np.isfinite(value).all()]
    return {'out': str(args.out), 'input': {'name': image, 'shape': [1, 3, *size]}, 'tasks': found, 'bytes': len(data),
            'unused': sorted(set(shapes) - set(matched.values())),
            'run': f'outputs that are not finite on a grey image: {odd}' if odd else 'finite on a grey image' if values else 'not run'}


def pair(text):
    task, _, value = text.partition('=')
    if task not in TASKS or not value:
        raise argparse.ArgumentTypeError(f'expected TASK=VALUE with TASK one of {", ".join(TASKS)}, found {text!r}')
    return task, value


def height_width(text):
    height, _, width = text.partition('x')
    if not (height.isdigit() and width.isdigit()):
        raise argparse.ArgumentTypeError(f'expected HEIGHTxWIDTH, as 448x576, found {text!r}')
    return int(height), int(width)


def add_arguments(parser):
    parser.add_argument('--onnx', type=Path, required=True, help='the model; external weights beside it are taken in')
    parser.add_argument('--out', type=Path, required=True, help='folder of the bundle')
    parser.add_argument('--task', type=pair, action='append', default=[], metavar='TASK=OUTPUT', help='which output is which task')
    parser.add_argument('--classes', type=pair, action='append', default=[], metavar='TASK=FILE', help='class names, one a line')
    parser.add_argument('--size', type=height_width, help='HEIGHTxWIDTH, for a model that leaves them open')
    parser.add_argument('--mean', type=float, nargs=3, default=list(MEAN), help='of RGB in 0..1; subtracted')
    parser.add_argument('--std', type=float, nargs=3, default=list(STD), help='of RGB in 0..1; divided by')
    parser.add_argument('--name')
    parser.add_argument('--licence', default='unknown')
    parser.add_argument('--description', default='Made elsewhere; nothing is known here about its training or accuracy.')
    parser.add_argument('--no-run', dest='run', action='store_false', help='do not run the model once as a check')


def main(args):
    try:
        print(json.dumps(make_bundle(args), indent=1))
    except (ValueError, OSError) as error:
        raise SystemExit(f'card: {error}') from error
