"""Runs a bundle's graphs in onnxruntime, one after another, and compares every tensor with PyTorch's."""

import numpy as np
import torch
import torch.nn.functional as F

from .forms import graphs_of
from .tensors import describe_graphs, neutral

TOLERANCE = 1e-4


def available():
    """True when onnxruntime for Python can be imported. Without it a bundle can still be written, unchecked."""
    try:
        import onnxruntime  # noqa: F401
    except ImportError:
        return False
    return True


def logits_of(net, image):
    """{task: (1,K,H,W)}: what the network says, not its graphs, at the input's size."""
    size = (net.config.height, net.config.width)
    with torch.no_grad():
        small = net(torch.as_tensor(image)).logits
    return {task: F.interpolate(value, size=size, mode='bilinear', align_corners=False).numpy() for task, value in small.items()}


def run_modules(net, image, changes=None):
    """Chains the graphs' PyTorch modules. Returns {tensor name: float32 array}, inputs included."""
    modules = graphs_of(net)

    def run(graph, values):
        with torch.no_grad():
            found = modules[graph.key, graph.task].eval()(*[torch.as_tensor(values[entry['name']]) for entry in graph.inputs])
        return [value.numpy() for value in (found if isinstance(found, tuple) else (found,))]
    return chain(net.config, image, run, changes)


def run_bundle(config, folder, image, changes=None):
    """Chains the ONNX files in `folder`. Returns {tensor name: float32 array}, inputs included."""
    import onnxruntime

    def run(graph, values):
        session = onnxruntime.InferenceSession(str(folder / graph.file), providers=['CPUExecutionProvider'])
        return session.run(None, {entry['name']: values[entry['name']] for entry in graph.inputs})
    return chain(config, image, run, changes)


def chain(config, image, run, changes=None):
    """image float32 (1,3,H,W). changes: {name of a bias or gate: array}; the others change nothing."""
    if tuple(image.shape) != (1, 3, config.height, config.width):
        raise ValueError(f'the graphs take one image, [1, 3, {config.height}, {config.width}]; found {list(image.shape)}')
    graphs = describe_graphs(config)
    values = {name: value.numpy() for graph in graphs for name, value in neutral(graph.inputs).items()}
    values.update({name: np.asarray(value, np.float32) for name, value in {'image': image, **(changes or {})}.items()})
    ids = [task.id for task in config.tasks]
    for graph in graphs:
        if graph.key == 'decoders':
            values[f'queries_{graph.task}'] = values['queries_out'][ids.index(graph.task)]
        values.update(zip([entry['name'] for entry in graph.outputs], run(graph, values)))
    return values


def relative_difference(found, wanted):
    """Largest absolute difference over the largest magnitude of `wanted`."""
    return float(np.abs(found - wanted).max() / max(np.abs(wanted).max(), 1e-12))


def require_close(found, wanted):
    """{tensor name: relative difference} of `wanted`. Raises ValueError naming every tensor beyond TOLERANCE."""
    differences = {name: relative_difference(found[name], value) for name, value in wanted.items()}
    far = {name: value for name, value in differences.items() if not value <= TOLERANCE}
    if far:
        raise ValueError(f'the graphs and PyTorch disagree by more than {TOLERANCE}: {far}')
    return differences


def check_logits(net, folder, image):
    """{task: relative difference} between the network and the graphs in `folder`, or, without onnxruntime, their modules."""
    found = run_bundle(net.config, folder, image) if available() else run_modules(net, image)
    return require_close({task.id: found[f'logits_{task.id}'] for task in net.tasks}, logits_of(net, image))


def check_parity(net, folder, image, changes=None):
    """{tensor name: relative difference}: logits against the network itself where nothing is changed, everything else (and logits
    under `changes`) against the graphs' modules. Raises ValueError naming every tensor beyond TOLERANCE."""
    wanted, found = run_modules(net, image, changes), run_bundle(net.config, folder, image, changes)
    if not changes:
        wanted.update({f'logits_{task}': value for task, value in logits_of(net, image).items()})
    return require_close(found, wanted)
