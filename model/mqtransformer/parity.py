"""Runs a bundle's graphs in onnxruntime, one after another, and compares every tensor with PyTorch's."""

import numpy as np
import torch

from .graphs import graph_table

TOLERANCE = 1e-4


def available():
    """True when onnxruntime for Python can be imported. Without it a bundle can still be written, unchecked."""
    try:
        import onnxruntime  # noqa: F401
    except ImportError:
        return False
    return True


def run_modules(net, image, biases=None):
    """Chains the graphs' PyTorch modules. Returns {tensor name: float32 array}, inputs included."""
    def run(module, file, names, values):
        return [value.numpy() for value in module.eval()(*[torch.as_tensor(values[name]) for name in names])]
    return chain(net, image, run, biases)


def run_bundle(net, folder, image, biases=None):
    """Chains the ONNX files in `folder`. Returns {tensor name: float32 array}, inputs included."""
    import onnxruntime

    def run(module, file, names, values):
        session = onnxruntime.InferenceSession(str(folder / file), providers=['CPUExecutionProvider'])
        return session.run(None, {name: values[name] for name in names})
    return chain(net, image, run, biases)


def chain(net, image, run, biases=None):
    """image float32 (1,3,H,W). biases: (task_bias, scale_bias) or None for none."""
    task_bias, scale_bias = net.zero_biases() if biases is None else biases
    values = {'image': np.asarray(image), 'task_bias': np.asarray(task_bias), 'scale_bias': np.asarray(scale_bias)}
    ids = [task.id for task in net.tasks]
    with torch.no_grad():
        for _, task, file, module, inputs, outputs in graph_table(net):
            if task is not None:
                values[f'queries_{task}'] = values['queries_out'][ids.index(task)]
            result = run(module, file, [entry['name'] for entry in inputs], values)
            values.update(zip([entry['name'] for entry in outputs], result))
    return values


def relative_difference(found, wanted):
    """Largest absolute difference over the largest magnitude of `wanted`."""
    return float(np.abs(found - wanted).max() / max(np.abs(wanted).max(), 1e-12))


def check_parity(net, folder, image, biases=None):
    """{tensor name: relative difference}. Raises ValueError naming every tensor beyond TOLERANCE."""
    wanted, found = run_modules(net, image, biases), run_bundle(net, folder, image, biases)
    differences = {name: relative_difference(found[name], value) for name, value in wanted.items()}
    far = {name: value for name, value in differences.items() if not value <= TOLERANCE}
    if far:
        raise ValueError(f'onnxruntime and PyTorch disagree by more than {TOLERANCE}: {far}')
    return differences
