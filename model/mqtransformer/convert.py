"""`convert`: a published checkpoint of the single-scale form (a Lightning file) as a bundle.

The file is read without running anything it names. Every tensor has its place or the file is refused. The bundle appears only when
its graphs answer as the network does, within 1e-4 of the largest value of each task."""

import json
import shutil
import tempfile
from pathlib import Path

import torch

from .bundle import graphs_in, write_bundle
from .checkpoint import sha256
from .parity import TOLERANCE, available, check_logits
from .released.checkpoint import KeyMismatch, load_released, read_state
from .released.config import BACKBONES, SIZES, ReleasedConfig
from .released.network import ReleasedNet
from .released.safe_read import UnsafeCheckpoint
from .tensors import describe_encoder, example

TRAINED = {'nyud': 'NYUDv2, as far as the file can tell: it does not name its training data',
           'pascal': 'PASCAL-Context, as far as the file can tell: it does not name its training data'}


def add_arguments(parser):
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument('--checkpoint', type=Path, help='a Lightning checkpoint (.ckpt)')
    source.add_argument('--random', action='store_true', help='seeded random weights, for timing')
    parser.add_argument('--seed', type=int, default=0, help='of --random')
    parser.add_argument('--dataset', choices=TRAINED, required=True)
    parser.add_argument('--backbone', choices=BACKBONES, required=True)
    parser.add_argument('--size', choices=[f'{h}x{w}' for h, w in SIZES], help='height x width of the input; default 425x560 for nyud, '
                        '512x512 for pascal, as in training')
    parser.add_argument('--out', type=Path, required=True, help='folder of the bundle; must not exist')
    parser.add_argument('--name', help='default: backbone and data set')
    parser.add_argument('--licence', default='unknown: ask those who published the checkpoint', help='of the weights')


def network_from(args, config):
    """The network, what the card says of it, and the provenance that is particular to it."""
    if args.random:
        torch.manual_seed(args.seed)
        return (ReleasedNet(config).eval(), 'Untrained: seeded random weights, to measure time and memory. Its predictions mean nothing.',
                {'trainingData': None, 'seed': args.seed, 'steps': 0, 'checkpointSha256': None, 'synthetic': True})
    net, unused = load_released(config, read_state(args.checkpoint))
    return (net, f'Converted from a checkpoint made elsewhere ({args.checkpoint.name}); its figures were not measured here.',
            {'trainingData': TRAINED[args.dataset], 'seed': None, 'steps': None, 'checkpointSha256': sha256(args.checkpoint),
             'unusedTensors': len(unused), 'synthetic': False})


def convert(args):
    """Writes the bundle and returns the report that `main` prints. Raises ValueError with what is wrong."""
    if args.out.exists():
        raise ValueError(f'{args.out} exists; choose another folder or remove it first')
    size = args.size or {'nyud': '425x560', 'pascal': '512x512'}[args.dataset]
    config = ReleasedConfig(*map(int, size.split('x')), args.dataset, BACKBONES[args.backbone])
    net, description, particular = network_from(args, config)
    provenance = {'rooms': 0, 'script': 'python -m mqtransformer convert', 'torch': str(torch.__version__), 'metrics': {}, **particular}
    image, = example(describe_encoder(config).inputs)
    args.out.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f'.{args.out.name}-', dir=args.out.parent))
    try:
        card = write_bundle(net, work, args.name or f'{args.backbone}-{args.dataset}', description, provenance, args.licence)
        parity = check_logits(net, work, image)
        work.chmod(0o755)
        work.rename(args.out)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return {'out': str(args.out), 'bytes': sum(graph['bytes'] for graph in graphs_in(card)), 'parity': parity, 'tolerance': TOLERANCE,
            'comparedWith': 'the graphs in onnxruntime' if available() else
            'the rewritten modules in torch, before their export: onnxruntime cannot be imported'}


def main(args):
    try:
        print(json.dumps(convert(args)))
    except (UnsafeCheckpoint, KeyMismatch, ValueError) as error:
        raise SystemExit(f'convert: {error}') from error
