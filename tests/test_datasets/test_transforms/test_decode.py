import io

import cv2
import numpy as np
import pytest
from PIL import Image

from mcf.datasets.transforms import LoadFaceImage
from mcf.inference import read_photos
from mcf.registry import TRANSFORMS
from tests.test_datasets.face_files import encode, smooth_image


def load(path) -> dict:
    return LoadFaceImage().transform(dict(img_path=str(path)))


def turned() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    buffer = io.BytesIO()
    Image.fromarray(smooth_image(1, 20, 30)).save(buffer, "JPEG", exif=exif)
    return buffer.getvalue()


def half_transparent() -> bytes:
    alpha = np.full((20, 30, 1), 90, np.uint8)
    return encode(np.concatenate([smooth_image(2, 20, 30), alpha], axis=2), "PNG")


GREY_16 = np.linspace(0, 65535, 600).astype(np.uint16).reshape(20, 30)
FILES = {
    "half transparent.png": half_transparent(),
    "turned.jpg": turned(),
    "grey 16.png": encode(GREY_16, "PNG"),
    "animated.gif": encode(smooth_image(3, 20, 30), "GIF"),
    "wrong ending.jpg": encode(smooth_image(4, 20, 30), "WEBP"),
}


@pytest.mark.parametrize("name", FILES)
def test_test_loop_and_inference_see_the_same_pixels(tmp_path, name):
    (tmp_path / name).write_bytes(FILES[name])
    loaded = load(tmp_path / name)
    (photo,) = read_photos(tmp_path / name)
    np.testing.assert_array_equal(loaded["img"], photo.image)
    assert loaded["img_shape"] == loaded["ori_shape"] == photo.image.shape[:2]


def test_plain_photo_is_what_the_hosts_load(tmp_path):
    path = tmp_path / "a.jpg"
    path.write_bytes(encode(smooth_image(0, 20, 30)))
    np.testing.assert_array_equal(load(path)["img"], cv2.imread(str(path)))


def test_cut_photo_ends_with_its_name_the_reason_and_what_to_do(tmp_path):
    path = tmp_path / "cut.jpg"
    path.write_bytes(encode(smooth_image(0, 60, 60))[:-200])
    with pytest.raises(ValueError, match=r"cut\.jpg cannot be used, damaged: .*get it"):
        load(path)
    with pytest.raises(FileNotFoundError, match="gone"):
        load(tmp_path / "gone.jpg")


def test_drawn_pixels_stay():
    image = np.zeros((4, 6, 3), np.uint8)
    results = TRANSFORMS.build(dict(type="mcf.LoadFaceImage")).transform(
        dict(img=image, img_path="drawn")
    )
    assert results["img"] is image and results["ori_shape"] == (4, 6)
