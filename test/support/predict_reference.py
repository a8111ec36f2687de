"""What `predict --raw` must give, written from the card alone: Pillow, NumPy and onnxruntime for Python.

`predict_reference.py BUNDLE PHOTOS OUT` writes OUT/<photo>.<task>.npy, float32 logits (C,H,W) at the photo's size."""
import json
import sys
from pathlib import Path

import numpy as np
import onnxruntime
from PIL import Image

bundle, photos, out = (Path(argument) for argument in sys.argv[1:])
card = json.loads((bundle / 'model.json').read_text())
height, width = card['input']['height'], card['input']['width']


def session(graph):
    return onnxruntime.InferenceSession(str(bundle / graph['file']), providers=['CPUExecutionProvider'])


def letterbox(photo):
    """The photo as the model's input, and where it lies in it: (top, left, height, width)."""
    scale = min(1, width / photo.width, height / photo.height)
    size = max(1, round(photo.width * scale)), max(1, round(photo.height * scale))
    if size != photo.size:
        photo = photo.resize(size, Image.BILINEAR)
    values = np.asarray(photo, 'float64') / card['input']['scale']
    values = (values - card['input']['mean']) / card['input']['std']
    top, left = (height - size[1]) // 2, (width - size[0]) // 2
    image = np.zeros((1, 3, height, width), 'float32')
    image[0, :, top:top + size[1], left:left + size[0]] = values.transpose(2, 0, 1)
    return image, (top, left, size[1], size[0])


def enlarge(plane, size):
    """(C,h,w) -> (C,H,W), bilinear, corners not aligned, no antialiasing."""
    for axis, wanted in ((1, size[0]), (2, size[1])):
        count = plane.shape[axis]
        position = np.maximum((np.arange(wanted) + 0.5) * count / wanted - 0.5, 0)
        low = np.minimum(position.astype(int), count - 1)
        weight = (position - low).reshape([-1 if at == axis else 1 for at in range(3)])
        plane = np.take(plane, low, axis) * (1 - weight) + np.take(plane, np.minimum(low + 1, count - 1), axis) * weight
    return plane


def neutral(graph):
    return {tensor['name']: np.full(tensor['shape'], tensor['role'].endswith('_gate'), 'float32') for tensor in graph['inputs']
            if tensor['role'].endswith(('_bias', '_gate'))}


def split_graphs(graphs):
    encoder, cross = session(graphs['encoder']), session(graphs['crossTask'])
    decoders = {task: session(graph) for task, graph in graphs['decoders'].items()}

    def forward(image):
        values = dict(zip([output.name for output in encoder.get_outputs()], encoder.run(None, {encoder.get_inputs()[0].name: image})))
        queries, = cross.run(['queries_out'], {'queries': values['queries'], **neutral(graphs['crossTask'])})
        for at, task in enumerate(card['tasks']):
            graph = graphs['decoders'][task['id']]
            feeds = {tensor['name']: queries[at] if tensor['role'] == 'queries' else values[tensor['name']] for tensor in graph['inputs']
                     if tensor['role'] in ('queries', 'features')}
            logits, = decoders[task['id']].run([f'logits_{task["id"]}'], {**feeds, **neutral(graph)})
            yield task['id'], logits[0]
    return forward


def single_graph(graph):
    run = session(graph)
    names = {tensor['task']: tensor['name'] for tensor in graph['outputs'] if tensor['role'] == 'logits'}

    def forward(image):
        values = run.run(list(names.values()), {graph['inputs'][0]['name']: image})
        return ((task, logits[0]) for task, logits in zip(names, values))
    return forward


forward = single_graph(card['graphs']['single']) if 'single' in card['graphs'] else split_graphs(card['graphs'])
for path in sorted(photos.glob('*.png')):
    photo = Image.open(path).convert('RGB')
    image, (top, left, h, w) = letterbox(photo)
    for task, logits in forward(image):
        cropped = logits[:, top:top + h, left:left + w].astype('float64')
        np.save(out / f'{path.stem}.{task}.npy', enlarge(cropped, (photo.height, photo.width)).astype('float32'))
