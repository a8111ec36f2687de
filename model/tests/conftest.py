import sys
from pathlib import Path

import pytest
import torch

sys.path.insert(0, str(Path(__file__).parent.parent))

from mqtransformer.tiny import tiny_network  # noqa: E402

torch.set_num_threads(2)


@pytest.fixture(scope='session')
def net():
    return tiny_network(seed=3)


@pytest.fixture
def image():
    return torch.randn(2, 3, 48, 64, generator=torch.Generator().manual_seed(5))
