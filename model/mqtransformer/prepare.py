"""`prepare`: packs rooms at the model's resolution, so that training decodes nothing. Run again, it packs only new rooms."""

import json
from pathlib import Path

import numpy as np
from PIL import Image

from .classes import IGNORE
from .config import ROOMS
from .letterbox import MEAN, fitted_box
from .rooms import FIELDS, NO_NORMAL, PackedRooms, read_room, room_ids

# Padding is zero after normalisation, so before it it is the mean colour.
FILLS = {'image': [round(255 * mean) for mean in MEAN], 'semseg': IGNORE, 'depth': 0, 'normals': NO_NORMAL, 'edge': IGNORE}
DTYPES = {'image': np.uint8, 'semseg': np.uint8, 'depth': np.float16, 'normals': np.uint8, 'edge': np.uint8}


def resize(field, array, height, width):
    """Photo: BILINEAR with antialiasing. Labels: NEAREST. Edges: any edge within a pixel's footprint, since nearest would
    break lines that are one pixel wide."""
    if array.shape[:2] == (height, width):
        return array
    size = (width, height)
    if field == 'image':
        return np.asarray(Image.fromarray(array).resize(size, Image.BILINEAR))
    if field == 'edge':
        return (np.asarray(Image.fromarray(array * 255).resize(size, Image.BOX)) > 64).astype(np.uint8)
    return np.asarray(Image.fromarray(array).resize(size, Image.NEAREST))


def pack_room(room, height, width):
    """{field: array of height x width} by the card's resize and padding rule."""
    top, left, h, w = fitted_box(*room.image.shape[:2], height, width)
    packed = {}
    for field in FIELDS:
        array = getattr(room, field)
        canvas = np.empty((height, width, *array.shape[2:]), DTYPES[field])
        canvas[...] = FILLS[field]
        canvas[top:top + h, left:left + w] = resize(field, array, h, w)
        packed[field] = canvas
    return packed


def pack_new(folder, out, height, width, limit=None, progress=lambda done, total: None):
    """Packs the rooms of `folder` that `out` does not hold yet as a new shard. Returns (packed, skipped messages)."""
    out = Path(out)
    known = set(PackedRooms(out).ids)
    ids = [room_id for room_id in room_ids(folder) if room_id not in known][:limit]
    shapes = {'image': (height, width, 3), 'normals': (height, width, 3)}
    arrays = {field: np.empty((len(ids), *shapes.get(field, (height, width))), DTYPES[field]) for field in FIELDS}
    packed, skipped = [], []
    for done, room_id in enumerate(ids):
        progress(done, len(ids))
        try:
            room = pack_room(read_room(folder, room_id), height, width)
        except (OSError, ValueError, EOFError, SyntaxError) as error:
            skipped.append(f'{room_id}: {error}')
            continue
        for field, array in room.items():
            arrays[field][len(packed)] = array
        packed.append(room_id)
    if packed:
        shard = out / f'shard-{len(list(out.glob("shard-*"))):03d}'
        shard.mkdir(parents=True)
        for field, array in arrays.items():
            np.save(shard / f'{field}.npy', array[:len(packed)])
        (shard / 'ids.json').write_text(json.dumps(packed))  # last: a shard without it is not read
    return len(packed), skipped


def add_arguments(parser):
    parser.add_argument('--rooms', type=Path, required=True, help='folder in the NYUDv2 layout')
    parser.add_argument('--out', type=Path, required=True)
    parser.add_argument('--limit', type=int, help='pack at most this many new rooms')
    parser.add_argument('--height', type=int, default=ROOMS.height)
    parser.add_argument('--width', type=int, default=ROOMS.width)


def main(args):
    packed, skipped = pack_new(args.rooms, args.out, args.height, args.width, args.limit)
    print(json.dumps({'packed': packed, 'total': len(PackedRooms(args.out)), 'skipped': len(skipped), 'reasons': skipped[:10]}))
