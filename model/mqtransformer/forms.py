"""The forms of the network that can be trained, kept as a checkpoint and become a bundle."""

from .config import ModelConfig
from .graphs import scale_aware_graphs
from .network import MultiQueryNet
from .released.config import ReleasedConfig
from .released.graphs import released_graphs
from .released.network import ReleasedNet

# form: (configuration, network, its graphs)
FORMS = {
    'scale-aware': (ModelConfig, MultiQueryNet, scale_aware_graphs),
    'released': (ReleasedConfig, ReleasedNet, released_graphs),
}


def network_of(values):
    """The untrained network of a configuration as `to_dict` gave it; without a form it is scale-aware."""
    config, network, _ = FORMS[values.get('form', 'scale-aware')]
    return network(config.from_dict(values))


def graphs_of(net):
    """{(key, task or None): module} of a network, see `tensors.Description`."""
    return FORMS[net.config.form][2](net)
