import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from synthetic import write_rooms

from mqtransformer.data import DATA_SETS
from mqtransformer.data.nyud import open_nyudv2, read_nyudv2
from mqtransformer.data.packed import open_packed
from mqtransformer.data.sample import normal_codes
from mqtransformer.prepare import pack_new

FIXTURES = Path(__file__).parents[2] / 'test' / 'fixtures'


@pytest.fixture
def folder(tmp_path):
    write_rooms(tmp_path / 'rooms', 3)
    return tmp_path / 'rooms'


def test_reading_follows_the_nyudv2_encodings(folder):
    assert open_nyudv2(folder, None).ids == ['0000', '0001', '0002']
    room = read_nyudv2(folder, '0001')
    ids = np.asarray(Image.open(folder / 'segmentation' / '0001.png'))
    assert set(np.unique(room['semseg'])) == {255, *[int(i) - 1 for i in np.unique(ids) if i > 0]}
    assert np.array_equal(room['semseg'] == 255, ids == 0)
    assert room['depth'].dtype == np.float32 and (room['depth'][:, -1] == 0).all()
    assert set(np.unique(room['edge'])) == {0, 1}


def test_reading_refuses_sizes_ids_and_lists_that_do_not_fit(folder):
    np.save(folder / 'depth' / '0000.npy', np.ones((5, 5), np.float32))
    with pytest.raises(ValueError, match='depth is'):
        read_nyudv2(folder, '0000')
    Image.fromarray(np.full((54, 70), 41, np.uint8)).save(folder / 'segmentation' / '0001.png')
    with pytest.raises(ValueError, match='holds 41'):
        read_nyudv2(folder, '0001')
    with pytest.raises(ValueError, match='train.txt is missing'):
        open_nyudv2(folder, 'train')


@pytest.mark.parametrize('name, tasks', [('nyudv2', 4), ('nyud_mt', 4)])
def test_both_nyud_layouts_hold_the_drawn_scene(layouts, name, tasks):
    """The two folders were written from one scene; photos differ by JPEG, normals by the byte they are stored in."""
    samples = DATA_SETS[name].open(layouts / name, 'train')
    assert samples.ids == ['2008_000001', '2008_000002'] and len(samples.tasks) == tasks
    sample, other = samples[1], DATA_SETS['nyudv2'].open(layouts / 'nyudv2', 'train')[1]
    for field in ('semseg', 'depth', 'edge'):
        assert np.array_equal(sample[field], other[field]), field
    assert np.abs(sample['normals'].astype(int) - other['normals']).max() <= 1
    assert np.abs(sample['image'].astype(int) - other['image']).mean() < 8
    assert {field: array.dtype for field, array in sample.items()} == {
        'image': np.uint8, 'semseg': np.uint8, 'depth': np.float32, 'normals': np.uint8, 'edge': np.uint8}


def test_pascal_is_read_as_its_training_code_reads_it(layouts):
    root = layouts / 'pascal'
    samples = DATA_SETS['pascal'].open(root, 'train')
    other = json.loads(subprocess.run([sys.executable, str(FIXTURES / 'pascal-loader.py'), str(root),
                                       'semseg,sal,edge,normals,human_parts6', *samples.ids], capture_output=True, check=True).stdout)
    for index, name in enumerate(samples.ids):
        sample = samples[index]
        for field in ('semseg', 'sal', 'edge', 'human_parts'):
            wanted = np.array(other[name]['human_parts6' if field == 'human_parts' else field]).reshape(sample[field].shape)
            assert np.array_equal(sample[field], wanted), (name, field)
        vectors = np.array(other[name]['normals']).reshape(sample['normals'].shape)
        assert np.allclose(sample['normals'] * (2 / 255) - 1, vectors, atol=1e-6)


def test_corrected_boundaries_and_hidden_normals_of_pascal_are_used(layouts, tmp_path):
    root = tmp_path / 'pascal'
    subprocess.run(['cp', '-r', str(layouts / 'pascal'), str(root)], check=True)
    name = DATA_SETS['pascal'].open(root, 'train').ids[0]
    lines = np.zeros((72, 96), np.uint8)
    lines[10] = 255
    (root / 'edge_override').mkdir()
    for each in DATA_SETS['pascal'].open(root, 'train').ids:
        Image.fromarray(lines).save(root / 'edge_override' / f'{each}.png')
    (root / 'nyu_classes.json').write_text('["wall"]')
    (root / 'context_classes.json').write_text('{"wall": 440, "floor": 158, "tvmonitor": 427}')
    sample = DATA_SETS['pascal'].open(root, 'train')[0]
    assert sample['edge'][10].all() and sample['edge'].sum() == 96, name
    from scipy.io import loadmat
    context = loadmat(str(root / 'pascal-context' / 'trainval' / f'{name}.mat'))['LabelMap']
    assert np.array_equal(sample['normals'].any(-1), np.isin(context, (440, 427)))


def test_codes_of_normals_are_close_and_mark_what_is_missing():
    vectors = np.random.default_rng(0).normal(size=(20, 20, 3))
    vectors /= np.linalg.norm(vectors, axis=-1, keepdims=True)
    codes = normal_codes(vectors)
    back = codes / 127.5 - 1
    angles = np.degrees(np.arccos(np.clip((back * vectors).sum(-1) / np.linalg.norm(back, axis=-1), -1, 1)))
    assert angles.max() < 0.5 and codes.any(-1).all()
    assert not normal_codes(np.stack([np.zeros((2, 3)), np.full((2, 3), np.nan)])).any()


def test_packing_pads_by_the_rule_and_keeps_labels_exact(folder, tmp_path):
    assert pack_new(folder, tmp_path / 'pack', 60, 80) == (3, [])
    packed, room = open_packed(tmp_path / 'pack')[0], read_nyudv2(folder, '0000')
    inside = (slice(3, 57), slice(5, 75))
    for field in ('image', 'semseg', 'normals', 'edge'):
        assert np.array_equal(packed[field][inside], room[field]), field
    assert np.allclose(packed['depth'][inside], room['depth'], atol=2e-3)
    assert packed['semseg'][0, 0] == packed['edge'][0, 0] == 255 and packed['depth'][0, 0] == 0 and not packed['normals'][0, 0].any()


def test_packing_again_adds_only_new_rooms_and_names_broken_ones(folder, tmp_path):
    (folder / 'depth' / '0002.npy').write_bytes(b'not yet')
    packed, skipped = pack_new(folder, tmp_path / 'pack', 48, 64)
    assert packed == 2 and len(skipped) == 1 and skipped[0].startswith('0002')
    np.save(folder / 'depth' / '0002.npy', np.ones((54, 70), np.float32))
    assert pack_new(folder, tmp_path / 'pack', 48, 64) == (1, [])
    assert open_packed(tmp_path / 'pack').ids == ['shard-000/0000', 'shard-000/0001', 'shard-001/0002']
    assert pack_new(folder, tmp_path / 'pack', 48, 64) == (0, [])
    assert DATA_SETS['rooms'].open(tmp_path / 'pack', 'train').ids == open_packed(tmp_path / 'pack').ids
