import argparse
import collections
import io
import json
import os
import pickle
import zipfile
from pathlib import Path

import pytest
import torch

from mqtransformer import convert
from mqtransformer.parity import available
from mqtransformer.released import config as released_config
from mqtransformer.released.checkpoint import UNUSED, KeyMismatch, load_released, mismatches, read_state
from mqtransformer.released.config import TINY_RELEASED, ReleasedConfig, SwinConfig
from mqtransformer.released.network import ReleasedNet
from mqtransformer.released.safe_read import UnsafeCheckpoint, read_checkpoint
from mqtransformer.tiny import tiny_network

SMALL = SwinConfig(4, (1, 1, 1, 1), (1, 1, 2, 4))


class ModelCheckpoint:
    """What Lightning leaves in a file: an object of a class of its own."""

    def __init__(self):
        self.best = torch.tensor(1.0)


ModelCheckpoint.__module__ = 'pytorch_lightning.callbacks.model_checkpoint'
ModelCheckpoint.__qualname__ = 'ModelCheckpoint'


class Runs:
    def __init__(self, function, *arguments):
        self.call = (function, arguments)

    def __reduce__(self):
        return self.call


def lightning_file(path, state, **more):
    """A checkpoint as Lightning 1.x writes it, its own classes among the content."""
    import sys
    import types
    name = ModelCheckpoint.__module__
    modules = {'.'.join(name.split('.')[:depth]): types.ModuleType(name) for depth in (1, 2, 3)}
    modules[name].ModelCheckpoint = ModelCheckpoint
    sys.modules.update(modules)
    try:
        torch.save({'epoch': 3, 'global_step': 40, 'pytorch-lightning_version': '1.1.8', 'state_dict': collections.OrderedDict(state),
                    'callbacks': {ModelCheckpoint: {'best_model_score': torch.tensor(0.5)}, 'made': ModelCheckpoint()},
                    'optimizer_states': [{'state': {0: {'momentum_buffer': torch.zeros(3)}}, 'param_groups': [{'lr': 1e-3}]}],
                    'lr_schedulers': [], 'hyper_parameters': argparse.Namespace(batch=8), **more}, str(path))
    finally:
        for module in modules:
            del sys.modules[module]
    return path


def unused_tensors(config):
    """The tensors that the published files hold and nothing reads, of the shapes they have there."""
    shapes = {name: (config.channels,) for name in UNUSED}
    for name in UNUSED:
        if 'weight' in name and ('.to_' in name or '.proj.' in name):
            shapes[name] = (config.channels, config.channels)
        if 'projection.weight' in name:
            shapes[name] = (config.channels, config.channels, 4, 4)
        if 'rel_emb' in name:
            shapes[name] = (7, 8)
    return {name: torch.randn(shape) for name, shape in shapes.items()}


@pytest.fixture(scope='module')
def state():
    return {**tiny_network(3, TINY_RELEASED).state_dict(), **unused_tensors(TINY_RELEASED)}


def without(state, name):
    return {key: value for key, value in state.items() if key != name}


def test_a_lightning_checkpoint_is_read_whole(state, tmp_path):
    read = read_state(lightning_file(tmp_path / 'a.ckpt', state))
    assert list(read) == list(state)
    assert all(torch.equal(read[name], value) for name, value in state.items())
    net, unused = load_released(TINY_RELEASED, read)
    assert set(unused) == UNUSED and len(UNUSED) == 17
    image = torch.randn(1, 3, 48, 60)
    with torch.no_grad():
        assert torch.equal(net(image).logits['depth'], tiny_network(3, TINY_RELEASED)(image).logits['depth'])


def test_a_file_of_tensors_alone_and_half_precision_are_read(state, tmp_path):
    torch.save({name: value.half() if value.is_floating_point() else value for name, value in state.items()}, str(tmp_path / 'a.pt'))
    net, _ = load_released(TINY_RELEASED, read_state(tmp_path / 'a.pt'))
    assert all(value.dtype == torch.float32 for value in net.parameters())


@pytest.mark.parametrize('change,line', [
    (lambda s: without(s, 'head.linears.1.bias'), 'missing: head.linears.1.bias [32]'),
    (lambda s: {**s, 'head.linears.4.bias': torch.zeros(32)}, 'unexpected: head.linears.4.bias [32]'),
    (lambda s: {**s, 'head.patch_embed.projection.extra': torch.zeros(2)}, 'unexpected: head.patch_embed.projection.extra [2]'),
    (lambda s: {**s, 'head.linears.0.weight': torch.zeros(32, 61)}, 'shape: head.linears.0.weight is [32, 61], expected [32, 60]'),
    (lambda s: {**s, 'backbone.stages.0.blocks.0.attn.w_msa.relative_position_index': torch.zeros(16, 16)}, 'in another order')])
def test_every_tensor_has_its_place_or_the_file_is_refused(state, change, line):
    with pytest.raises(KeyMismatch) as refusal:
        load_released(TINY_RELEASED, change(state))
    assert line in str(refusal.value)


def test_a_checkpoint_of_the_other_data_set_names_what_differs(state):
    wanted = ReleasedNet(ReleasedConfig(48, 60, 'pascal', TINY_RELEASED.backbone, 32, 8, 4, 32, 8)).state_dict()
    lines = mismatches(wanted, state)
    assert 'missing: head.final_logits.sal.weight [2, 8, 1, 1]' in lines
    assert 'unexpected: head.final_logits.depth.bias [1]' in lines
    assert 'shape: head.final_logits.semseg.bias is [40], expected [21]' in lines


@pytest.mark.parametrize('thing', [
    lambda marker: Runs(os.system, f'touch {marker}'), lambda marker: Runs(eval, f'open({str(marker)!r}, "w")'),
    lambda marker: Runs(getattr, 'a', 'upper'), lambda marker: Runs(torch.load, str(marker)), lambda marker: os.system])
def test_a_hostile_pickle_is_refused_and_not_run(state, tmp_path, thing):
    marker = tmp_path / 'it-ran'
    path = tmp_path / 'hostile.ckpt'
    torch.save({'state_dict': state, 'callbacks': thing(marker)}, str(path))
    with pytest.raises(UnsafeCheckpoint, match='Nothing was run'):
        read_checkpoint(path)
    assert not marker.exists()


def archive(path, data, compression=zipfile.ZIP_STORED, **files):
    with zipfile.ZipFile(path, 'w', compression) as out:
        out.writestr('a/data.pkl', data)
        for name, content in files.items():
            out.writestr(f'a/{name}', content)
    return path


def tensor_pickle(size, stride, offset=0, count=4):
    """A pickle of one tensor over a storage of four floats that is described as given."""
    class Tensor:
        def __reduce__(self):
            return torch._utils._rebuild_tensor_v2, (Storage(), offset, size, stride, False, collections.OrderedDict())

    class Storage:
        pass

    class Pickler(pickle.Pickler):
        def persistent_id(self, value):
            return ('storage', torch.FloatStorage, '0', 'cpu', count) if isinstance(value, Storage) else None
    file = io.BytesIO()
    Pickler(file, 2).dump({'state_dict': {'x': Tensor()}})
    return file.getvalue()


@pytest.mark.parametrize('size,stride,offset,count', [((5,), (1,), 0, 4), ((2, 2), (4, 1), 0, 4), ((4,), (1,), 1, 4), ((4,), (-1,), 3, 4),
                                                      ((2,), (1,), -1, 4), ((4,), (1,), 0, 40)])
def test_tensors_that_reach_beyond_their_storage_are_refused(tmp_path, size, stride, offset, count):
    good = archive(tmp_path / 'good.pt', tensor_pickle((2, 2), (2, 1)), **{'data/0': torch.arange(4.0).numpy().tobytes()})
    assert read_state(good)['x'].tolist() == [[0, 1], [2, 3]]
    bad = archive(tmp_path / 'bad.pt', tensor_pickle(size, stride, offset, count), **{'data/0': torch.arange(4.0).numpy().tobytes()})
    with pytest.raises(UnsafeCheckpoint):
        read_state(bad)


def test_files_that_are_no_checkpoints_are_refused(tmp_path, state):
    torch.save(state, str(tmp_path / 'a.pt'))
    whole = (tmp_path / 'a.pt').read_bytes()
    (tmp_path / 'cut.pt').write_bytes(whole[:len(whole) // 2])
    (tmp_path / 'old.pt').write_bytes(pickle.dumps({'state_dict': {}}))
    archive(tmp_path / 'packed.pt', pickle.dumps({}), zipfile.ZIP_DEFLATED)
    archive(tmp_path / 'lacks.pt', tensor_pickle((2, 2), (2, 1)))
    archive(tmp_path / 'empty.pt', pickle.dumps({'state_dict': {}}))
    torch.save({'state_dict': {'a': 1}}, str(tmp_path / 'numbers.pt'))
    for path in sorted(tmp_path.glob('*.pt')):
        if path.name != 'a.pt':
            with pytest.raises(UnsafeCheckpoint):
                read_state(path)


def arguments(out, *more):
    parser = argparse.ArgumentParser()
    convert.add_arguments(parser)
    return parser.parse_args(['--dataset', 'nyud', '--backbone', 'swin_t', '--out', str(out), *map(str, more)])


@pytest.fixture
def small(monkeypatch):
    """The command with a network small enough for a test at the real input size."""
    def config(height, width, dataset, backbone):
        return ReleasedConfig(height, width, dataset, SMALL, channels=8, queries=4, heads=2, pixel_hidden=8, head_channels=4)
    monkeypatch.setattr(convert, 'ReleasedConfig', config)
    return config


def test_convert_writes_a_bundle_that_answers_as_the_network(small, tmp_path, capsys):
    torch.manual_seed(0)
    checkpoint = lightning_file(tmp_path / 'f.ckpt', ReleasedNet(small(448, 576, 'nyud', None)).state_dict())
    convert.main(arguments(tmp_path / 'bundle', '--checkpoint', checkpoint, '--size', '448x576'))
    report, card = json.loads(capsys.readouterr().out), json.loads((tmp_path / 'bundle' / 'model.json').read_text())
    assert set(report['parity']) == {'semseg', 'depth', 'normals', 'edge'} and max(report['parity'].values()) <= 1e-4
    assert ('onnxruntime cannot be imported' in report['comparedWith']) != available()
    assert card['variant'] == 'released' and card['input']['height'] == 448 and card['scales'] == [{'stride': 4, 'height': 112, 'width': 144}]
    assert card['name'] == 'swin_t-nyud' and 'f.ckpt' in card['description'] and len(card['provenance']['checkpointSha256']) == 64
    assert [entry['role'] for entry in card['graphs']['crossTask']['inputs']] == ['queries', 'task_bias', 'task_gate']
    assert sorted(path.name for path in tmp_path.iterdir()) == ['bundle', 'f.ckpt']


def test_convert_leaves_nothing_behind_when_it_refuses(small, tmp_path, monkeypatch):
    state = ReleasedNet(small(425, 560, 'nyud', None)).state_dict()
    wrong = lightning_file(tmp_path / 'wrong.ckpt', without(state, 'backbone.norm0.bias'))
    right = lightning_file(tmp_path / 'right.ckpt', state)
    with pytest.raises(SystemExit, match='missing: backbone.norm0.bias'):
        convert.main(arguments(tmp_path / 'bundle', '--checkpoint', wrong))
    monkeypatch.setattr(convert, 'check_logits', lambda *_: (_ for _ in ()).throw(ValueError('disagree')))
    with pytest.raises(SystemExit, match='disagree'):
        convert.main(arguments(tmp_path / 'bundle', '--checkpoint', right))
    assert sorted(path.name for path in tmp_path.iterdir()) == ['right.ckpt', 'wrong.ckpt']
    (tmp_path / 'bundle').mkdir()
    with pytest.raises(SystemExit, match='exists'):
        convert.main(arguments(tmp_path / 'bundle', '--checkpoint', right))


def test_every_backbone_and_size_can_be_asked_for():
    out = Path('out')
    for backbone in released_config.BACKBONES:
        for height, width in released_config.SIZES:
            args = arguments(out, '--random', '--backbone', backbone, '--size', f'{height}x{width}', '--dataset', 'pascal')
            assert (args.backbone, args.size, args.dataset) == (backbone, f'{height}x{width}', 'pascal')
