import copy

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from mqtransformer.attention import CUT
from mqtransformer.bundle import write_bundle
from mqtransformer.parity import TOLERANCE, available, logits_of, relative_difference, run_bundle, run_modules
from mqtransformer.released.config import BACKBONES, SIZES, TINY_RELEASED, ReleasedConfig, SwinConfig
from mqtransformer.released.graphs import bilinear_matrix
from mqtransformer.released.network import ReleasedNet
from mqtransformer.released.swin import relative_index, shift_mask
from mqtransformer.tiny import tiny_network

SMALL = SwinConfig(4, (2, 2, 2, 2), (1, 1, 2, 4))


@pytest.fixture(scope='module')
def released():
    return tiny_network(3, TINY_RELEASED)


def picture(config, seed=5):
    return torch.randn(1, 3, config.height, config.width, generator=torch.Generator().manual_seed(seed))


def wide_weights(net):
    """Random weights under which every step of an untrained network shows in the result."""
    generator = torch.Generator().manual_seed(1)
    for name, value in net.named_parameters():
        scale, centre = (value[0].numel() ** -0.5, 0) if value.dim() > 1 else (0.2, 1 if 'norm' in name and name.endswith('weight') else 0)
        value.data = centre + 1.5 * scale * torch.randn(value.shape, generator=generator)
    return net.eval()


@pytest.mark.parametrize('dataset,size,tokens', [
    ('nyud', (425, 560), [(107, 140), (54, 70), (27, 35), (14, 18)]), ('nyud', (448, 576), [(112, 144), (56, 72), (28, 36), (14, 18)]),
    ('nyud', (480, 640), [(120, 160), (60, 80), (30, 40), (15, 20)]), ('pascal', (512, 512), [(128, 128), (64, 64), (32, 32), (16, 16)])])
def test_every_input_size_is_rewritten_with_the_same_numbers(dataset, size, tokens):
    config = ReleasedConfig(*size, dataset, SMALL, channels=8, queries=4, heads=2, pixel_hidden=8, head_channels=4)
    assert config.map_sizes == tokens and size in SIZES
    net, image = wide_weights(ReleasedNet(config)), picture(config)
    found, wanted = run_modules(net, image), logits_of(net, image)
    for task in net.tasks:
        assert found[f'logits_{task.id}'].shape == (1, task.channels, *size)
        assert np.abs(wanted[task.id]).max() > 0.1
        assert relative_difference(found[f'logits_{task.id}'], wanted[task.id]) < TOLERANCE
    features = found[f'features_{net.tasks[0].id}_s0']
    assert features.shape == (1, 8, *tokens[0])


def test_names_and_numbers_are_those_of_the_published_checkpoints():
    nyud, pascal = [ReleasedNet(ReleasedConfig(dataset=dataset)) for dataset in ('nyud', 'pascal')]
    state = nyud.state_dict()
    # 317 in a Swin-T checkpoint of NYUD, 17 of which nothing reads.
    assert len(state) == 317 - 17
    assert sum(value.numel() for value in nyud.parameters()) == pytest.approx(33.18e6 - 1.31e6, rel=1e-3)
    block = 'head.parts_query_encoder_decoder_blocks.0.'
    shapes = {
        'head.linears.3.weight': (256, 1440), block + 'rpn_tokens.3': (1, 64, 256), block + 'rpn_qpos.0': (1, 64, 1, 64),
        block + 'rpn_kpos.0': (1, 64, 1, 64), block + 'encoder1.enc_attn.to_k.weight': (256, 256), block + 'encoder1.reason.linear.weight':
        (256, 256, 1), block + 'encoder1.enc_ffn.fc1.weight': (256, 256), block + 'mhsa_1.in_proj_weight': (768, 256),
        block + 'norm_layer.weight': (256,), block + 'ffn_mlp.fc2.weight': (256, 256), block + 'decoder1.attn1.norm_v.bias': (256,),
        block + 'decoder1.ffn2.fc1.weight': (768, 256), block + 'decoder1.mhsa.out_proj.weight': (256, 256),
        'head.bottleneck.semseg.conv.weight': (64, 256, 3, 3), 'head.bottleneck.edge.bn.running_var': (64,),
        'head.final_logits.normals.weight': (3, 64, 1, 1), 'backbone.patch_embed.projection.weight': (96, 3, 4, 4),
        'backbone.stages.2.blocks.5.attn.w_msa.relative_position_bias_table': (169, 12),
        'backbone.stages.0.blocks.0.attn.w_msa.relative_position_index': (49, 49), 'backbone.stages.1.blocks.1.ffn.layers.0.0.weight': (768, 192),
        'backbone.stages.0.downsample.reduction.weight': (192, 384), 'backbone.norm3.weight': (768,)}
    assert {name: tuple(state[name].shape) for name in shapes} == shapes
    assert [task.id for task in pascal.tasks] == ['semseg', 'human_parts', 'sal', 'normals', 'edge']
    assert [pascal.state_dict()[f'head.final_logits.{task.id}.bias'].numel() for task in pascal.tasks] == [21, 7, 2, 3, 1]


def test_every_backbone_has_the_width_its_heads_expect():
    assert [config.width(3) for config in BACKBONES.values()] == [768, 768, 1024, 1536]
    assert all(config.width(stage) // heads == 32 for config in BACKBONES.values() for stage, heads in enumerate(config.heads))


def test_the_second_attention_of_the_decoder_is_that_of_torch_at_one_image(released):
    decoder = released.head.block.decoder1
    y = torch.randn(1, 30, 32, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        wanted, _ = decoder.mhsa(y, y, y)  # sequence first: it attends over the images of a batch
        assert torch.allclose(decoder.pixel_map(y), wanted, atol=1e-5)


def test_the_exchange_is_that_of_torch(released):
    block = released.head.block
    queries = torch.randn(1, 32, 32, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        mixed, _ = block.mhsa_1(queries.transpose(0, 1), queries.transpose(0, 1), queries.transpose(0, 1))
        s = queries + mixed.transpose(0, 1)
        assert torch.allclose(block.exchange(queries), s + block.ffn_mlp(block.norm_layer(s)), atol=1e-5)


def test_images_of_a_batch_do_not_mix(released):
    both = torch.cat([picture(TINY_RELEASED, seed) for seed in (1, 2)])
    with torch.no_grad():
        together, alone = released(both).logits, released(both[:1]).logits
    for task, value in alone.items():
        assert torch.allclose(together[task][:1], value, atol=1e-4)


def test_the_graphs_refuse_a_batch(released):
    with pytest.raises(ValueError, match='one image'):
        run_modules(released, picture(TINY_RELEASED).repeat(2, 1, 1, 1))


def test_shift_mask_separates_what_a_shift_brought_together():
    """A window of a shifted 8x8 map, windows of 4: tokens may attend where they were neighbours before the roll."""
    mask = shift_mask(8, 8, 4)
    home = torch.arange(64).reshape(8, 8).roll((-2, -2), (0, 1))
    windows = home.reshape(2, 4, 2, 4).transpose(1, 2).reshape(4, 16)
    for window, rows in zip(mask, windows):
        for i in range(16):
            for j in range(16):
                near = abs(rows[i] // 8 - rows[j] // 8) < 4 and abs(rows[i] % 8 - rows[j] % 8) < 4
                assert (window[i, j] == 0) == bool(near)


def test_relative_index_counts_rows_first():
    index = relative_index(3)
    assert index[0, 0] == index[8, 8] == 12
    assert index[8, 0] == 24 and index[0, 8] == 0 and index[1, 0] == 13 and index[3, 0] == 17


def test_bilinear_matrix_is_the_resize_of_torch():
    x = torch.randn(1, 2, 5, 7)
    wanted = F.interpolate(x, size=(11, 13), mode='bilinear', align_corners=False)
    assert torch.allclose(bilinear_matrix(5, 11) @ x @ bilinear_matrix(7, 13).t(), wanted, atol=1e-5)


def test_neutral_interventions_change_nothing_and_a_gate_removes(released):
    image = picture(TINY_RELEASED)
    plain, gate = run_modules(released, image), torch.ones(1, 4, 8)
    gate[0, 1, 3] = 0
    removed = run_modules(released, image, {'decoder_gate_depth': gate})
    assert removed['decoder_attention_depth_s0'][1, ..., 3].max() == 0
    assert relative_difference(removed['logits_depth'], plain['logits_depth']) > 1e-3
    assert np.array_equal(removed['logits_edge'], plain['logits_edge'])
    bias = torch.zeros(1, 4, 32, 32)
    bias[..., :8, 8:16] = -1e4
    cut = run_modules(released, image, {'task_bias': bias})
    assert np.array_equal(cut['logits_edge'], plain['logits_edge'])
    assert relative_difference(cut['logits_semseg'], plain['logits_semseg']) > 1e-3


def severing(config):
    """`task_bias` that leaves each task's queries only themselves."""
    tasks, count = len(config.tasks), config.queries
    bias = torch.full((1, config.heads, tasks * count, tasks * count), CUT)
    for task in range(tasks):
        bias[..., task * count:(task + 1) * count, task * count:(task + 1) * count] = 0
    return bias


def test_all_links_cut_equals_each_task_alone(released, tmp_path):
    """The network as written, its exchange given one task's queries at a time, against its graphs under a block-diagonal mask."""
    image, block, alone = picture(TINY_RELEASED), released.head.block, copy.deepcopy(released)
    count = TINY_RELEASED.queries
    alone.head.block.exchange = lambda queries: torch.cat([block.exchange(one) for one in queries.split(count, 1)], 1)
    wanted, plain, changes = logits_of(alone, image), logits_of(released, image), {'task_bias': severing(TINY_RELEASED)}
    answers = [run_modules(released, image, changes)]
    if available():
        write_bundle(released, tmp_path, 'test', 'for a test', {'synthetic': True})
        answers.append(run_bundle(TINY_RELEASED, tmp_path, image, changes))
    for task, value in wanted.items():
        assert relative_difference(plain[task], value) > 1e-3
        for found in answers:
            assert relative_difference(found[f'logits_{task}'], value) < TOLERANCE, task


def test_grams_are_those_of_explicit_value_vectors(released):
    """The long way, with the weights as the checkpoint names them."""
    values, attention = run_modules(released, picture(TINY_RELEASED)), released.head.block.encoder1.enc_attn
    pixels = torch.as_tensor(values['features_normals_s0'])[0].flatten(1).t()
    decoder, query = released.head.block.decoder1.attn1, torch.as_tensor(values['queries_normals'])[0]
    for part, source, gram in [(attention, pixels, values['encoder_gram_normals_s0'].reshape(4, 4, -1).transpose(2, 0, 1)),
                               (decoder, query, values['decoder_gram_normals_s0'])]:
        with torch.no_grad():
            read, added = part.to_v(part.norm_v(source)), []
            for head in range(4):
                only = torch.zeros_like(read)
                only[:, head * 8:head * 8 + 8] = read[:, head * 8:head * 8 + 8]
                added.append(F.linear(only, part.proj.weight))
        wanted = torch.stack(added, 1) @ torch.stack(added, 1).transpose(1, 2)
        assert relative_difference(gram, wanted.numpy()) < 1e-5
    tokens = np.stack([token.detach().numpy() for token in released.head.block.rpn_tokens])
    assert relative_difference(values['encoder_residual'], np.linalg.norm(tokens, axis=-1)) < 1e-6
