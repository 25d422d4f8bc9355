import json

import numpy as np
import pytest
from PIL import Image

from mcf.datasets.parsing import compose_masks
from mcf.datasets.parsing.celebamask_hq_files import part_path
from mcf.datasets.parsing.mask_cache import _compose_one
from mcf.datasets.parsing.mask_manifest import is_intact, read_manifest
from tests.test_datasets.test_parsing.parsing_files import ORIGINALS, part, write_png

IDS = sorted(ORIGINALS)


def labels(folder, image_id):
    return np.asarray(Image.open(folder / f"{image_id}.png"))


def test_masks_are_composed_as_palette_png(celebamask_hq):
    result = compose_masks(celebamask_hq, "farl", IDS)
    assert result.folder == celebamask_hq / "CelebAMask-HQ-mask-farl"
    assert (result.composed, result.failures, result.problem) == (6, {}, "")
    mask = labels(result.folder, 2001)
    assert Image.open(result.folder / "2001.png").mode == "P"
    # neck 1, skin 2, left eye 8, necklace 18; necklace over neck, skin over neck
    assert mask[:, 5].tolist() == [0, 2, 8, 2, 2, 1, 18, 1]
    assert mask[:, 0].tolist() == [0, 0, 0, 0, 0, 0, 18, 0]


def test_orders_have_folders_of_their_own(celebamask_hq):
    compose_masks(celebamask_hq, "farl", IDS)
    result = compose_masks(celebamask_hq, "official", IDS)
    assert result.composed == 6
    # skin 1, left eye 4, necklace 16, neck 17 over skin and necklace
    assert labels(result.folder, 0)[:, 5].tolist() == [0, 1, 4, 1, 17, 17, 17, 17]


def test_second_call_keeps_everything(celebamask_hq):
    first = compose_masks(celebamask_hq, "farl", IDS)
    times = {path: path.stat().st_mtime_ns for path in first.folder.glob("*.png")}
    second = compose_masks(celebamask_hq, "farl", IDS)
    assert second.composed == 0
    assert second.records == first.records
    assert times == {p: p.stat().st_mtime_ns for p in first.folder.glob("*.png")}


def test_interrupted_call_is_resumed(celebamask_hq):
    def stop(done):
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        compose_masks(celebamask_hq, "farl", IDS, progress=stop)
    folder = celebamask_hq / "CelebAMask-HQ-mask-farl"
    with (folder / "manifest.jsonl").open("a") as file:
        file.write('{"image_id": 4, "par')  # killed while writing
    assert sorted(read_manifest(folder, "farl")) == IDS[:4]
    result = compose_masks(celebamask_hq, "farl", IDS)
    assert result.composed == 2
    assert sorted(read_manifest(folder, "farl")) == IDS


def test_damaged_and_lost_masks_are_made_anew(celebamask_hq):
    folder = compose_masks(celebamask_hq, "farl", IDS).folder
    good = (folder / "0.png").read_bytes()
    (folder / "0.png").write_bytes(good[:-5])
    (folder / "3.png").unlink()
    records = read_manifest(folder, "farl")
    intact = [image_id for image_id in IDS if is_intact(folder, records[image_id])]
    assert intact == [1, 2, 4, 2001]
    assert compose_masks(celebamask_hq, "farl", IDS).composed == 2
    assert (folder / "0.png").read_bytes() == good


def test_parts_that_arrive_later_are_noticed(celebamask_hq):
    compose_masks(celebamask_hq, "farl", IDS)
    write_png(part_path(celebamask_hq, 1, "hat"), part(slice(0, 8), slice(0, 8)))
    result = compose_masks(celebamask_hq, "farl", IDS)
    assert result.composed == 1
    assert (labels(result.folder, 1) == 18).sum() == 8  # the necklace
    assert (labels(result.folder, 1) == 16).sum() == 56  # the rest is hat


def test_absent_part_is_no_failure_but_absent_face_is(celebamask_hq):
    part_path(celebamask_hq, 0, "neck").unlink()
    for name in ("skin", "l_eye", "neck", "neck_l"):
        part_path(celebamask_hq, 1, name).unlink()
    result = compose_masks(celebamask_hq, "farl", IDS)
    assert list(result.failures) == [1]
    assert "no part at all" in result.failures[1]
    assert "00001_<part>.png" in result.problem
    assert result.problem.startswith("1 of 6 masks")
    assert 1 not in (labels(result.folder, 0))
    assert sorted(read_manifest(result.folder, "farl")) == [0, 2, 3, 4, 2001]


def test_unusable_parts_fail_only_their_image(celebamask_hq):
    part_path(celebamask_hq, 2, "skin").write_bytes(b"not a png")
    write_png(part_path(celebamask_hq, 3, "skin"), np.ones((4, 4), np.uint8))
    result = compose_masks(celebamask_hq, "farl", IDS)
    assert result.composed == 4
    assert "00002_skin.png is not a readable mask" in result.failures[2]
    assert "different sizes" in result.failures[3]


def test_parts_without_pixels_are_recorded(celebamask_hq):
    write_png(part_path(celebamask_hq, 4, "hair"), np.zeros((8, 8), np.uint8))
    records = compose_masks(celebamask_hq, "farl", IDS).records
    assert records[4].empty == ["hair"]
    assert records[0].empty == []


def test_worker_processes_give_the_same_files(celebamask_hq, tmp_path):
    here = compose_masks(celebamask_hq, "farl", IDS)
    there = compose_masks(
        celebamask_hq, "farl", IDS, folder=tmp_path / "two", workers=2
    )
    assert there.records == here.records
    files = {path.name: path.read_bytes() for path in here.folder.iterdir()}
    assert len(files) == 7
    assert files == {path.name: path.read_bytes() for path in there.folder.iterdir()}


def test_folder_of_another_order_is_refused(celebamask_hq):
    folder = compose_masks(celebamask_hq, "farl", IDS).folder
    with pytest.raises(ValueError, match="order 'farl', not 'official'"):
        compose_masks(celebamask_hq, "official", IDS, folder=folder)
    (folder / "manifest.jsonl").write_text("hello")
    with pytest.raises(ValueError, match="is no manifest"):
        compose_masks(celebamask_hq, "farl", IDS)


def test_missing_download_says_what_was_expected(tmp_path):
    with pytest.raises(FileNotFoundError, match="mask-anno; expected is the folder"):
        compose_masks(tmp_path, "farl", IDS)
    assert not list(tmp_path.iterdir())


def test_manifest_names_order_and_classes(celebamask_hq):
    folder = compose_masks(celebamask_hq, "official", IDS).folder
    header = json.loads((folder / "manifest.jsonl").read_text().splitlines()[0])
    assert header["order"] == "official"
    assert header["classes"][16:] == ["neck_l", "neck", "cloth"]


def test_crash_before_the_record_composes_again(celebamask_hq):
    folder = compose_masks(celebamask_hq, "farl", []).folder
    record = _compose_one(celebamask_hq, folder, "farl", (0, None))
    result = compose_masks(celebamask_hq, "farl", [0])
    assert result.composed == 1
    assert result.records[0] == record
