"""The forms of the model that can become a bundle."""

from .graphs import scale_aware_graphs


def graphs_of(net):
    """{(key, task or None): module} of a network, see `tensors.Description`."""
    return scale_aware_graphs(net)
