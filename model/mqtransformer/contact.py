"""`contact`: a sheet of photos, labels and predictions, to look at a checkpoint."""

from pathlib import Path

import numpy as np
import torch
from PIL import Image

from .checkpoint import load_network
from .classes import IGNORE, NYUD40_PALETTE
from .data.nyud import open_nyudv2
from .evaluate import predict


def colour_classes(labels):
    palette = np.zeros((256, 3), np.uint8)
    palette[:len(NYUD40_PALETTE)] = NYUD40_PALETTE
    palette[IGNORE] = 0
    return palette[labels]


def grey(values, low, high):
    return np.repeat((np.clip((values - low) / max(high - low, 1e-6), 0, 1) * 255).astype(np.uint8)[..., None], 3, -1)


def colour_normals(vectors):
    """(3,h,w) -> u8 (h,w,3)"""
    unit = vectors / np.maximum(np.linalg.norm(vectors, axis=0), 1e-6)
    return ((unit.transpose(1, 2, 0) + 1) * 127.5).astype(np.uint8)


def rows(net, room):
    """Two rows of five tiles: photo and labels, then the predictions on the same depth scale."""
    logits = predict(net, room['image'])
    known = room['depth'][room['depth'] > 0]
    low, high = (known.min(), known.max()) if known.size else (0, 1)
    probability = 1 / (1 + np.exp(-logits['edge'][0]))
    labels = [room['image'], colour_classes(room['semseg']), grey(room['depth'], low, high), room['normals'], grey(room['edge'] == 1, 0, 1)]
    found = [room['image'], colour_classes(logits['semseg'].argmax(0)), grey(logits['depth'][0], low, high),
             colour_normals(logits['normals']), grey(probability, 0, 1)]
    return [np.concatenate(labels, 1), np.concatenate(found, 1)]


def draw(checkpoint, chosen, out, width=None):
    """Writes the sheet of (folder, how many rooms, evenly spaced) and returns the rooms' ids. width: of each tile, the photo's if None."""
    net, _ = load_network(checkpoint)
    sheet, names = [], []
    for folder, count in chosen:
        rooms = open_nyudv2(folder, None)
        for index in np.linspace(0, len(rooms) - 1, min(count, len(rooms))).astype(int):
            names.append(rooms.ids[index])
            for row in rows(net, rooms[index]):
                picture = Image.fromarray(row)
                scale = 1 if width is None else 5 * width / picture.width
                sheet.append(np.asarray(picture.resize((round(picture.width * scale), round(picture.height * scale)), Image.BILINEAR)))
    Image.fromarray(np.concatenate(sheet, 0)).save(out, quality=88)
    return names


def add_arguments(parser):
    parser.add_argument('--checkpoint', type=Path, required=True)
    parser.add_argument('--rooms', type=Path, nargs='+', required=True, help='folders in the NYUDv2 layout')
    parser.add_argument('--count', type=int, default=4, help='rooms of each folder')
    parser.add_argument('--width', type=int, help='of a tile; needed where folders differ in size')
    parser.add_argument('--out', type=Path, required=True)


def main(args):
    torch.set_num_threads(2)
    names = draw(args.checkpoint, [(folder, args.count) for folder in args.rooms], args.out, args.width)
    print(f'{args.out}: photo, semseg, depth, normals, edge; labels above predictions; {", ".join(names)}')
