"""The published checkpoints: a Lightning file's `state_dict` into `ReleasedNet`, name by name."""

import torch

from .network import ReleasedNet
from .safe_read import UnsafeCheckpoint, read_checkpoint

BLOCK = 'head.parts_query_encoder_decoder_blocks.0.decoder1.'
# In the files, and read by nothing: a patch embedding whose result is thrown away, a second decoder attention, relative positions.
UNUSED = {
    'head.patch_embed.projection.weight', 'head.patch_embed.projection.bias', 'head.patch_embed.norm.weight', 'head.patch_embed.norm.bias',
    BLOCK + 'rel_pos.rel_emb_h', BLOCK + 'rel_pos.rel_emb_w', BLOCK + 'attn2.proj.weight', BLOCK + 'attn2.proj.bias',
    *[f'{BLOCK}attn2.to_{part}.weight' for part in 'qkv'],
    *[f'{BLOCK}attn2.norm_{part}.{kind}' for part in 'qkv' for kind in ('weight', 'bias')],
}


class KeyMismatch(ValueError):
    """Names or shapes differ from what the data set and backbone need."""


def read_state(path):
    """{name: tensor} of a Lightning checkpoint, or of a file that holds nothing but the tensors."""
    content = read_checkpoint(path)
    state = content.get('state_dict', content) if isinstance(content, dict) else None
    if not isinstance(state, dict) or not state or not all(isinstance(value, torch.Tensor) for value in state.values()):
        raise UnsafeCheckpoint(f'{path.name} has no state_dict of tensors')
    return state


def mismatches(wanted, found):
    """What is missing, unexpected or of another shape, one line each."""
    missing = [f'missing: {name} {list(value.shape)}' for name, value in wanted.items() if name not in found]
    unexpected = [f'unexpected: {name} {list(value.shape)}' for name, value in found.items() if name not in wanted and name not in UNUSED]
    shapes = [f'shape: {name} is {list(found[name].shape)}, expected {list(value.shape)}' for name, value in wanted.items()
              if name in found and found[name].shape != value.shape]
    return missing + unexpected + shapes


def load_released(config, state):
    """`ReleasedNet` with the tensors of `state`, in evaluation mode, and the names that were left out. Raises KeyMismatch."""
    net = ReleasedNet(config)
    wanted = net.state_dict()
    lines = mismatches(wanted, state)
    if lines:
        raise KeyMismatch(f'{len(lines)} tensors do not fit {config.dataset} with this backbone:\n  ' + '\n  '.join(lines))
    index = 'relative_position_index'
    moved = [name for name in wanted if name.endswith(index) and not torch.equal(wanted[name], state[name].to(wanted[name].dtype))]
    if moved:
        raise KeyMismatch(f'windows count their relative positions in another order: {", ".join(moved)}')
    net.load_state_dict({name: state[name].to(value.dtype) for name, value in wanted.items()})
    return net.eval(), sorted(name for name in state if name in UNUSED)
