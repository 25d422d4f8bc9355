import io
import os
import struct

import cv2
import numpy as np
import pytest
from PIL import Image

from mcf.inference.listing import list_inputs
from mcf.inference.photos import count_passed_over, is_single, read_photos
from mcf.inference.result_files import encode_picture

IMAGE = np.random.default_rng(0).integers(0, 256, (20, 30, 3), dtype=np.uint8)


@pytest.fixture
def png(tmp_path):
    path = tmp_path / "a.png"
    cv2.imwrite(str(path), IMAGE)
    return path


@pytest.fixture
def video(tmp_path):
    path = tmp_path / "clip.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"MJPG"), 5, (32, 16))
    for value in (0, 80, 160):
        writer.write(np.full((16, 32, 3), value, np.uint8))
    writer.release()
    return path


def test_every_kind_of_image_gives_the_same_pixels(png):
    pillow = Image.fromarray(IMAGE[..., ::-1])
    sources = [str(png), png, png.read_bytes(), bytearray(png.read_bytes()), IMAGE]
    sources += [pillow, Image.open(png), np.asfortranarray(IMAGE)]
    for source in sources:
        assert is_single(source)
        (photo,) = read_photos(source)
        assert photo.error is None
        np.testing.assert_array_equal(photo.image, IMAGE)
        assert photo.image.flags.c_contiguous
    (photo,) = read_photos(IMAGE[..., ::-1], channels="rgb")
    np.testing.assert_array_equal(photo.image, IMAGE)


def test_grey_fills_all_channels():
    for grey in (IMAGE[..., 0], IMAGE[..., :1]):
        (photo,) = read_photos(grey)
        np.testing.assert_array_equal(photo.image, np.dstack([IMAGE[..., 0]] * 3))


def test_names_are_paths_or_numbers(png, tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub/b.JPG").write_bytes(png.read_bytes())
    (tmp_path / "notes.txt").write_text("no image")
    photos = list(read_photos([IMAGE, png, tmp_path, iter([])]))
    names = ["image 0", png, png, tmp_path / "sub/b.JPG", "image 3"]
    assert [photo.name for photo in photos] == list(map(str, names))
    assert isinstance(photos.pop().error, ValueError)
    assert all(photo.error is None for photo in photos)


def test_photo_is_upright(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    buffer = io.BytesIO()
    Image.fromarray(IMAGE).save(buffer, "PNG", exif=exif)
    for source in (buffer.getvalue(), Image.open(buffer)):
        (photo,) = read_photos(source)
        assert photo.image.shape == (30, 20, 3)


def write_video(path, frames=40):
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"MJPG"), 5, (32, 16))
    rng = np.random.default_rng(0)
    for _ in range(frames):
        writer.write(rng.integers(0, 256, (16, 32, 3), dtype=np.uint8))
    writer.release()


@pytest.mark.parametrize("share", [0.3, 0.5, 0.9])
def test_end_of_a_cut_video_is_an_error_and_what_was_read_is_kept(tmp_path, share):
    path = tmp_path / "clip.avi"
    write_video(path)
    content = path.read_bytes()
    path.write_bytes(content[: int(share * len(content))])
    *frames, last = read_photos(path)
    assert 1 < len(frames) < 40 and all(photo.error is None for photo in frames)
    assert last.image is None and last.name == str(path)
    assert f"{len(frames)} of 40 frames could be read" in str(last.error)


def test_frames_that_are_damaged_inside_a_video_are_missed(tmp_path):
    path = tmp_path / "clip.avi"
    write_video(path)
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 4000] = bytes(4000)
    path.write_bytes(content)
    *frames, last = read_photos(path)
    assert len(frames) < 40 and "of 40 frames could be read" in str(last.error)


@pytest.mark.parametrize("suffix", [".avi", ".mp4", ".mkv"])
def test_whole_videos_have_no_error(tmp_path, suffix):
    codec = "MJPG" if suffix == ".avi" else "mp4v"
    path = tmp_path / f"clip{suffix}"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*codec), 25, (32, 16))
    for value in range(40):
        writer.write(np.full((16, 32, 3), value, np.uint8))
    writer.release()
    photos = list(read_photos(path))
    assert len(photos) == 40 and all(photo.error is None for photo in photos)


def test_pictures_of_results_are_no_photos(tmp_path, png):
    (tmp_path / "b.jpg").write_bytes(encode_picture(IMAGE))
    assert [photo.name for photo in read_photos(tmp_path)] == [str(png)]
    listing = list_inputs([tmp_path, tmp_path / "b.jpg"])
    assert listing.sources == (str(png), str(tmp_path / "b.jpg"))
    assert listing.own == 1
    png.unlink()
    (photo,) = read_photos(tmp_path)
    assert "nothing but pictures of earlier results" in str(photo.error)


def test_video_gives_its_frames(video):
    assert not is_single(video)
    photos = list(read_photos(video))
    assert [photo.name for photo in photos] == [f"{video}#{i}" for i in range(3)]
    values = [photo.image.mean() for photo in photos]
    np.testing.assert_allclose(values, [0, 80, 160], atol=3)
    assert [photo.name for photo in read_photos([IMAGE, video])][2] == f"{video}#1"


def test_iterators_are_read_one_by_one():
    taken = []

    def images():
        for number in range(100):
            taken.append(number)
            yield IMAGE

    photos = read_photos(images())
    next(photos), next(photos)
    assert taken == [0, 1]


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (b"", "empty"),
        (b"abc", "not an image"),
        (None, "not an image: NoneType"),
        (3.5, "not an image: float"),
        (IMAGE.astype(np.float32), "not an image: float32"),
        (IMAGE.astype(np.int64), "not an image: int64"),
        (np.zeros((20, 30, 4), np.uint8), "not an image: uint8"),
        (np.zeros((2, 20, 30, 3), np.uint8), "not an image: uint8"),
        (np.zeros((0, 30, 3), np.uint8), "size"),
        (np.zeros((7, 30, 3), np.uint8), "size"),
        (np.zeros((8, 4000, 3), np.uint8), "size"),
        (np.array([object()]), "not an image: object"),
        (Image.new("F", (20, 20)), "unsupported mode"),
        (Image.new("RGB", (1, 20)), "too small"),
    ],
)
def test_bad_images_come_with_their_error(source, reason):
    (photo,) = read_photos(source)
    assert photo.image is None
    assert isinstance(photo.error, ValueError)
    assert str(photo.error).startswith("image 0: ") and reason in str(photo.error)


def test_files_that_are_none_come_with_their_error(tmp_path, png):
    os.mkfifo(tmp_path / "pipe.png")
    os.mkfifo(tmp_path / "pipe.mp4")
    (tmp_path / "cut.png").write_bytes(png.read_bytes()[:80])
    (tmp_path / "clip.mp4").write_text("no video")
    (tmp_path / "list.mp4").write_text("#EXTM3U\nhttp://localhost/a.ts\n")
    (tmp_path / "empty").mkdir()
    for name, kind, reason in (
        ("absent.png", FileNotFoundError, "no file"),
        ("absent.mp4", FileNotFoundError, "no file"),
        ("pipe.png", ValueError, "no regular file"),
        ("cut.png", ValueError, "damaged"),
        ("clip.mp4", ValueError, "no frame"),
        ("list.mp4", ValueError, "a playlist"),
        ("pipe.mp4", ValueError, "no regular file"),
        ("empty", ValueError, "no file below"),
        ("with\0zero", ValueError, "cannot be read"),
        ("x" * 300, ValueError, "cannot be read"),
    ):
        (photo,) = read_photos(tmp_path / name)
        assert type(photo.error) is kind, name
        assert reason in str(photo.error) and name[:20] in str(photo.error).replace(
            "\\x00", "\0"
        )


def test_order_of_channels_is_checked():
    with pytest.raises(ValueError, match="channels='grb'"):
        next(read_photos(IMAGE, channels="grb"))


def test_photos_are_counted_where_that_is_cheap(png, video, tmp_path):
    assert list_inputs([png, tmp_path / "absent.jpg"]).images == 2
    assert list_inputs([tmp_path, png]).images == 2
    assert list_inputs([png, video]).images is None


def test_one_array_may_hold_frame_after_frame():
    frame = np.zeros((20, 20, 3), np.uint8)

    def film():
        for value in (10, 20):
            frame[:] = value
            yield frame

    first, second = read_photos(film())
    assert (first.image == 10).all() and (second.image == 20).all()


def grey_jpeg(width: int, height: int) -> bytes:
    return cv2.imencode(".jpg", np.zeros((height, width), np.uint8))[1].tobytes()


def test_photos_of_phones_are_taken_and_the_limit_is_an_option(tmp_path):
    (tmp_path / "large.jpg").write_bytes(grey_jpeg(8192, 6144))
    (photo,) = read_photos(tmp_path / "large.jpg")
    assert photo.image.shape == (6144, 8192, 3)
    (refused,) = read_photos(tmp_path / "large.jpg", max_pixels=50_000_000)
    assert "too large: 8192x6144 is over 50000000 pixels" in str(refused.error)


def test_size_of_phones_passes_before_anything_is_decoded():
    """200 megapixels, which Pillow takes for a bomb; cut, so that nothing is large."""
    header = grey_jpeg(16, 16)
    at = header.index(b"\xff\xc0") + 5
    large = header[:at] + struct.pack(">HH", 12240, 16320) + header[at + 4 :]
    (photo,) = read_photos([large[:-2]])
    assert "damaged" in str(photo.error)
    larger = header[:at] + struct.pack(">HH", 16000, 16000) + header[at + 4 :]
    (photo,) = read_photos([larger])
    assert "too large" in str(photo.error)


def test_orientation_of_the_file_goes_with_the_photo():
    exif = Image.Exif()
    exif[0x0112] = 6
    buffer = io.BytesIO()
    Image.new("RGB", (20, 10)).save(buffer, "JPEG", exif=exif)
    (photo,) = read_photos(buffer.getvalue())
    assert photo.orientation == 6 and photo.image.shape == (20, 10, 3)


def test_what_is_passed_over_in_folders_is_counted(tmp_path):
    for name in ("a.jfif", "._a.jfif", "b.cr2"):
        (tmp_path / name).write_bytes(b"x")
    assert count_passed_over([tmp_path, "other.jpg"]) == {"hidden": 1, ".cr2": 1}
    assert [photo.name for photo in read_photos(tmp_path)] == [str(tmp_path / "a.jfif")]
