"""`prepare`: packs rooms at the model's resolution, so that training decodes nothing. Run again, it packs only new rooms."""

import json
from pathlib import Path

import numpy as np
from PIL import Image

from .data.nyud import open_nyudv2
from .data.packed import FIELDS, open_packed
from .data.sample import FILLS
from .letterbox import fitted_box

DTYPES = {'depth': np.float16}
SIZE = (192, 256)


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


def pack_room(sample, height, width):
    """{field: array of height x width} by the card's resize and padding rule."""
    top, left, h, w = fitted_box(*sample['image'].shape[:2], height, width)
    packed = {}
    for field in FIELDS:
        array = sample[field]
        canvas = np.empty((height, width, *array.shape[2:]), DTYPES.get(field, np.uint8))
        canvas[...] = FILLS[field]
        canvas[top:top + h, left:left + w] = resize(field, array, h, w)
        packed[field] = canvas
    return packed


def pack_new(folder, out, height, width, limit=None):
    """Packs the rooms of `folder` that `out` does not hold yet as a new shard. Returns (packed, skipped messages)."""
    out, rooms = Path(out), open_nyudv2(folder, None)
    known = {name.split('/')[1] for name in open_packed(out).ids}
    ids = [room_id for room_id in rooms.ids if room_id not in known][:limit]
    shapes = {'image': (height, width, 3), 'normals': (height, width, 3)}
    arrays = {field: np.empty((len(ids), *shapes.get(field, (height, width))), DTYPES.get(field, np.uint8)) for field in FIELDS}
    packed, skipped = [], []
    for room_id in ids:
        try:
            room = pack_room(rooms.read(room_id), height, width)
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
    parser.add_argument('--height', type=int, default=SIZE[0])
    parser.add_argument('--width', type=int, default=SIZE[1])


def main(args):
    packed, skipped = pack_new(args.rooms, args.out, args.height, args.width, args.limit)
    print(json.dumps({'packed': packed, 'total': len(open_packed(args.out)), 'skipped': len(skipped), 'reasons': skipped[:10]}))
