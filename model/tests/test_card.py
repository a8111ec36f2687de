import json
from argparse import ArgumentParser

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from mqtransformer import card, single_graph

HEADS = {'seg_out': 21, 'depth': 1, 'aux_depth': 1, 'normals': 3, 'boundary': 1, 'sal': 2}


def write_model(path, outputs=HEADS, shape=('n', 3, 'h', 'w'), stride=1, domain='', external=None):
    """A model whose logits are 1x1 (or strided) convolutions of the image: channel k of an output is (k + 1) * red."""
    nodes, weights, values = [], [], []
    for name, channels in outputs.items():
        kernel = np.zeros((channels, 3, 1, 1), np.float32)
        kernel[:, 0, 0, 0] = np.arange(channels) + 1
        weights.append(numpy_helper.from_array(kernel, f'w_{name}'))
        nodes.append(helper.make_node('Conv', ['photo', f'w_{name}'], [name], strides=[stride, stride]))
        values.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, ['n', channels, f'h_{name}', f'w_{name}_size']))
    imports = [helper.make_opsetid('', 17)]
    if domain:
        imports.append(helper.make_opsetid(domain, 1))
    image = helper.make_tensor_value_info('photo', TensorProto.FLOAT, list(shape))
    model = helper.make_model(helper.make_graph(nodes, 'any', [image], values, weights), opset_imports=imports, ir_version=8)
    if external is not None:
        onnx.save_model(model, str(path), save_as_external_data=True, location=external, size_threshold=0)
    else:
        path.write_bytes(model.SerializeToString())
    return path


def options(onnx_file, out, *words):
    parser = ArgumentParser()
    card.add_arguments(parser)
    return parser.parse_args(['--onnx', str(onnx_file), '--out', str(out), *words])


def bundle(tmp_path, *words, **model):
    found = card.make_bundle(options(write_model(tmp_path / 'any.onnx', **model), tmp_path / 'bundle', *words))
    return found, json.loads((tmp_path / 'bundle' / 'model.json').read_text())


def test_outputs_are_matched_by_name_and_shapes_are_fixed(tmp_path):
    found, written = bundle(tmp_path, '--size', '24x32')
    assert {task: entry['output'] for task, entry in found['tasks'].items()} == {
        'semseg': 'seg_out', 'depth': 'depth', 'normals': 'normals', 'edge': 'boundary', 'sal': 'sal'}
    assert found['unused'] == ['aux_depth']
    assert [(t['id'], t['channels'], t['activation']) for t in written['tasks']] == [
        ('semseg', 21, 'argmax'), ('depth', 1, 'clamp-min-0'), ('normals', 3, 'l2-normalise'), ('edge', 1, 'sigmoid'), ('sal', 2, 'softmax1')]
    assert written['tasks'][0]['classes'][15] == 'person' and written['tasks'][0]['palette'][15] == [192, 128, 128]
    graph = written['graphs']['single']
    assert graph['inputs'][0]['shape'] == [1, 3, 24, 32] and graph['outputs'][0]['shape'] == [1, 21, 24, 32] and graph['opset'] == 17
    model = onnx.load(str(tmp_path / 'bundle' / 'single.onnx'))
    assert {v.name: single_graph.dims(v) for v in model.graph.output} == {e['name']: e['shape'] for e in graph['outputs']}
    assert single_graph.dims(model.graph.input[0]) == [1, 3, 24, 32]


def test_logits_at_another_resolution_are_resized_as_align_corners_false(tmp_path):
    torch = pytest.importorskip('torch')
    found, written = bundle(tmp_path, outputs={'depth': 1}, shape=(1, 3, 24, 32), stride=4)
    assert found['tasks']['depth'] == {'output': 'depth', 'shape': [1, 1, 6, 8], 'resized': True}
    name = written['graphs']['single']['outputs'][0]['name']
    image = np.random.default_rng(0).normal(size=(1, 3, 24, 32)).astype(np.float32)
    values = single_graph.run_once(onnx.load(str(tmp_path / 'bundle' / 'single.onnx')), image)
    if values is None:
        pytest.skip('neither onnxruntime nor onnx.reference is here')
    wanted = torch.nn.functional.interpolate(torch.as_tensor(image[:, :1, ::4, ::4]), size=(24, 32), mode='bilinear', align_corners=False)
    assert np.allclose(values[name], wanted.numpy(), atol=1e-5)


def test_tasks_classes_and_normalisation_can_be_given(tmp_path):
    names = tmp_path / 'names.txt'
    names.write_text('a\nb\n\nc\n', encoding='utf-8')
    _, written = bundle(tmp_path, '--task', 'semseg=first', '--task', 'human_parts=second', '--classes', f'semseg={names}', '--size', '8x12',
                        '--mean', '0', '0', '0', '--std', '1', '1', '1', outputs={'first': 3, 'second': 7})
    assert [task['classes'] for task in written['tasks']] == [['a', 'b', 'c'], list(card.PARTS7)]
    assert written['input']['mean'] == [0, 0, 0] and written['input']['std'] == [1, 1, 1]


@pytest.mark.parametrize('words, model, message', [
    ((), {}, 'give --size'),
    (('--size', '8x8'), {'shape': (1, 3, 24, 32)}, 'fixed at 24x32'),
    (('--size', '8x8', '--task', 'depth=gone'), {}, '--task depth=gone: the outputs are'),
    (('--size', '8x8'), {'outputs': {'y': 1}}, 'no output is named like a task'),
    (('--size', '8x8'), {'outputs': {'a_depth': 1, 'b_depth': 1}}, 'several outputs could be depth: a_depth, b_depth'),
    (('--size', '8x8'), {'outputs': {'semseg': 5}}, 'give --classes semseg=FILE'),
    (('--size', '8x8'), {'outputs': {'normals': 2}}, 'normals has 2 channels; expected 3'),
    (('--size', '8x8'), {'shape': ('n', 4, 'h', 'w')}, 'should be float32'),
    (('--size', '8x8'), {'domain': 'com.microsoft'}, 'com.microsoft'),
])
def test_what_does_not_fit_is_refused_with_its_reason(tmp_path, words, model, message):
    with pytest.raises(ValueError, match=message):
        bundle(tmp_path, *words, **model)
    assert not (tmp_path / 'bundle').exists()


def test_external_weights_are_taken_in(tmp_path):
    found, _ = bundle(tmp_path, '--size', '8x12', external='weights.bin', outputs={'depth': 1})
    assert found['tasks'] and not onnx.load(str(tmp_path / 'bundle' / 'single.onnx')).graph.initializer[0].external_data


@pytest.mark.parametrize('location', ['../weights.bin', '/etc/hostname', 'missing.bin'])
def test_external_weights_elsewhere_are_refused(tmp_path, location):
    path = write_model(tmp_path / 'any.onnx', outputs={'depth': 1}, external='weights.bin')
    model = onnx.load(str(path), load_external_data=False)
    next(e for e in model.graph.initializer[0].external_data if e.key == 'location').value = location
    path.write_bytes(model.SerializeToString())
    with pytest.raises(ValueError, match='external weights are expected'):
        card.make_bundle(options(path, tmp_path / 'bundle', '--size', '8x12'))


def test_the_command_prints_what_it_found_or_says_why_not(tmp_path, capsys):
    card.main(options(write_model(tmp_path / 'a.onnx'), tmp_path / 'bundle', '--size', '8x12'))
    assert json.loads(capsys.readouterr().out)['tasks']['edge'] == {'output': 'boundary', 'shape': [1, 1, 8, 12], 'resized': False}
    (tmp_path / 'b.onnx').write_bytes(b'not a model')
    with pytest.raises(SystemExit, match='b.onnx cannot be read'):
        card.main(options(tmp_path / 'b.onnx', tmp_path / 'other'))
