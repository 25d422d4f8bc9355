import numpy as np
import pytest
import torch

from mcf.crops.face import Face
from mcf.crops.geometry import transform_points
from mcf.crops.label_region import labels_in_photo
from mcf.crops.recipes import cut_face, get_recipe
from mcf.crops.rule import points_in_photo
from mcf.crops.tanh_warp import image_to_warped, unwarp_maps
from mcf.crops.training_box import training_box
from mcf.datasets.transforms import FaceAlign, FaceCrop, WholeImageCrop
from mcf.datasets.transforms.crop_rule import crop_rule_of
from mcf.inference import Crop, CropRule

RNG = np.random.default_rng(0)
PHOTO = RNG.integers(0, 256, (90, 120, 3), dtype=np.uint8)
POINTS = np.array([(40.0, 30), (70, 33), (55, 45), (42, 60), (66, 62)])
FACE = Face(np.array([30.0, 10, 80, 76]), 0.9, POINTS)


def whole(photo) -> Face:
    height, width = photo.shape[:2]
    return Face(np.array([-0.5, -0.5, width - 0.5, height - 0.5]), 1.0)


@pytest.mark.parametrize(
    ("transform", "fields"),
    [
        (FaceCrop(64, scale=0.8), dict(bbox=FACE.box)),
        (FaceCrop((64, 48), scale=0.8, warp_factor=0.5), dict(bbox=FACE.box)),
        (FaceAlign(64, warp_factor=0.8), dict(points5=POINTS)),
        (WholeImageCrop(64), dict()),
    ],
)
def test_given_faces_are_cut_as_in_the_test_pipeline(transform, fields):
    step = dict(
        type=f"mcf.{type(transform).__name__}",
        size=transform.size,
        scale=transform.scale,
        warp_factor=transform.warp_factor,
    )
    rule = crop_rule_of([dict(type="LoadImage"), step, dict(type="Pack")])
    expected = transform.transform(dict(img=PHOTO, **fields))
    face = FACE if fields else whole(PHOTO)
    crop = rule.cut(PHOTO, face, "given")
    np.testing.assert_array_equal(crop.pixels, expected["img"])
    np.testing.assert_allclose(crop.matrix, expected["crop_matrix"])
    assert crop.warp_factor == transform.warp_factor
    assert CropRule.from_dict(rule.to_dict()) == rule


def test_rule_of_a_recipe_cuts_as_preparation_does():
    recipe = get_recipe("square", size=48)
    rule = CropRule("recipe", (48, 48), recipe=recipe)
    expected = cut_face(PHOTO, recipe, FACE)
    for origin in ("given", "detected"):
        crop = rule.cut(PHOTO, FACE, origin)
        np.testing.assert_array_equal(crop.pixels, expected.pixels)
        np.testing.assert_allclose(np.linalg.inv(crop.matrix), expected.to_image)
    assert CropRule.from_dict(rule.to_dict()) == rule


def test_whole_photo_fills_the_crop_of_every_rule():
    for rule in (
        CropRule("box", (120, 90), scale=0.8),
        CropRule("five_points", (120, 90)),
        CropRule("image", (120, 90)),
        CropRule("recipe", (90, 90), recipe=get_recipe("ffhq-like", size=90)),
    ):
        crop = rule.cut(PHOTO, whole(PHOTO), "whole")
        if rule.size == (120, 90):
            np.testing.assert_array_equal(crop.pixels, PHOTO)
        corner = transform_points(crop.matrix, np.array([119.5, 89.5]))
        np.testing.assert_allclose(corner, np.array(rule.size) - 0.5)


@pytest.mark.parametrize(
    ("kind", "square"),
    [("landmarks", [0, 23, 80, 103]), ("annotated", [-10, 0, 90, 100])],
)
def test_detected_box_becomes_like_those_of_the_training_set(kind, square):
    found = training_box(np.array([0.0, 0, 80, 100]), kind)
    np.testing.assert_allclose(found, square)
    rule = CropRule("box", (64, 64), scale=0.8, box=kind)
    detected = rule.matrix(FACE, "detected", (120, 90))
    like = Face(training_box(FACE.box, kind), 1.0)
    given = rule.matrix(like, "given", (120, 90))
    np.testing.assert_allclose(detected, given)
    assert CropRule.from_dict(rule.to_dict()) == rule


def test_rule_of_an_older_export_is_of_landmark_squares():
    values = CropRule("box", (64, 64), box="annotated").to_dict()
    del values["box"]
    assert CropRule.from_dict(values).box == "landmarks"


def test_detected_face_for_aligned_training_faces_is_aligned():
    rule = CropRule("image", (64, 64))
    expected = cut_face(PHOTO, get_recipe("ffhq-like", size=64), FACE)
    crop = rule.cut(PHOTO, FACE, "detected")
    np.testing.assert_array_equal(crop.pixels, expected.pixels)


def test_points_come_back_through_crop_and_warp():
    for factor in (0.0, 0.8):
        rule = CropRule("five_points", (64, 64), warp_factor=factor)
        crop = rule.cut(PHOTO, FACE, "given")
        there = image_to_warped(POINTS, crop.matrix, (64, 64), factor)
        np.testing.assert_allclose(points_in_photo(there, crop), POINTS, atol=1e-4)


@pytest.mark.parametrize("factor", [0.0, 0.8])
@pytest.mark.parametrize("box", [FACE.box, np.array([-40.0, -30, 30, 20])])
def test_labels_are_those_of_mapping_all_logits_to_the_whole_photo(
    factor, box, monkeypatch
):
    rule = CropRule("box", (32, 32), scale=0.8, warp_factor=factor)
    crop = rule.cut(PHOTO, Face(box, 1.0), "given")
    coarse = torch.from_numpy(RNG.normal(size=(1, 5, 8, 8)).astype(np.float32))
    logits = torch.nn.functional.interpolate(coarse, (32, 32), mode="bilinear")[0]
    maps = unwarp_maps(logits, crop.matrix, (120, 90), factor)
    expected = maps.argmax(dim=0).numpy()
    for strip in (2**24, 1000):
        monkeypatch.setattr("mcf.crops.label_region.STRIP", strip)
        region = labels_in_photo(logits, crop, (120, 90))
        labels = np.zeros((90, 120), np.uint8)
        labels[region.window] = region.labels
        np.testing.assert_array_equal(labels, expected)
        of_array = labels_in_photo(logits.numpy(), crop, (120, 90))
        assert (of_array.left, of_array.top) == (region.left, region.top)
        assert np.mean(of_array.labels != region.labels) < 1e-3  # ties, by rounding
        assert region.labels[0].any() and region.labels[:, -1].any()


def test_face_of_background_alone_is_an_empty_region():
    crop = CropRule("image", (16, 16)).cut(PHOTO, whole(PHOTO), "whole")
    logits = torch.zeros(3, 16, 16)
    logits[0] = 1
    assert labels_in_photo(logits, crop, (120, 90)).labels.shape == (0, 0)
    far = Crop(crop.pixels, np.array([(1.0, 0, 500), (0, 1, 0), (0, 0, 1)]), 0.0)
    assert labels_in_photo(-logits, far, (120, 90)).labels.shape == (0, 0)


def test_missing_points_and_wrong_rules_are_refused():
    with pytest.raises(ValueError, match="five points, and there are none"):
        CropRule("five_points", (64, 64)).cut(PHOTO, Face(FACE.box, 1.0), "given")
    with pytest.raises(ValueError, match="no squares"):
        CropRule("image", (64, 48)).cut(PHOTO, FACE, "detected")
    with pytest.raises(ValueError, match="has kind 'oval'"):
        CropRule("oval", (64, 64))
    with pytest.raises(ValueError, match="has box 'head'"):
        CropRule("box", (64, 64), box="head")
    with pytest.raises(ValueError, match="recipe None"):
        CropRule("recipe", (64, 64))
    with pytest.raises(ValueError, match="by a recipe of 256"):
        CropRule("recipe", (64, 64), recipe=get_recipe("square"))
    with pytest.raises(ValueError, match=r"no mcf\.FaceCrop"):
        crop_rule_of([dict(type="TopdownAffine")])
    for values in ({}, {"kind": "box"}, {"kind": "box", "size": 3, "recipe": None}):
        with pytest.raises(ValueError, match="no crop rule"):
            CropRule.from_dict(values)


def test_whole_photo_is_averaged_as_in_stores():
    photo = np.random.default_rng(0).integers(0, 256, (448, 448, 3), dtype=np.uint8)
    rule = CropRule("recipe", (56, 56), recipe=get_recipe("square", size=56))
    crop = rule.cut(photo, whole(photo), "whole")
    assert crop.pixels.std() < 15  # a pixel of 64 alike would have 74
