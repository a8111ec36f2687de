import numpy as np
import pytest
from PIL import Image
from synthetic import write_rooms

from mqtransformer.augment import collate, coarser, crop, flip, plain_view, random_view
from mqtransformer.prepare import pack_new
from mqtransformer.rooms import PackedRooms, read_room, room_ids


@pytest.fixture
def folder(tmp_path):
    write_rooms(tmp_path / 'rooms', 3)
    return tmp_path / 'rooms'


def normal_room(h=48, w=64):
    """A room whose normals, depth and classes differ at every pixel."""
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(h, w, 3))
    vectors /= np.linalg.norm(vectors, axis=-1, keepdims=True)
    normals = np.rint((vectors + 1) * 127.5).astype(np.uint8)
    normals[0, 0] = 0
    return {'image': rng.integers(0, 256, (h, w, 3), np.uint8), 'semseg': rng.integers(0, 40, (h, w)).astype(np.uint8),
            'depth': rng.uniform(1, 5, (h, w)).astype(np.float16), 'normals': normals,
            'edge': rng.integers(0, 2, (h, w)).astype(np.uint8)}


def test_reading_follows_the_nyudv2_encodings(folder):
    assert room_ids(folder) == ['0000', '0001', '0002']
    room = read_room(folder, '0001')
    ids = np.asarray(Image.open(folder / 'segmentation' / '0001.png'))
    assert set(np.unique(room.semseg)) == {255, *[int(i) - 1 for i in np.unique(ids) if i > 0]}
    assert np.array_equal(room.semseg == 255, ids == 0)
    assert room.depth.dtype == np.float32 and (room.depth[:, -1] == 0).all()
    assert set(np.unique(room.edge)) == {0, 1}


def test_reading_refuses_sizes_and_ids_that_do_not_fit(folder):
    np.save(folder / 'depth' / '0000.npy', np.ones((5, 5), np.float32))
    with pytest.raises(ValueError, match='depth is'):
        read_room(folder, '0000')
    Image.fromarray(np.full((54, 70), 41, np.uint8)).save(folder / 'segmentation' / '0001.png')
    with pytest.raises(ValueError, match='holds 41'):
        read_room(folder, '0001')


def test_packing_pads_by_the_rule_and_keeps_labels_exact(folder, tmp_path):
    assert pack_new(folder, tmp_path / 'pack', 60, 80) == (3, [])
    packed, room = PackedRooms(tmp_path / 'pack')[0], read_room(folder, '0000')
    inside = (slice(3, 57), slice(5, 75))
    for field in ('image', 'semseg', 'normals', 'edge'):
        assert np.array_equal(packed[field][inside], getattr(room, field)), field
    assert np.allclose(packed['depth'][inside], room.depth, atol=2e-3)
    assert packed['semseg'][0, 0] == packed['edge'][0, 0] == 255 and packed['depth'][0, 0] == 0 and not packed['normals'][0, 0].any()


def test_packing_again_adds_only_new_rooms_and_names_broken_ones(folder, tmp_path):
    (folder / 'depth' / '0002.npy').write_bytes(b'not yet')
    packed, skipped = pack_new(folder, tmp_path / 'pack', 48, 64)
    assert packed == 2 and len(skipped) == 1 and skipped[0].startswith('0002')
    np.save(folder / 'depth' / '0002.npy', np.ones((54, 70), np.float32))
    assert pack_new(folder, tmp_path / 'pack', 48, 64) == (1, [])
    assert PackedRooms(tmp_path / 'pack').ids == ['0000', '0001', '0002']
    assert pack_new(folder, tmp_path / 'pack', 48, 64) == (0, [])


def test_flip_mirrors_pixels_and_negates_x_of_normals():
    room = normal_room()
    mirrored = flip(room)
    for field in ('image', 'semseg', 'depth', 'edge'):
        assert np.array_equal(mirrored[field], room[field][:, ::-1])
    before = collate([plain_view(room, (48, 64))])[1]['normals']
    after = collate([plain_view(mirrored, (48, 64))])[1]['normals']
    fine_before, fine_after = room['normals'][:, ::-1].astype(float) / 127.5 - 1, mirrored['normals'].astype(float) / 127.5 - 1
    valid = mirrored['normals'].any(-1)
    assert np.allclose(fine_after[valid], fine_before[valid] * (-1, 1, 1), atol=1e-6)
    assert not mirrored['normals'][0, -1].any()
    assert before.shape == after.shape == (1, 3, 24, 32)
    twice = flip(mirrored)
    assert all(np.array_equal(twice[field], room[field]) for field in room)


def test_zooming_divides_depth_and_takes_the_right_part():
    room = normal_room()
    view = crop(room, 2.0, 1.0, 0.0, (48, 64))
    assert np.array_equal(view['semseg'], room['semseg'][24:, :32])
    assert np.allclose(view['depth'], room['depth'][24:, :32].astype(np.float32) / 2)
    assert np.array_equal(view['normals'], room['normals'][24:, :32])


def test_thin_edges_survive_small_views():
    room = normal_room()
    room['edge'][:] = 0
    room['edge'][:, 21] = 1
    assert crop(room, 1.0, 0, 0, (24, 32))['edge'][:, 10].all()


def test_targets_have_the_documented_shapes_and_random_views_are_seeded():
    room = normal_room()
    views = [random_view(room, (48, 64), np.random.default_rng(7)) for _ in range(2)]
    assert all(np.array_equal(views[0][field], views[1][field]) for field in room)
    image, targets = collate(views)
    assert image.shape == (2, 3, 48, 64)
    assert {k: tuple(v.shape) for k, v in targets.items()} == {
        'semseg': (2, 24, 32), 'depth': (2, 24, 32), 'normals': (2, 3, 24, 32), 'edge': (2, 48, 64)}
    assert {k: tuple(v.shape) for k, v in coarser(targets).items()} == {
        'semseg': (2, 12, 16), 'depth': (2, 12, 16), 'normals': (2, 3, 12, 16), 'edge': (2, 12, 16)}
