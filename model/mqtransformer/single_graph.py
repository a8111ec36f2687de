"""Makes an ONNX file of any origin fit to be the one graph of a bundle: constant shapes, logits at the input's size, one file."""

import os
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, external_data_helper, helper, numpy_helper, shape_inference

LARGEST = 2 ** 31 - 1  # bytes; protobuf writes no larger message


def read_model(path):
    """The model with its weights. External weights must be regular files inside the model's own folder. Raises ValueError."""
    path = Path(path).resolve()
    try:
        model = onnx.load(str(path), load_external_data=False)
    except Exception as error:  # protobuf's own errors share no class
        raise ValueError(f'{path.name} cannot be read as ONNX: {error}') from error
    for tensor in model.graph.initializer:
        for entry in tensor.external_data:
            if entry.key == 'location':
                check_location(path.parent, entry.value)
    foreign = sorted({entry.domain for entry in model.opset_import} - {'', 'ai.onnx'})
    if foreign or len(model.functions):
        raise ValueError(f'{path.name} needs operators that the application does not load: {foreign or [f.name for f in model.functions]}. '
                         'Export it with the operators of ONNX only.')
    external_data_helper.load_external_data_for_model(model, str(path.parent))
    return model


def check_location(folder, location):
    target = folder / location
    if os.path.isabs(location) or folder not in target.resolve().parents or target.is_symlink() or not target.is_file():
        raise ValueError(f'external weights are expected as a file inside {folder.name}/, found {location!r}')


def dims(value):
    """Shape of a graph's input or output; None for a dimension that is not a constant."""
    return [d.dim_value if d.HasField('dim_value') and d.dim_value > 0 else None for d in value.type.tensor_type.shape.dim]


def opset_of(model):
    return next(entry.version for entry in model.opset_import if entry.domain in ('', 'ai.onnx'))


def fix_input(model, size):
    """Makes the image input (1,3,H,W). size: (H,W), needed where the file leaves them open. Returns the input's name and (H,W)."""
    stored = {tensor.name for tensor in model.graph.initializer}
    inputs = [value for value in model.graph.input if value.name not in stored]
    if len(inputs) != 1:
        raise ValueError(f'one input, the image, is expected; found {[value.name for value in inputs]}')
    image, shape = inputs[0], dims(inputs[0])
    if len(shape) != 4 or shape[0] not in (None, 1) or shape[1] not in (None, 3) or image.type.tensor_type.elem_type != TensorProto.FLOAT:
        raise ValueError(f'input "{image.name}" should be float32 (1,3,H,W); it is of type '
                         f'{TensorProto.DataType.Name(image.type.tensor_type.elem_type)} and shape {shape}')
    found = tuple(shape[2:])
    if size is None and None in found:
        raise ValueError(f'input "{image.name}" leaves its height or width open: give --size HEIGHTxWIDTH')
    if size is not None and any(has not in (None, wants) for has, wants in zip(found, size)):
        raise ValueError(f'input "{image.name}" is fixed at {found[0]}x{found[1]}, --size says {size[0]}x{size[1]}')
    size = size or found
    for dim, value in zip(image.type.tensor_type.shape.dim, (1, 3, *size)):
        dim.dim_value = value
    return image.name, size


def infer_outputs(model):
    """The model with the shapes of its outputs worked out from the input's."""
    for value in model.graph.output:
        value.type.tensor_type.ClearField('shape')
    del model.graph.value_info[:]
    return shape_inference.infer_shapes(model, data_prop=True)


def run_once(model, image):
    """Every output for one image, by onnxruntime, or by onnx's slow reference where that is missing. {name: array}"""
    names = [value.name for value in model.graph.output]
    feeds = {next(value.name for value in model.graph.input if value.name not in {t.name for t in model.graph.initializer}): image}
    try:
        import onnxruntime
    except ImportError:
        try:
            from onnx.reference import ReferenceEvaluator
        except ImportError:
            return None
        return dict(zip(names, ReferenceEvaluator(model).run(None, feeds)))
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=['CPUExecutionProvider'])
    return dict(zip(names, session.run(None, feeds)))


def keep_outputs(model, kept):
    """Drops every output that `kept` does not name. What only served them stays in the file; runtimes skip it."""
    for value in [value for value in model.graph.output if value.name not in kept]:
        model.graph.output.remove(value)


def upsample(model, output, shape, size):
    """Adds a bilinear Resize (half-pixel centres, as align_corners=False) from `shape` to (1,K,H,W) behind `output`.
    Returns the name of the new output."""
    name = f'{output}_at_input_size'
    sizes = numpy_helper.from_array(np.array([*shape[:2], *size], np.int64), f'{output}_sizes')
    model.graph.initializer.append(sizes)
    model.graph.node.append(helper.make_node('Resize', [output, '', '', sizes.name], [name], mode='linear',
                                             coordinate_transformation_mode='half_pixel'))
    place = next(at for at, value in enumerate(model.graph.output) if value.name == output)
    model.graph.output[place].CopyFrom(helper.make_tensor_value_info(name, TensorProto.FLOAT, [*shape[:2], *size]))
    return name


def write_model(model, path):
    """Writes the checked model as one file and returns its bytes. Raises ValueError when it is too large or invalid."""
    if model.ByteSize() > LARGEST:
        raise ValueError(f'the model takes {model.ByteSize()} bytes; one file holds at most {LARGEST}')
    try:
        onnx.checker.check_model(model)
    except onnx.checker.ValidationError as error:
        raise ValueError(f'onnx.checker refuses the model: {error}') from error
    data = model.SerializeToString()
    Path(path).write_bytes(data)
    return data
