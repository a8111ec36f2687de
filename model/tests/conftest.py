import importlib.util
import subprocess
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


@pytest.fixture(scope='session')
def layouts(tmp_path_factory):
    """The folders of each public layout that the application's own tests use."""
    if importlib.util.find_spec('scipy') is None or importlib.util.find_spec('skimage') is None:
        pytest.skip('SciPy or scikit-image is not here')
    root = tmp_path_factory.mktemp('layouts')
    subprocess.run([sys.executable, str(Path(__file__).parents[2] / 'test' / 'fixtures' / 'make-layouts.py'), str(root), '--layouts', 'nyudv2,nyud_mt,pascal'], check=True)
    return root
