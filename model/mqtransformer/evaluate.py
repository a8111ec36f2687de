"""`evaluate`: runs a checkpoint on a data set and prints its metrics as JSON, at each photo's own size."""

import json
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from .checkpoint import load_network
from .data import DATA_SETS
from .letterbox import prepare_image, restore_logits
from .metrics import Metrics


def predict(net, image):
    """photo u8 (h,w,3) -> {task: float32 logits (K,h,w)} at the photo's size. One photo at a time: never a batch."""
    size = (net.config.height, net.config.width)
    prepared, box = prepare_image(image, *size)
    with torch.no_grad():
        logits = net(torch.from_numpy(prepared).to(next(net.parameters()).device)).logits
    sized = {task: F.interpolate(value, size=size, mode='bilinear', align_corners=False).cpu() for task, value in logits.items()}
    return {task: restore_logits(value, box, *image.shape[:2]) for task, value in sized.items()}


def evaluate(net, samples):
    """Metrics of every sample, see `data.sample`, for the network's tasks."""
    metrics = Metrics(net.config.tasks)
    for index in range(len(samples)):
        sample = samples[index]
        metrics.add(predict(net, np.ascontiguousarray(sample['image'])), sample)
    return metrics.result()


def rounded(value):
    if isinstance(value, dict):
        return {key: rounded(inner) for key, inner in value.items()}
    return round(float(value), 3) if isinstance(value, (float, np.floating)) else value


def add_arguments(parser):
    parser.add_argument('--checkpoint', type=Path, required=True)
    parser.add_argument('--data', choices=DATA_SETS, default='rooms')
    parser.add_argument('--root', type=Path, required=True, help='folder of the data set')
    parser.add_argument('--split', default='val')
    parser.add_argument('--limit', type=int, help='only the first so many')
    parser.add_argument('--out', type=Path, help='also write the JSON to this file')
    parser.add_argument('--threads', type=int, default=2)


def main(args):
    torch.set_num_threads(args.threads)
    net, notes = load_network(args.checkpoint)
    samples = DATA_SETS[args.data].open(args.root, args.split).first(args.limit)
    result = {'rooms': args.root.name, 'steps': notes['steps'], 'metrics': rounded(evaluate(net, samples))}
    text = json.dumps(result, indent=1)
    if args.out:
        args.out.write_text(text + '\n')
    print(text)
