import numpy as np
import pytest

pytest.importorskip("mmseg")

from mmengine.registry import init_default_scope

import mcf.parsing  # noqa: F401
from mcf.datasets.parsing import compose_masks
from mcf.datasets.parsing.celebamask_hq_files import image_path, part_path
from mcf.registry import DATASETS
from tests.distributed import run_on_two_ranks
from tests.test_datasets.test_parsing.parsing_files import ORIGINALS, make_celebamask_hq

PIPELINE = [
    dict(type="LoadImageFromFile"),
    dict(type="mcf.ResizeOriginal", scale=8),
    dict(type="mcf.LoadMask"),
    dict(type="PackSegInputs"),
]


def build(root, split="train", order="farl", **settings):
    init_default_scope("mmseg")
    config = dict(
        type="mcf.CelebAMaskHQDataset",
        data_root=str(root),
        split=split,
        order=order,
        pipeline=PIPELINE,
    )
    return DATASETS.build(config | settings)


def names(dataset):
    return [dataset.get_data_info(i)["img_path"].rpartition("/")[2] for i in range(2)]


@pytest.mark.parametrize(
    ("order", "column"),
    [
        ("farl", [0, 2, 8, 2, 2, 1, 18, 1]),
        ("official", [0, 1, 4, 1, 17, 17, 17, 17]),
    ],
)
def test_masks_are_of_the_named_order(celebamask_hq, order, column):
    compose_masks(celebamask_hq, order, ORIGINALS)
    sample = build(celebamask_hq, order=order)[0]["data_samples"]
    assert sample.gt_sem_seg.data[0, :, 5].tolist() == column
    assert sample.ori_shape == (8, 8)


def test_ids_and_names_belong_to_the_order(celebamask_hq):
    for order, neck in (("farl", 1), ("official", 17)):
        metainfo = build(celebamask_hq, order=order, compose=True).metainfo
        assert metainfo["classes"][neck] == "neck"
        assert len(metainfo["label_pairs"]) == 3


def test_splits_are_the_official_ones(celebamask_hq):
    compose_masks(celebamask_hq, "farl", ORIGINALS)
    assert names(build(celebamask_hq, "train")) == ["0.jpg", "1.jpg"]
    assert names(build(celebamask_hq, "val")) == ["2.jpg", "3.jpg"]
    assert names(build(celebamask_hq, "test")) == ["4.jpg", "2001.jpg"]


def test_masks_are_not_composed_unless_asked(celebamask_hq):
    with pytest.raises(FileNotFoundError, match=r"2 of 2 .*compose_masks.py .*farl"):
        build(celebamask_hq)
    assert not (celebamask_hq / "CelebAMask-HQ-mask-farl").exists()


def test_masks_are_composed_at_the_first_use_if_asked(celebamask_hq, tmp_path):
    folder = tmp_path / "masks"
    dataset = build(celebamask_hq, compose=True, mask_dir=str(folder))
    assert len(dataset) == 2
    assert sorted(path.name for path in folder.glob("*.png")) == ["0.png", "1.png"]
    assert not (celebamask_hq / "CelebAMask-HQ-mask-farl").exists()


def test_lost_mask_is_an_error(celebamask_hq):
    folder = compose_masks(celebamask_hq, "farl", ORIGINALS).folder
    (folder / "1.png").unlink()
    with pytest.raises(FileNotFoundError, match="1 of 2 masks of the train part"):
        build(celebamask_hq)


def test_masks_of_another_order_are_refused(celebamask_hq):
    folder = compose_masks(celebamask_hq, "farl", ORIGINALS).folder
    with pytest.raises(ValueError, match="order 'farl', not 'official'"):
        build(celebamask_hq, order="official", mask_dir=str(folder))


def test_face_without_parts_is_an_error(celebamask_hq):
    for name in ("skin", "l_eye", "neck", "neck_l"):
        part_path(celebamask_hq, 1, name).unlink()
    with pytest.raises(ValueError, match=r"1 of 2 masks.*image 1: no part at all"):
        build(celebamask_hq, compose=True)


def test_missing_photo_is_an_error(celebamask_hq):
    image_path(celebamask_hq, 0).unlink()
    with pytest.raises(FileNotFoundError, match=r"1 of 2 photos.*0.jpg"):
        build(celebamask_hq, compose=True)


def test_wrong_names_are_refused(celebamask_hq):
    with pytest.raises(ValueError, match="no split 'dev'"):
        build(celebamask_hq, "dev")
    with pytest.raises(ValueError, match="no composition order 'mine'"):
        build(celebamask_hq, order="mine")


def _build_on_rank(rank, good, broken):
    dataset = build(good, compose=True)
    masks = [dataset[i]["data_samples"].gt_sem_seg.data.numpy() for i in range(2)]
    with pytest.raises(ValueError) as failure:
        build(broken, compose=True)
    return np.stack(masks).sum(), str(failure.value)


def test_one_process_composes_for_all_and_all_fail_if_it_does(celebamask_hq, tmp_path):
    broken = make_celebamask_hq(tmp_path / "broken")
    part_path(broken, 1, "skin").write_bytes(b"")
    first, second = run_on_two_ranks(_build_on_rank, celebamask_hq, broken)
    assert first == second
    assert first[0] > 0
    assert "00001_skin.png is not a readable mask" in first[1]
