import pytest
import torch

from mqtransformer.graphs import scale_sizes
from mqtransformer.network import SCALES
from mqtransformer.parity import run_modules

CUT = -1e4
IDS = ('semseg', 'depth', 'normals', 'edge')


def run(net, image, task_bias=None, scale_bias=None):
    with torch.no_grad():
        return net(image, task_bias, scale_bias)


def cut_block(net, target, source, scales=slice(None)):
    bias, _ = net.zero_biases()
    count = net.config.queries
    bias[scales, :, target * count:(target + 1) * count, source * count:(source + 1) * count] = CUT
    return bias


def test_shapes(net, image):
    out, sizes = run(net, image), scale_sizes(net.config)
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


def test_zero_bias_changes_nothing(net, image):
    plain, biased = run(net, image), run(net, image, *net.zero_biases())
    for task in IDS:
        assert torch.equal(plain.logits[task], biased.logits[task])


@pytest.mark.parametrize('target,source', [(0, 1), (3, 2)])
def test_cutting_a_link_changes_only_its_target(net, image, target, source):
    plain, cut = run(net, image), run(net, image, cut_block(net, target, source))
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
                cut = run(net, image, cut_block(net, target, source))
                assert (cut.logits[task] - plain.logits[task]).abs().max() > 1e-3


def test_a_link_cut_at_one_scale_reaches_other_scales_only_through_the_scale_axis(net, image):
    bias = cut_block(net, 0, 1, scales=2)
    plain, cut = run(net, image), run(net, image, bias)
    assert not torch.equal(plain.queries[:, 0, 0], cut.queries[:, 0, 0])
    separate = torch.full_like(net.zero_biases()[1], CUT)
    count = net.config.queries
    for scale in range(SCALES):
        separate[:, :, scale * count:(scale + 1) * count, scale * count:(scale + 1) * count] = 0
    alone, alone_cut = run(net, image, None, separate), run(net, image, bias, separate)
    for scale in range(SCALES):
        assert torch.equal(alone.queries[:, 0, scale], alone_cut.queries[:, 0, scale]) == (scale != 2)


def test_all_links_cut_equals_each_task_alone(net, image):
    """Block-diagonal cross-task attention must equal running the axial attention on one task's queries only."""
    bias = torch.full_like(net.zero_biases()[0], CUT)
    count = net.config.queries
    for task in range(len(IDS)):
        bias[:, :, task * count:(task + 1) * count, task * count:(task + 1) * count] = 0
    severed = run(net, image, bias)
    with torch.no_grad():
        features, queries, _ = net.encode(image)
        for index, task in enumerate(IDS):
            zeros = torch.zeros(1, 1, 1, 1)
            own, _, _ = net.cross(queries[:, index:index + 1], zeros.expand(SCALES, -1, -1, -1), zeros)
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
