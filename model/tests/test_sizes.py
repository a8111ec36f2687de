"""Both forms, every input size of the published checkpoints, as exported graphs in onnxruntime against the network. One task and few
channels: what depends on the size are windows, masks, resizes and reshapes."""

from dataclasses import replace

import pytest
import torch

from mqtransformer.bundle import write_bundle
from mqtransformer.classes import TASKS
from mqtransformer.config import TINY
from mqtransformer.parity import TOLERANCE, available, check_parity
from mqtransformer.released import config as released_config
from mqtransformer.released.config import SIZES, TINY_RELEASED
from mqtransformer.tensors import describe_graphs, neutral
from mqtransformer.tiny import tiny_network

pytestmark = pytest.mark.skipif(not available(), reason='onnxruntime for Python cannot be imported')


@pytest.fixture
def depth_only(monkeypatch):
    monkeypatch.setitem(released_config.TASK_SETS, 'nyud', TASKS[1:2])
    return {'scale-aware': replace(TINY, task_ids=('depth',), channels=8), 'released': replace(TINY_RELEASED, channels=8, pixel_hidden=8)}


@pytest.mark.parametrize('size', SIZES, ids=lambda size: f'{size[0]}x{size[1]}')
@pytest.mark.parametrize('form', ['scale-aware', 'released'])
def test_exported_graphs_agree_with_the_network(depth_only, form, size, tmp_path):
    config = replace(depth_only[form], height=size[0], width=size[1])
    net = tiny_network(1, config)
    write_bundle(net, tmp_path, 'test', 'for a test', {})
    image = torch.randn(1, 3, *size, generator=torch.Generator().manual_seed(2))
    generator = torch.Generator().manual_seed(3)
    changes = {name: value + 0.5 * torch.rand(value.shape, generator=generator)
               for graph in describe_graphs(config) for name, value in neutral(graph.inputs).items()}
    assert max(check_parity(net, tmp_path, image).values()) <= TOLERANCE
    assert max(check_parity(net, tmp_path, image, changes).values()) <= TOLERANCE
