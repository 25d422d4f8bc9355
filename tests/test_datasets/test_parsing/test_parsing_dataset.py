import numpy as np
import pytest

pytest.importorskip("mmseg")

from mmengine.registry import init_default_scope

import mcf.parsing  # noqa: F401
from mcf.registry import DATASETS
from tests.test_datasets.test_parsing.parsing_files import write_photo, write_png

CLASSES = dict(
    name="mine",
    classes=["background", "left", "right"],
    swap_names=[["left", "right"]],
)
PIPELINE = [
    dict(type="LoadImageFromFile"),
    dict(type="mcf.LoadMask"),
    dict(type="PackSegInputs"),
]


@pytest.fixture
def folder(tmp_path):
    for seed, name in enumerate(("b", "a", "sub/c")):
        write_photo(tmp_path / "photos" / f"{name}.jpg", (4, 6), seed)
        write_png(tmp_path / "ids" / f"{name}.png", np.full((4, 6), seed, np.uint8))
    return tmp_path


def build(root, **settings):
    init_default_scope("mmseg")
    prefix = dict(img_path="photos", seg_map_path="ids")
    config = dict(
        type="mcf.ParsingDataset",
        data_root=str(root),
        class_set=CLASSES,
        data_prefix=prefix,
        pipeline=PIPELINE,
    )
    return DATASETS.build(config | settings)


def test_pairs_are_found_in_order(folder):
    dataset = build(folder)
    masks = [dataset[i]["data_samples"].gt_sem_seg.data for i in range(3)]
    assert [int(mask.unique()) for mask in masks] == [1, 0, 2]
    assert tuple(masks[0].shape) == (1, 4, 6)
    assert tuple(dataset[0]["inputs"].shape) == (3, 4, 6)


def test_meta_information_is_the_class_set(folder):
    metainfo = build(folder).metainfo
    assert metainfo["classes"] == ["background", "left", "right"]
    assert metainfo["label_pairs"] == [[1, 2]]
    assert metainfo["dataset_name"] == "mine"
    assert len(metainfo["palette"]) == 3


def test_samples_carry_what_transforms_need(folder):
    info = build(folder, pipeline=[])[0]
    assert info["num_classes"] == 3
    assert info["label_pairs"] == [[1, 2]]


def test_known_class_sets_are_named(folder):
    dataset = build(folder, class_set="celebamask_hq_official")
    assert dataset.metainfo["classes"][13] == "hair"
    assert dataset.metainfo["dataset_name"] == "CelebAMask-HQ, official order"


def test_list_chooses_and_orders(folder):
    (folder / "val.txt").write_text("sub/c\na\n")
    dataset = build(folder, ann_file="val.txt")
    masks = [dataset[i]["data_samples"].gt_sem_seg.data for i in range(2)]
    assert [int(mask.unique()) for mask in masks] == [2, 1]


def test_photos_without_masks_serve_prediction(folder):
    pipeline = [dict(type="LoadImageFromFile"), dict(type="PackSegInputs")]
    dataset = build(folder, data_prefix=dict(img_path="photos"), pipeline=pipeline)
    assert len(dataset) == 3
    assert "gt_sem_seg" not in dataset[0]["data_samples"]


def test_photo_without_mask_is_an_error_before_training(folder):
    (folder / "ids" / "a.png").unlink()
    with pytest.raises(FileNotFoundError, match=r"1 of 3 masks are missing.*a.png"):
        build(folder)


@pytest.fixture
def warnings(monkeypatch):
    """What the data set logs."""
    said = []
    log = "mcf.datasets.parsing.parsing_dataset.print_log"
    monkeypatch.setattr(log, lambda text, **_: said.append(text))
    return said


def test_masks_without_photo_are_left_alone_and_counted(folder, warnings):
    photos = folder / "photos"
    assert len(build(folder)) == 3 and not warnings
    (photos / "a.jpg").rename(photos / "a.JPG")
    (photos / "sub/c.jpg").rename(photos / "sub/c.jpeg")
    assert len(build(folder)) == 1
    (said,) = warnings
    assert said.startswith(f"2 masks in {folder / 'ids'} have no photo *.jpg in ")
    assert "for example a.png" in said and "img_suffix" in said
    (folder / "some.txt").write_text("b\n")
    assert len(build(folder, ann_file="some.txt")) == len(warnings) == 1


def test_listed_photo_must_exist(folder):
    (folder / "val.txt").write_text("a\ngone\n")
    with pytest.raises(FileNotFoundError, match=r"1 of 2 photos are missing.*gone.jpg"):
        build(folder, ann_file="val.txt")


def test_missing_folders_and_lists_are_named(folder):
    with pytest.raises(FileNotFoundError, match=r"no folder .*nowhere/photos"):
        build(folder / "nowhere")
    with pytest.raises(FileNotFoundError, match=r"no list .*none.txt"):
        build(folder, ann_file="none.txt")


def test_empty_folder_is_an_error(folder):
    with pytest.raises(ValueError, match=r"no photo \*.webp"):
        build(folder, img_suffix=".webp")


def test_real_samples_are_760_and_40_pairs(shared):
    roots = {
        "train": shared / "data/faces_samples/celebamask_hq_mini",
        "more": shared / "data/faces_train/celebamask_hq_256",
    }
    prefixes = {
        "train": dict(img_path="train/images", seg_map_path="train/masks"),
        "more": dict(img_path="images", seg_map_path="labels"),
        "val": dict(img_path="val/images", seg_map_path="val/masks"),
    }
    sizes = {"train": 120, "more": 640, "val": 40}
    for part, expected in sizes.items():
        dataset = build(
            roots.get(part, roots["train"]),
            class_set="celebamask_hq_official",
            data_prefix=prefixes[part],
        )
        assert len(dataset) == expected
        labels = dataset[0]["data_samples"].gt_sem_seg.data
        assert {0, 1, 2} <= set(labels.unique().tolist()) <= set(range(19))
