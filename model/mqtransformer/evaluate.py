"""`evaluate`: runs a checkpoint on a folder in the NYUDv2 layout and prints its metrics as JSON, at each photo's own size."""

import json
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from .checkpoint import load_network
from .letterbox import prepare_image, restore_logits
from .metrics import Metrics
from .rooms import read_room, room_ids


def predict(net, image):
    """photo u8 (h,w,3) -> {task: float32 logits (K,h,w)} at the photo's size."""
    size = (net.config.height, net.config.width)
    prepared, box = prepare_image(image, *size)
    with torch.no_grad():
        logits = net(torch.from_numpy(prepared)).logits
    sized = {task: F.interpolate(value, size=size, mode='bilinear', align_corners=False) for task, value in logits.items()}
    return {task: restore_logits(value, box, *image.shape[:2]) for task, value in sized.items()}


def evaluate(net, folder, ids):
    metrics = Metrics()
    for room_id in ids:
        room = read_room(folder, room_id)
        normals = room.normals.astype(np.float32).transpose(2, 0, 1) * (2 / 255) - 1
        directed = np.abs(np.linalg.norm(normals, axis=0) - 1) < 0.2
        metrics.add(predict(net, room.image), room.semseg, room.depth, normals, directed, room.edge)
    return metrics.result()


def rounded(value):
    if isinstance(value, dict):
        return {key: rounded(inner) for key, inner in value.items()}
    return round(float(value), 3) if isinstance(value, (float, np.floating)) else value


def add_arguments(parser):
    parser.add_argument('--checkpoint', type=Path, required=True)
    parser.add_argument('--rooms', type=Path, required=True, help='folder in the NYUDv2 layout')
    parser.add_argument('--split', help='only the ids in gt_sets/SPLIT.txt')
    parser.add_argument('--limit', type=int)
    parser.add_argument('--out', type=Path, help='also write the JSON to this file')
    parser.add_argument('--threads', type=int, default=2)


def main(args):
    torch.set_num_threads(args.threads)
    net, notes = load_network(args.checkpoint)
    ids = room_ids(args.rooms, args.split)[:args.limit]
    result = {'rooms': args.rooms.name, 'steps': notes['steps'], 'metrics': rounded(evaluate(net, args.rooms, ids))}
    text = json.dumps(result, indent=1)
    if args.out:
        args.out.write_text(text + '\n')
    print(text)
