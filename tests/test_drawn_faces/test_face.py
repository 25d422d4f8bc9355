from dataclasses import replace

import cv2
import numpy as np
import pytest

from mcf.drawn_faces import (
    FaceParameters,
    Label,
    draw_face,
    render_face,
    sample_parameters,
)
from mcf.drawn_faces.parameters import (
    HAIR_STYLES,
    OCCLUDERS,
    Expression,
    Extras,
    Hair,
    Look,
    Pose,
)

LAUGHING = Expression(smile=0.9, mouth_open=0.2)


def frontal(**changes) -> FaceParameters:
    """A looking-ahead, open-mouthed face with short hair."""
    return replace(FaceParameters(expression=LAUGHING), **changes)


def test_arrays_have_the_documented_shapes_and_types():
    face = draw_face(3, size=40)
    assert face.image.shape == (40, 40, 3) and face.image.dtype == np.uint8
    assert face.mask.shape == (40, 40) and face.mask.dtype == np.uint8
    assert face.landmarks68.shape == (68, 2) and face.landmarks68.dtype == np.float32
    assert face.landmarks98.shape == (98, 2) and face.landmarks98.dtype == np.float32
    assert face.occluded68.shape == (68,) and face.occluded98.dtype == bool


def test_same_seed_gives_same_bytes_and_leaves_the_global_generator_alone():
    first = draw_face(5, size=48)
    np.random.seed(0)
    before = np.random.get_state()[1].copy()
    second = draw_face(5, size=48)
    assert np.array_equal(np.random.get_state()[1], before)
    for name in ("image", "mask", "landmarks68", "landmarks98"):
        assert np.array_equal(getattr(first, name), getattr(second, name))


@pytest.mark.parametrize("seed", range(6))
def test_other_size_is_the_same_face(seed):
    small, large = draw_face(seed, size=64), draw_face(seed, size=192)
    for name in ("landmarks68", "landmarks98"):
        expected = (getattr(large, name) + 0.5) / 3 - 0.5
        assert np.abs(getattr(small, name) - expected).max() < 1e-4
    # The centre of a small pixel is the centre of the middle one of 3 x 3.
    agree = small.mask == large.mask[1::3, 1::3]
    assert agree.mean() > 0.99
    shrunk = cv2.resize(large.image, (64, 64), interpolation=cv2.INTER_AREA)
    difference = np.abs(shrunk.astype(float) - small.image).mean()
    other = np.abs(shrunk.astype(float) - draw_face(seed + 1, size=64).image).mean()
    assert difference < 8 < other


def test_frontal_open_mouthed_face_with_hair_has_all_classes():
    mask = render_face(frontal(), size=112).mask
    assert set(np.unique(mask)) == set(Label)


def test_mask_uses_only_known_classes():
    for seed in range(20):
        assert draw_face(seed, size=32).mask.max() <= max(Label)


def test_left_and_right_are_the_persons_own():
    mask = render_face(frontal(), size=112).mask
    centre = {label: np.argwhere(mask == label)[:, 1].mean() for label in Label}
    assert centre[Label.LEFT_EYE] > centre[Label.NOSE] > centre[Label.RIGHT_EYE]
    assert centre[Label.LEFT_BROW] > centre[Label.NOSE] > centre[Label.RIGHT_BROW]


def test_paint_follows_the_labels():
    look = Look(iris=(0.1, 0.2, 0.7), lips=(0.8, 0.1, 0.15), hair=(0.05, 0.05, 0.05))
    face = render_face(frontal(look=look), size=160)
    colour = {
        label: face.image[face.mask == label].mean(axis=0) / 255 for label in Label
    }
    assert colour[Label.HAIR].max() < 0.25
    for lip in (Label.UPPER_LIP, Label.LOWER_LIP):
        red, green, _ = colour[lip]
        assert red > 2 * green
        assert red / green > 1.5 * colour[Label.SKIN][0] / colour[Label.SKIN][1]
    pupil = np.rint(face.landmarks98[96]).astype(int)
    assert face.image[pupil[1] + 1, pupil[0]].max() < 110
    assert face.mask[pupil[1], pupil[0]] == Label.RIGHT_EYE


def test_bald_head_has_no_hair_and_all_others_have():
    for style in HAIR_STYLES:
        mask = render_face(frontal(hair=Hair(style=style)), size=64).mask
        assert (mask == Label.HAIR).any() == (style != "bald"), style


@pytest.mark.parametrize("clothing", ["crew", "vee", "collar", "hood"])
def test_clothes_are_background_even_before_long_hair(clothing):
    hair = Hair(style="long", length=2.6)
    extras = Extras(clothing=clothing, clothing_colour=(0.1, 0.9, 0.1))
    face = render_face(frontal(hair=hair, extras=extras), size=192)
    red, green, blue = np.moveaxis(face.image.astype(int), 2, 0)
    cloth = ((green > red + 60) & (green > blue + 60)).astype(np.uint8)
    inside = cv2.erode(cloth, np.ones((3, 3), np.uint8)).astype(bool)
    assert inside.mean() > 0.005
    assert (face.mask[inside] == Label.BACKGROUND).all()


def test_closed_mouth_and_closed_eyes_have_no_inside():
    calm = Expression(smile=0.0, mouth_open=0.0, eye_left=0.0, eye_right=0.0)
    mask = render_face(frontal(expression=calm), size=112).mask
    assert not (mask == Label.INNER_MOUTH).any()
    eyes = np.isin(mask, (Label.LEFT_EYE, Label.RIGHT_EYE)).sum()
    opened = render_face(frontal(), size=112).mask
    assert eyes < 0.3 * np.isin(opened, (Label.LEFT_EYE, Label.RIGHT_EYE)).sum()


@pytest.mark.parametrize("kind", OCCLUDERS[1:])
def test_occluder_hides_points_and_clears_labels(kind):
    free = render_face(frontal(), size=96)
    hidden = render_face(frontal(extras=Extras(occluder=kind)), size=96)
    assert not free.occluded98.any()
    assert 0 < hidden.occluded98.sum() < 98
    assert np.array_equal(free.landmarks98, hidden.landmarks98)
    inside = np.rint(hidden.landmarks98[hidden.occluded98]).astype(int).clip(0, 95)
    assert (hidden.mask[inside[:, 1], inside[:, 0]] == Label.BACKGROUND).mean() > 0.8


@pytest.mark.parametrize("glasses", ["round", "square", "sun"])
def test_glasses_change_the_picture_but_not_the_labels(glasses):
    free = render_face(frontal(), size=96)
    worn = render_face(frontal(extras=Extras(glasses=glasses)), size=96)
    assert np.array_equal(free.mask, worn.mask)
    assert (free.image != worn.image).any(axis=2).mean() > 0.02


def test_turning_moves_the_nose_against_the_contour():
    def nose_share(yaw: float) -> float:
        x = render_face(frontal(pose=Pose(yaw=yaw)), size=64).landmarks68[:, 0]
        return (x[30] - x[0]) / (x[16] - x[0])

    assert nose_share(-0.5) < 0.35 < nose_share(0.0) < 0.65 < nose_share(0.5)
    assert nose_share(0.0) == pytest.approx(0.5, abs=1e-3)


def test_most_faces_lie_inside_the_image():
    inside = [
        (points.min() >= 0) and (points.max() <= 31)
        for points in (draw_face(seed, size=32).landmarks98 for seed in range(60))
    ]
    assert np.mean(inside) > 0.95


def test_faces_differ_from_each_other():
    images = [draw_face(seed, size=32).image.astype(float) for seed in range(16)]
    for index, image in enumerate(images):
        for other in images[:index]:
            assert np.abs(image - other).mean() > 15


def test_attributes_vary_over_seeds():
    drawn = [sample_parameters(seed) for seed in range(400)]
    assert {p.hair.style for p in drawn} == set(HAIR_STYLES)
    assert {p.extras.occluder for p in drawn} == set(OCCLUDERS)
    assert {p.extras.glasses for p in drawn} == {"none", "round", "square", "sun"}
    assert {p.expression.mouth_open > 0 for p in drawn} == {True, False}
    assert {p.look.beard > 0 for p in drawn} == {True, False}
    assert np.std([p.pose.yaw for p in drawn]) > 0.15


@pytest.mark.parametrize(("seed", "size"), [(-1, 64), (0, 8)])
def test_bad_numbers_are_named(seed, size):
    with pytest.raises(ValueError, match=str(seed if seed < 0 else size)):
        draw_face(seed, size)
