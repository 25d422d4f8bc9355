import io
import json
import resource
import threading
from base64 import b64decode, b64encode
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

gradio = pytest.importorskip("gradio")

from mcf.datasets.parsing.class_sets import LAPA  # noqa: E402
from mcf.webui.handlers import NOTHING, Handlers  # noqa: E402
from mcf.webui.visitor_files import LEAST, NOT_UPLOADED  # noqa: E402


@pytest.fixture
def handlers(inferencer, files, pretraining):
    return Handlers(inferencer, files, pretraining)


@pytest.fixture
def upload(files, photo) -> str:
    """Path of a photo that was uploaded."""
    path = files.folder / "upload" / photo.name
    path.parent.mkdir()
    photo.replace(path)
    return str(path)


def test_upload_gives_picture_legend_summary_and_files(handlers, upload):
    found = handlers.analyse(upload, 0.5)
    assert found.picture.shape == (96, 96, 3) and "skin" in found.legend
    content = json.loads(Path(found.json).read_text())
    assert len(content["boxes"]) == 1
    np.testing.assert_array_equal(Image.open(found.png), found.picture)
    assert found.face.visible is False  # nothing to choose


def test_upload_that_is_taken_away_clears_the_page(handlers):
    assert handlers.analyse(None, 0.5) is NOTHING
    assert handlers.redraw(None, 0.5) == (None, None)
    assert handlers.reconstruct(None, None, 0.5, 0) is None
    assert handlers.attend(None, None) is None


def test_views_follow_the_result(handlers, upload):
    result = handlers.analyse(upload, 0.5).result
    picture, file = handlers.redraw(result, 1.0)
    np.testing.assert_array_equal(Image.open(file), picture)
    assert tuple(picture[80, 10]) == LAPA.palette[1]
    clear, _ = handlers.redraw(result, 0.0)
    assert tuple(clear[80, 10]) == tuple(result.image[80, 10, ::-1])
    assert handlers.reconstruct(result, 0, 0.5, 3.0).ndim == 3
    assert handlers.attend(result, 0).ndim == 3


def test_ratio_of_nonsense_is_told_to_the_user(handlers, upload):
    result = handlers.analyse(upload, 0.5).result
    with pytest.raises(gradio.Error, match="mask ratio"):
        handlers.reconstruct(result, 0, 1.0, 0)
    with pytest.raises(gradio.Error, match="no face 3"):
        handlers.attend(result, 2)


def test_results_lie_with_the_visitors_files(handlers, files, upload):
    found = handlers.analyse(upload, 0.5)
    assert files.holds(found.json) and files.holds(found.png)


def test_camera_is_followed_by_identity_and_leaves_no_file(handlers, files, photo):
    before = sorted(files.folder.rglob("*"))
    frame = "data:image/png;base64," + b64encode(photo.read_bytes()).decode()
    seen, live = handlers.follow(frame, None)
    again, same = handlers.follow(frame, live)
    assert same is live and "face 1, " in seen and "face 1, " in again
    picture = b64decode(seen.partition("base64,")[2].partition('"')[0])
    assert Image.open(io.BytesIO(picture)).size == (96, 96)
    assert handlers.follow(None, live) == ("", None)
    assert sorted(files.folder.rglob("*")) == before


@pytest.mark.parametrize("frame", ["data:image/png;base64,AAAA", "x,y", "", "/etc/x"])
def test_frame_that_is_none_is_told_to_the_user(handlers, frame):
    with pytest.raises(gradio.Error):
        handlers.follow(frame, None)


def test_full_server_tells_the_user(handlers, files, upload):
    with (
        files.room(files.total - LEAST),
        pytest.raises(gradio.Error, match="full of other"),
    ):
        handlers.analyse(upload, 0.5)


def test_no_other_file_is_analysed(handlers, photo):
    for path in (str(photo), "/etc/hostname", "/no/such/file"):
        with pytest.raises(gradio.Error) as error:
            handlers.analyse(path, 0.5)
        assert error.value.message == NOT_UPLOADED


def test_several_users_get_what_one_gets(handlers, files):
    paths = []
    for value in range(4):
        paths.append(files.folder / f"{value}.png")
        Image.new("RGB", (40 + 8 * value, 40), (60 * value,) * 3).save(paths[-1])
    alone = [handlers.analyse(str(path), 0.5).picture for path in paths]
    found: dict[int, np.ndarray] = {}

    def use(user: int) -> None:
        for _ in range(5):
            answer = handlers.analyse(str(paths[user % 4]), 0.5)
            handlers.reconstruct(answer.result, 0, 0.5, user)
            found[user] = answer.picture

    threads = [threading.Thread(target=use, args=(user,)) for user in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for user, picture in found.items():
        np.testing.assert_array_equal(picture, alone[user % 4])
    assert len(found) == 8


def malformed(number: int, good: bytes, rng: np.random.Generator) -> object:
    """Content for a file, or something that is no path at all."""
    kind = number % 8
    if kind == 0:
        return rng.bytes(int(rng.integers(0, 400)))
    if kind == 1:
        return good[: int(rng.integers(0, len(good) - 30))]
    if kind == 2:
        cut = int(rng.integers(8, len(good)))
        return good[:cut] + rng.bytes(60) + good[cut + 60 :]
    if kind == 3:
        return b"<svg xmlns='http://www.w3.org/2000/svg'/>" * number
    if kind == 4:
        return b"GIF89a" + rng.bytes(30)
    return [3.5, ["a"], "", "/no/such/file", "\0", {}, b"bytes", "."][number // 8 % 8]


def test_thousand_malformed_uploads_are_refused_and_leave_nothing(handlers, files):
    rng = np.random.default_rng(0)
    path = files.folder / "upload"
    Image.fromarray(rng.integers(0, 255, (40, 40, 3), np.uint8)).save(path, "PNG")
    good = path.read_bytes()
    refused = 0
    for number in range(1000):
        content = malformed(number, good, rng)
        upload = content
        if isinstance(content, bytes) and number % 8 < 5:
            path.write_bytes(content)
            upload = str(path)
        try:
            handlers.analyse(upload, float(rng.uniform(-1, 2)))
        except gradio.Error as error:
            assert error.message
            refused += 1
        if number == 200:
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert refused > 900
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 40_000  # KiB
    path.write_bytes(good)
    assert handlers.analyse(str(path), 0.5).result is not None
