import hashlib
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from mqtransformer.attention import CUT
from mqtransformer.bundle import graphs_in, write_bundle
from mqtransformer.export import describe
from mqtransformer.network import MultiQueryNet
from mqtransformer.parity import TOLERANCE, available, check_parity, logits_of, relative_difference, run_bundle, run_modules
from mqtransformer.tensors import describe_cross_task, describe_graphs, neutral
from mqtransformer.tiny import CONFIGS, tiny_network, write_oracle

needs_onnxruntime = pytest.mark.skipif(not available(), reason='onnxruntime for Python cannot be imported')
ROLES = {'image', 'features', 'queries', 'queries_out', 'logits',
         *[f'{axis}_{kind}' for axis in ('task', 'scale', 'decoder') for kind in ('bias', 'gate')],
         *[f'{step}_{kind}' for step in ('encoder', 'cross_task', 'cross_scale') for kind in ('attention', 'gram', 'residual')],
         'decoder_attention', 'decoder_gram', 'decoder_coarser'}
FIXTURES = Path(__file__).parents[2] / 'test' / 'fixtures'


@pytest.fixture(scope='module')
def bundle(net, tmp_path_factory):
    folder = tmp_path_factory.mktemp('bundle')
    return folder, write_bundle(net, folder, 'test', 'for a test', {'synthetic': True})


def test_card_describes_the_files(bundle):
    folder, returned = bundle
    card = json.loads((folder / 'model.json').read_text())
    assert card == json.loads(json.dumps(returned))
    assert card['schemaVersion'] == 1 and card['variant'] == 'scale-aware'
    assert {path.name for path in folder.glob('*.onnx')} == {graph['file'] for graph in graphs_in(card)}
    for graph in graphs_in(card):
        data = (folder / graph['file']).read_bytes()
        assert graph['sha256'] == hashlib.sha256(data).hexdigest() and graph['bytes'] == len(data) and graph['opset'] == 17


def test_card_names_every_tensor_with_role_axes_and_shape(bundle):
    card = bundle[1]
    ids = [task['id'] for task in card['tasks']]
    assert ids == ['semseg', 'depth', 'normals', 'edge'] == list(card['graphs']['decoders'])
    entries = [entry for graph in graphs_in(card) for entry in graph['inputs'] + graph['outputs']]
    assert {entry['role'] for entry in entries} == ROLES
    for graph in graphs_in(card):
        for entry in graph['inputs'] + graph['outputs']:
            assert len(entry['axes']) == len(entry['shape'])
            assert all(isinstance(size, int) and size > 0 for size in entry['shape'])
    features = [e for e in card['graphs']['encoder']['outputs'] if e['role'] == 'features']
    assert [e['name'] for e in features] == [f'features_{task}_s{s}' for task in ids for s in range(4)]
    assert [e['name'] for e in card['graphs']['decoders']['depth']['inputs']] == [
        'features_depth_s0', 'features_depth_s1', 'features_depth_s2', 'features_depth_s3', 'queries_depth', 'decoder_bias_depth',
        'decoder_gate_depth']
    assert [e['shape'] for e in card['graphs']['crossTask']['inputs']] == [[4, 4, 4, 16], *[[4, 2, 16, 16]] * 4]
    semseg = card['tasks'][0]
    assert len(semseg['classes']) == len(semseg['palette']) == semseg['channels'] == 40
    assert semseg['palette'][:4] == [[128, 0, 0], [0, 128, 0], [128, 128, 0], [0, 0, 128]]
    assert len({tuple(colour) for colour in semseg['palette']}) == 40


def interventions(config):
    """Random biases, and gates of which some are shut."""
    generator = torch.Generator().manual_seed(2)
    entries = [entry for graph in describe_graphs(config) for entry in graph.inputs]
    return {name: 2 * torch.rand(value.shape, generator=generator) if value.max() else torch.randn(value.shape, generator=generator)
            for name, value in neutral(entries).items()}


@needs_onnxruntime
def test_onnxruntime_agrees_on_every_tensor(net, bundle, image):
    assert max(check_parity(net, bundle[0], image[:1]).values()) <= TOLERANCE
    cut = neutral(describe_cross_task(net.config).inputs)['task_bias']
    cut[1, 0, :4, 4:8] = -1e4
    assert run_bundle(net.config, bundle[0], image[:1], {'task_bias': cut})['cross_task_attention'][1, 0, :4, 4:8].max() == 0
    assert max(check_parity(net, bundle[0], image[:1], interventions(net.config)).values()) <= TOLERANCE


@needs_onnxruntime
def test_all_links_cut_in_the_exported_graphs_equal_the_network_without_an_exchange(net, bundle, image):
    apart = MultiQueryNet(replace(net.config, cross='none')).eval()
    apart.load_state_dict(net.state_dict())
    changes = {}
    for name, value in neutral(describe_cross_task(net.config).inputs).items():
        if name.endswith('_bias'):
            count, changes[name] = net.config.queries, torch.full_like(value, CUT)
            for start in range(0, value.shape[-1], count):
                changes[name][..., start:start + count, start:start + count] = 0
    assert set(changes) == {'task_bias', 'scale_bias'}
    found, plain = run_bundle(net.config, bundle[0], image[:1], changes), run_bundle(net.config, bundle[0], image[:1])
    for task, value in logits_of(apart, image[:1]).items():
        assert relative_difference(found[f'logits_{task}'], value) < TOLERANCE
        assert relative_difference(plain[f'logits_{task}'], value) > 1e-3


def test_every_intervention_reaches_the_graphs(net, image):
    plain = run_modules(net, image[:1])
    for name, value in interventions(net.config).items():
        changed = run_modules(net, image[:1], {name: value})
        task = name.split('_')[-1]
        for logits in [f'logits_{task}'] if name.startswith('decoder') else ['logits_semseg', 'logits_edge']:
            assert relative_difference(changed[logits], plain[logits]) > 1e-3, name


def test_grams_and_residuals_explain_what_a_query_gets(net, image):
    """The long way: what each pixel and each token adds, from explicit value vectors, against the exported inner products."""
    values, attention = run_modules(net, image[:1]), net.encoder.attention
    features = torch.as_tensor(values['features_depth_s2'])[0].flatten(1).t()
    with torch.no_grad():
        read = attention.to_v(attention.norm_source(features))
    size, row = 8, values['encoder_attention_depth_s2'][:, 1].reshape(2, -1)
    added = sum(torch.as_tensor(row[h])[:, None] * read[:, h * size:(h + 1) * size] @ attention.proj.weight[:, h * size:(h + 1) * size].t()
                for h in range(2))
    gram = values['encoder_gram_depth_s2'].reshape(2, 2, -1)
    norms = np.sqrt(np.einsum('aj,abj,bj->j', row, gram, row))
    assert relative_difference(norms, added.detach().norm(dim=1).numpy()) < 1e-5
    assert relative_difference(values['encoder_residual'], net.tokens().detach().norm(dim=-1).numpy()) < 1e-6
    before = np.linalg.norm(values['queries'][:, 1].reshape(16, 16), axis=-1)
    assert relative_difference(values['cross_task_residual'][1], before) < 1e-5
    with torch.no_grad():
        maps, _ = net.decoder([torch.as_tensor(values[f'features_depth_s{s}']) for s in range(4)], torch.as_tensor(values['queries_depth'])[None])
        coarser = torch.nn.functional.interpolate(maps[3], size=maps[2].shape[2:], mode='bilinear', align_corners=False)
    assert relative_difference(values['decoder_coarser_depth_s2'], coarser[0].norm(dim=0).numpy()) < 1e-5


def test_more_than_one_image_is_refused(net, image):
    with pytest.raises(ValueError, match='one image'):
        run_modules(net, image)


@needs_onnxruntime
def test_parity_notices_other_weights(bundle, image):
    with pytest.raises(ValueError, match='disagree'):
        check_parity(tiny_network(seed=4), bundle[0], image[:1])


def test_oracle_is_what_the_network_says(net, tmp_path):
    write_oracle(net, tmp_path, seed=1)
    cases = json.loads((tmp_path / 'oracle.json').read_text())['cases']
    assert cases['large']['box'] == {'top': 0, 'left': 3, 'height': 48, 'width': 58}
    assert cases['small']['box'] == {'top': 3, 'left': 7, 'height': 41, 'width': 50}
    values = run_modules(net, np.load(tmp_path / 'small.image.npy'))
    logits = np.load(tmp_path / 'small.logits_depth.npy')
    assert np.allclose(logits, values['logits_depth'][0, :, 3:44, 7:57], atol=1e-5)


@pytest.mark.parametrize('name,limit', [('tiny-bundle', 700_000), ('tiny-released', 800_000)])
def test_committed_bundles_are_what_the_seed_gives(name, limit):
    """Weights drawn from the seed differ between torch versions only in rounding."""
    folder = FIXTURES / name
    card = json.loads((folder / 'model.json').read_text())
    net = tiny_network(0, CONFIGS[card['variant']])
    image = np.load(folder / 'oracle' / 'large.image.npy')
    stored = {key: np.load(folder / 'oracle' / f'large.{key}.npy') for key in ('cross_task_attention', 'decoder_attention_edge_s0')}
    answers = [run_modules(net, image), *([run_bundle(net.config, folder, image)] if available() else [])]
    for values in answers:
        assert all(relative_difference(values[key], value) <= TOLERANCE for key, value in stored.items())
    assert sum(graph['bytes'] for graph in graphs_in(card)) < limit


@pytest.mark.parametrize('folder', [FIXTURES / 'tiny-bundle', FIXTURES / 'tiny-released', FIXTURES.parents[1] / 'resources' / 'models' / 'rooms-mqs'])
def test_shipped_bundles_are_whole(folder):
    if not folder.exists():
        pytest.skip(f'{folder.name} is not in this checkout')
    card = json.loads((folder / 'model.json').read_text())
    for graph in graphs_in(card):
        assert hashlib.sha256((folder / graph['file']).read_bytes()).hexdigest() == graph['sha256']


def test_the_card_claims_rooms_only_of_what_was_trained_on_rooms(net):
    rooms, nyud = describe(net, {'data': 'rooms'}), describe(net, {'data': 'nyudv2'})
    assert 'on rendered rooms only, from scratch' in rooms and 'Demo-grade' in rooms
    assert 'NYUDv2' in nyud and 'rooms' not in nyud


def test_the_card_names_the_weights_that_a_chain_of_trainings_began_with(net):
    first = {'init': {'file': 'coco.pt', 'notes': {'pretrained': 'a net of photographs'}}}
    second = {'data': 'rooms', 'init': {'file': 'model.pt', 'notes': first}}
    assert 'trained on rendered rooms only, from a net of photographs.' in describe(net, second)
