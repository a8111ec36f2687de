"""Checkpoints: the averaged model for use, and the whole training state for resuming."""

import hashlib
from pathlib import Path

import torch

from .forms import network_of
from .released.safe_read import read_checkpoint


def save(path, content):
    """Writes beside the target and renames, so that a reader never meets half a file."""
    path = Path(path)
    part = path.with_suffix('.part')
    torch.save(content, part)
    part.replace(path)


def load_network(path):
    """The averaged model of a checkpoint in evaluation mode, and what the training noted about itself."""
    content = read_checkpoint(path)
    net = network_of(content['config'])
    net.load_state_dict(content['model'])
    return net.eval(), content['notes']


def notes_of(path):
    """What the training noted about itself in a checkpoint, None where it noted nothing."""
    return read_checkpoint(path).get('notes')


def sha256(path):
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()
