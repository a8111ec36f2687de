"""Writes a multi-task network as others export them: one image of open size in, logits of three tasks out at a quarter of it.

`make_multi_task.py OUT.onnx`; needs onnx and numpy. Seeded random weights: nothing was trained."""
import sys

import numpy as np
from onnx import TensorProto, checker, helper, numpy_helper, save

random = np.random.default_rng(0)
weights, nodes, outputs = [], [], []


def conv(source, target, channels_in, channels_out, size, stride):
    kernel = random.standard_normal((channels_out, channels_in, size, size)) / (size * channels_in ** 0.5)
    weights.append(numpy_helper.from_array(kernel.astype('float32'), f'{target}.weight'))
    pad = (size - 1) // 2
    nodes.append(helper.make_node('Conv', [source, f'{target}.weight'], [target], strides=[stride] * 2, pads=[pad] * 4))


conv('image', 'stem', 3, 16, 3, 4)
nodes.append(helper.make_node('Relu', ['stem'], ['features']))
for name, channels in (('out_semseg', 40), ('out_depth', 1), ('out_normals', 3)):
    conv('features', name, 16, channels, 1, 1)
    outputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, channels, 'h', 'w']))
image = helper.make_tensor_value_info('image', TensorProto.FLOAT, [1, 3, 'height', 'width'])
model = helper.make_model(helper.make_graph(nodes, 'multi_task', [image], outputs, weights),
                          opset_imports=[helper.make_opsetid('', 17)], ir_version=8)
checker.check_model(model)
save(model, sys.argv[1])
