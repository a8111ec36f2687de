import numpy as np
import pytest
from synthetic import plain_view

from mqtransformer.augment import collate, coarser, crop, demo_view, flip
from mqtransformer.augment_paper import distort, paper_view
from mqtransformer.letterbox import MEAN


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


def test_flip_mirrors_pixels_and_negates_x_of_normals():
    room = normal_room()
    mirrored = flip(room)
    for field in ('image', 'semseg', 'depth', 'edge'):
        assert np.array_equal(mirrored[field], room[field][:, ::-1])
    fine_before, fine_after = room['normals'][:, ::-1].astype(float) / 127.5 - 1, mirrored['normals'].astype(float) / 127.5 - 1
    valid = mirrored['normals'].any(-1)
    assert np.allclose(fine_after[valid], fine_before[valid] * (-1, 1, 1), atol=1e-6)
    assert not mirrored['normals'][0, -1].any()
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


@pytest.mark.parametrize('view', [demo_view, paper_view])
def test_random_views_are_seeded_and_have_the_documented_shapes(view):
    room = normal_room()
    views = [view(room, (48, 64), np.random.default_rng(7)) for _ in range(2)]
    assert all(np.array_equal(views[0][field], views[1][field]) for field in room)
    image, targets = collate(views)
    half = (24, 32) if view is demo_view else (48, 64)
    assert image.shape == (2, 3, 48, 64) and image.dtype.is_floating_point
    assert {k: tuple(v.shape) for k, v in targets.items()} == {
        'semseg': (2, *half), 'depth': (2, *half), 'normals': (2, 3, *half), 'edge': (2, 48, 64)}


def test_coarser_targets_are_half_as_large():
    targets = collate([plain_view(normal_room(), (48, 64))])[1]
    assert {k: tuple(v.shape) for k, v in coarser(targets).items()} == {
        'semseg': (1, 12, 16), 'depth': (1, 12, 16), 'normals': (1, 3, 12, 16), 'edge': (1, 12, 16)}


def test_a_scaled_view_of_the_paper_keeps_labels_and_photo_together(monkeypatch):
    """Every label is a function of the same coordinates, and so is the photo: whatever was cut out must still agree."""
    monkeypatch.setattr('mqtransformer.augment_paper.distort', lambda image, rng: image.astype(np.float32) / 255)
    y, x = np.mgrid[0:60, 0:80]
    room = {'image': np.stack([3 * x, 4 * y, 0 * x], -1).astype(np.uint8), 'semseg': (x // 8 + 10 * (y // 30)).astype(np.uint8),
            'depth': (1 + x).astype(np.float32), 'normals': np.full((60, 80, 3), (128, 128, 255), np.uint8), 'edge': (x % 8 == 0).astype(np.uint8)}
    mirrored, padded = 0, 0
    for seed in range(40):
        scale = np.random.default_rng(seed).uniform(0.5, 2)  # what it draws first
        view = paper_view(room, (40, 48), np.random.default_rng(seed))
        inside = view['depth'] > 0
        padded += not inside.all()
        assert np.array_equal(view['semseg'] == 255, ~inside) and (view['edge'][~inside] == 255).all()
        assert np.allclose(view['image'][~inside], MEAN) and not view['normals'][~inside].any()
        column = np.rint(view['depth'][inside] * scale - 1).astype(int)
        assert np.array_equal(view['semseg'][inside] % 10, column // 8) and np.array_equal(view['edge'][inside], column % 8 == 0)
        assert np.abs(view['image'][..., 0][inside] * 255 / 3 - column).max() < 1.5
        left_to_right = np.diff(column[:2])[0] >= 0 and column[0] <= column[-1]
        mirrored += not left_to_right
        assert (view['normals'][inside] == ((127 if not left_to_right else 128), 128, 255)).all()
    assert 8 < mirrored < 32 and 0 < padded < 40


def test_distortion_stays_in_range_and_changes_something():
    image = np.random.default_rng(0).integers(0, 256, (20, 30, 3), np.uint8)
    results = [distort(image, np.random.default_rng(seed)) for seed in range(12)]
    assert all(x.dtype == np.float32 and x.min() >= 0 and x.max() <= 1 and x.shape == image.shape for x in results)
    assert np.std([x.mean() for x in results]) > 0.01
