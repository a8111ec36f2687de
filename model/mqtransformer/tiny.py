"""`tiny`: a seeded, untrained, very small bundle for the application's tests, with PyTorch's own answers beside it."""

import json
from pathlib import Path

import numpy as np
import torch
import torch.nn as nn
from PIL import Image

from .bundle import graphs_in, write_bundle
from .config import TINY
from .forms import network_of
from .letterbox import prepare_image, restore_logits
from .parity import logits_of, run_modules
from .released.config import TINY_RELEASED
from .released.swin import WindowAttention

KEPT_CLASSES = 6
KEPT_TENSORS = ('cross_task_attention', 'cross_scale_attention', 'encoder_attention_depth_s0', 'encoder_attention_depth_s1',
                'decoder_attention_edge_s0', 'decoder_attention_edge_s2')
CONFIGS = {config.form: config for config in (TINY, TINY_RELEASED)}


def photo_sizes(config):
    """One photo larger than the input (resized, padded on the left and right), one smaller (padded on all sides)."""
    return {'large': (config.height * 5 // 4, config.width * 9 // 8), 'small': (config.height - 7, config.width - 14)}


def tiny_network(seed, config=TINY):
    """Seeded weights drawn wide enough that every link visibly matters. Batch norms and the semseg head are fitted to one
    seeded photo, so that classes vary over an image."""
    torch.manual_seed(seed)
    net = network_of(config.to_dict())
    for module in net.modules():
        if isinstance(module, nn.Linear):
            nn.init.xavier_uniform_(module.weight, gain=1.6)
        if isinstance(module, WindowAttention):
            nn.init.normal_(module.relative_position_bias_table)
        if isinstance(module, nn.BatchNorm2d):
            module.momentum = None
            nn.init.uniform_(module.weight, 0.7, 1.3)
    image = torch.as_tensor(prepare_image(photo(config.height, config.width, np.random.default_rng(seed)), config.height, config.width)[0])
    with torch.no_grad():
        net.train()(image)
        net.eval()
        logits = net(image).logits
        if 'semseg' in logits:
            net.last_layer('semseg').bias -= logits['semseg'].mean((0, 2, 3))
        net.last_layer('depth').bias += 2
    return net


def photo(height, width, rng):
    """A smooth seeded picture with a few hard edges, u8 (h,w,3)."""
    y, x = np.mgrid[0:height, 0:width]
    waves = np.stack([np.sin(x / rng.uniform(4, 9) + rng.uniform(0, 6)) + np.cos(y / rng.uniform(4, 9)) for _ in range(3)], -1)
    waves[height // 4:height // 2, width // 3:width // 2] += 1.5
    return np.clip(127 + 60 * waves, 0, 255).astype(np.uint8)


def write_oracle(net, out, seed):
    """Writes photos and what the PyTorch model answers to them."""
    out.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    cases = {}
    for name, (height, width) in photo_sizes(net.config).items():
        pixels = photo(height, width, rng)
        Image.fromarray(pixels).save(out / f'{name}.png')
        image, box = prepare_image(pixels, net.config.height, net.config.width)
        values = run_modules(net, image)
        arrays = {'image': image, **{name: values[name] for name in KEPT_TENSORS if name in values}}
        for task, logits in logits_of(net, image).items():
            arrays[f'logits_{task}'] = restore_logits(logits, box, height, width)
        arrays['argmax_semseg'] = arrays['logits_semseg'].argmax(0).astype(np.uint8)
        arrays['logits_semseg'] = arrays['logits_semseg'][:KEPT_CLASSES]
        for key, array in arrays.items():
            np.save(out / f'{name}.{key}.npy', np.ascontiguousarray(array))
        top, left, h, w = box
        cases[name] = {'photo': f'{name}.png', 'height': height, 'width': width,
                       'box': {'top': top, 'left': left, 'height': h, 'width': w},
                       'arrays': {key: {'file': f'{name}.{key}.npy', 'shape': list(array.shape), 'dtype': str(array.dtype)}
                                  for key, array in arrays.items()}}
    notes = {'cases': cases, 'logits': f'at the photo\'s own size; semseg keeps its first {KEPT_CLASSES} channels, argmax_semseg is over all',
             'torch': torch.__version__, 'tolerance': 'relative 1e-4 of the largest magnitude of each array'}
    (out / 'oracle.json').write_text(json.dumps(notes, indent=1) + '\n')


def add_arguments(parser):
    parser.add_argument('--out', type=Path, required=True)
    parser.add_argument('--seed', type=int, default=0)
    parser.add_argument('--form', choices=CONFIGS, default=TINY.form)


def main(args):
    net = tiny_network(args.seed, CONFIGS[args.form])
    provenance = {'trainingData': None, 'rooms': 0, 'seed': args.seed, 'steps': 0, 'checkpointSha256': None,
                  'script': f'python -m mqtransformer tiny --form {args.form} --seed {args.seed}', 'torch': torch.__version__, 'metrics': {}, 'synthetic': True}
    card = write_bundle(net, args.out, 'tiny-untrained', 'Untrained: seeded random weights for tests. Its predictions mean nothing.', provenance)
    write_oracle(net, args.out / 'oracle', args.seed)
    print(json.dumps({'out': str(args.out), 'bytes': sum(graph['bytes'] for graph in graphs_in(card))}))
