import numpy as np
import pytest
from PIL import Image

from mqtransformer.letterbox import MEAN, STD, fitted_box, fitted_size, prepare_image, restore_logits


@pytest.mark.parametrize('photo,expected', [
    ((192, 256), (192, 256)), ((100, 256), (100, 256)), ((425, 560), (192, 253)), ((480, 640), (192, 256)),
    ((213, 280), (192, 252)), ((1000, 10), (192, 2)), ((193, 256), (192, 255)), ((3000, 2), (192, 1)),
])
def test_fitted_size(photo, expected):
    assert fitted_size(*photo, 192, 256) == expected


def test_padding_is_centred_and_zero_after_normalising():
    photo = np.full((41, 51, 3), 200, np.uint8)
    prepared, box = prepare_image(photo, 48, 64)
    assert box == fitted_box(41, 51, 48, 64) == (3, 6, 41, 51)
    inside = prepared[0, :, 3:44, 6:57]
    assert np.allclose(inside, ((200 / 255 - np.array(MEAN)) / np.array(STD))[:, None, None], atol=1e-6)
    outside = prepared.copy()
    outside[0, :, 3:44, 6:57] = 0
    assert not outside.any()


def test_a_large_photo_is_resized_with_antialiasing():
    photo = np.random.default_rng(0).integers(0, 256, (96, 100, 3), np.uint8)
    prepared, (top, left, h, w) = prepare_image(photo, 48, 64)
    assert (top, left, h, w) == (0, 7, 48, 50)
    back = prepared[0, :, :, left:left + w].transpose(1, 2, 0) * np.float32(STD) + np.float32(MEAN)
    wanted = np.asarray(Image.fromarray(photo).resize((50, 48), Image.BILINEAR))
    assert np.abs(np.rint(back * 255) - wanted).max() == 0


def test_logits_come_back_at_the_photos_size():
    logits = np.zeros((1, 2, 48, 64), np.float32)
    logits[0, 1, :, 7:57] = np.linspace(0, 1, 50, dtype=np.float32)
    restored = restore_logits(logits, (0, 7, 48, 50), 96, 100)
    assert restored.shape == (2, 96, 100)
    assert restored[1, 0, 0] == 0 and restored[1, 0, -1] == 1
    assert np.all(np.diff(restored[1, 0]) >= 0)
    same = restore_logits(logits, (0, 7, 48, 50), 48, 50)
    assert np.array_equal(same[1], logits[0, 1, :, 7:57])
