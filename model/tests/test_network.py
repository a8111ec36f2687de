from dataclasses import replace

import pytest
import torch

from mqtransformer.attention import CUT, gram
from mqtransformer.config import TINY, ModelConfig
from mqtransformer.network import SCALES, MultiQueryNet
from mqtransformer.parity import run_modules
from mqtransformer.tensors import describe_cross_task, neutral

IDS = ('semseg', 'depth', 'normals', 'edge')


def run(net, image, **changes):
    with torch.no_grad():
        return net(image, **changes)


def zeros(net, name):
    return neutral(describe_cross_task(net.config).inputs)[name]


def cut_block(net, target, source, scales=slice(None)):
    bias = zeros(net, 'task_bias')
    count = net.config.queries
    bias[scales, :, target * count:(target + 1) * count, source * count:(source + 1) * count] = CUT
    return bias


def test_shapes(net, image):
    out, sizes = run(net, image), net.config.scale_sizes
    assert sizes == [(4, 12, 16), (8, 6, 8), (16, 3, 4), (32, 2, 2)]
    assert {task: tuple(value.shape) for task, value in out.logits.items()} == {
        'semseg': (2, 40, 12, 16), 'depth': (2, 1, 12, 16), 'normals': (2, 3, 12, 16), 'edge': (2, 1, 12, 16)}
    assert out.queries.shape == (2, 4, SCALES, 4, 16)
    assert out.cross_task_attention.shape == (2, SCALES, 2, 16, 16)
    assert out.cross_scale_attention.shape == (2, 4, 2, 16, 16)
    for (_, h, w), encoder, decoder in zip(sizes, out.encoder_attention, out.decoder_attention):
        assert encoder.shape == (2, 4, 2, 4, h, w)
        assert decoder.shape == (2, 4, 2, h * w, 4)


def test_attention_sums_to_one(net, image):
    out = run(net, image)
    sums = [out.cross_task_attention.sum(-1), out.cross_scale_attention.sum(-1), *[w.sum((-2, -1)) for w in out.encoder_attention],
            *[w.sum(-1) for w in out.decoder_attention]]
    for total in sums:
        assert torch.allclose(total, torch.ones_like(total), atol=1e-5)


def test_attention_is_not_uniform(net, image):
    out = run(net, image)
    assert out.cross_task_attention.std() > 0.01
    assert out.decoder_attention[0].std() > 0.01


def test_neutral_biases_and_gates_change_nothing(net, image):
    plain, neutrally = run(net, image), run(net, image, **neutral(describe_cross_task(net.config).inputs))
    for task in IDS:
        assert torch.equal(plain.logits[task], neutrally.logits[task])


@pytest.mark.parametrize('target,source', [(0, 1), (3, 2)])
def test_cutting_a_link_changes_only_its_target(net, image, target, source):
    plain, cut = run(net, image), run(net, image, task_bias=cut_block(net, target, source))
    count = net.config.queries
    block = cut.cross_task_attention[..., target * count:(target + 1) * count, source * count:(source + 1) * count]
    assert block.max() == 0
    for index, task in enumerate(IDS):
        changed = not torch.equal(plain.logits[task], cut.logits[task])
        assert changed == (index == target), task


def test_every_link_matters(net, image):
    plain = run(net, image)
    for target, task in enumerate(IDS):
        for source in range(len(IDS)):
            if source != target:
                cut = run(net, image, task_bias=cut_block(net, target, source))
                assert (cut.logits[task] - plain.logits[task]).abs().max() > 1e-3


def test_a_link_cut_at_one_scale_reaches_other_scales_only_through_the_scale_axis(net, image):
    bias = cut_block(net, 0, 1, scales=2)
    plain, cut = run(net, image), run(net, image, task_bias=bias)
    assert not torch.equal(plain.queries[:, 0, 0], cut.queries[:, 0, 0])
    separate = torch.full_like(zeros(net, 'scale_bias'), CUT)
    count = net.config.queries
    for scale in range(SCALES):
        separate[:, :, scale * count:(scale + 1) * count, scale * count:(scale + 1) * count] = 0
    alone, alone_cut = run(net, image, scale_bias=separate), run(net, image, task_bias=bias, scale_bias=separate)
    for scale in range(SCALES):
        assert torch.equal(alone.queries[:, 0, scale], alone_cut.queries[:, 0, scale]) == (scale != 2)


def test_all_links_cut_equals_each_task_alone(net, image):
    """Block-diagonal cross-task attention must equal running the axial attention on one task's queries only."""
    bias = torch.full_like(zeros(net, 'task_bias'), CUT)
    count = net.config.queries
    for task in range(len(IDS)):
        bias[:, :, task * count:(task + 1) * count, task * count:(task + 1) * count] = 0
    severed = run(net, image, task_bias=bias)
    with torch.no_grad():
        features, queries, _, _ = net.encode(image)
        for index, task in enumerate(IDS):
            own, _, _ = net.cross(queries[:, index:index + 1])
            maps, _ = net.decoder([x[:, index] for x in features], own[:, 0])
            alone = net.heads[task](maps[0])
            assert torch.allclose(alone, severed.logits[task], atol=1e-5), task


def test_images_of_a_batch_do_not_mix(net, image):
    both, first = run(net, image), run(net, image[:1])
    for task in IDS:
        assert torch.allclose(both.logits[task][:1], first.logits[task], atol=1e-5)


def test_graphs_chained_equal_the_whole_network(net, image):
    whole = run(net, image[:1])
    values = run_modules(net, image[:1].numpy())
    for task in IDS:
        small = torch.nn.functional.interpolate(whole.logits[task], size=(48, 64), mode='bilinear', align_corners=False)
        assert torch.allclose(torch.as_tensor(values[f'logits_{task}']), small, atol=1e-5)
    assert torch.allclose(torch.as_tensor(values['cross_task_attention']), whole.cross_task_attention[0], atol=1e-6)


def test_a_gate_of_zero_removes_what_a_link_carries(net, image):
    """Removing equals subtracting that link's share of the mixture, with the other weights as they were."""
    count, gate = net.config.queries, zeros(net, 'task_gate')
    gate[0, :, :count, count:2 * count] = 0
    plain, removed = run(net, image), run(net, image, task_gate=gate)
    assert removed.cross_task_attention[:, 0, :, :count, count:2 * count].abs().max() == 0
    kept = gate[0].bool()
    assert torch.equal(removed.cross_task_attention[:, 0][:, kept], plain.cross_task_attention[:, 0][:, kept])
    attention, (_, queries, _, _) = net.cross.across_tasks, net.encode(image)
    x = queries[:, :, 0].flatten(1, 2)
    with torch.no_grad():
        whole, weights, values = attention(x)
        cut = attention(x, gate=gate[0])
        lost = (weights * (1 - gate[0])) @ values.unflatten(2, (net.config.heads, -1)).transpose(1, 2)
        lost = lost.transpose(1, 2).flatten(2) @ attention.proj.weight.t()
    assert torch.allclose(cut.target, whole - lost, atol=1e-5)


def test_gram_gives_the_norm_of_any_mix_of_heads():
    generator = torch.Generator().manual_seed(1)
    values, weight, mix = [torch.randn(*shape, generator=generator) for shape in ((2, 5, 12), (12, 12), (3,))]
    found = gram(values, weight, 3)
    assert found.shape == (2, 5, 3, 3)
    for image in range(2):
        for token in range(5):
            added = torch.zeros(12)
            for head in range(3):
                of_head = torch.zeros(12)
                of_head[head * 4:head * 4 + 4] = values[image, token, head * 4:head * 4 + 4]
                added += mix[head] * (weight @ of_head)
            assert torch.allclose(mix @ found[image, token] @ mix, added @ added, rtol=1e-4)


@pytest.mark.parametrize('cross', ['task', 'none'])
def test_a_network_without_an_exchange_equals_the_whole_with_its_links_cut(net, image, cross):
    apart = MultiQueryNet(replace(TINY, cross=cross)).eval()
    assert apart.load_state_dict(net.state_dict()).missing_keys == []
    count, changes = net.config.queries, {}
    for name, blocks in [('scale_bias', SCALES), ('task_bias', len(IDS))][:1 if cross == 'task' else 2]:
        changes[name] = torch.full_like(zeros(net, name), CUT)
        for block in range(blocks):
            changes[name][:, :, block * count:(block + 1) * count, block * count:(block + 1) * count] = 0
    cut, whole, found = run(net, image, **changes), run(net, image), run(apart, image)
    for task in IDS:
        assert torch.equal(found.logits[task], cut.logits[task])
        assert not torch.allclose(found.logits[task], whole.logits[task], atol=1e-3)


def test_a_single_task_without_deep_supervision(image):
    single = MultiQueryNet(replace(TINY, task_ids=('depth',), deep_supervision=False)).eval()
    out = run(single, image)
    assert {task: tuple(value.shape) for task, value in out.logits.items()} == {'depth': (2, 1, 12, 16)}
    assert out.auxiliary == {} and out.cross_task_attention.shape == (2, SCALES, 2, 4, 4)
    assert ModelConfig.from_dict({**single.config.to_dict(), 'task_ids': ['depth']}) == single.config


@pytest.mark.parametrize('wrong', [{'cross': 'scale'}, {'task_ids': ('depth', 'semseg')}, {'task_ids': ()}, {'task_ids': ('flow',)}])
def test_configurations_that_mean_nothing_are_refused(wrong):
    with pytest.raises(ValueError):
        ModelConfig(**wrong)
