import numpy as np
import pytest
from torch import nn

from mcf.datasets.parsing.class_sets import LAPA
from mcf.webui import views


@pytest.fixture
def result(inferencer, photo):
    return inferencer(photo)


def test_legend_names_the_classes_that_occur_in_their_colours(result):
    text = views.legend(result)
    assert "skin" in text and "hair" in text and "nose" not in text
    assert f"background:rgb{LAPA.palette[10]}" in text and "background<" not in text


def test_summary_counts_and_times(result):
    text = views.summary(result)
    assert text.startswith("**1** face, 96 x 96 pixels, 68 points a face.")
    assert "landmarks" in text and " ms: " in text


def test_large_picture_is_shown_no_larger_than_a_screen(inferencer):
    result = inferencer(np.zeros((1000, 2560, 3), np.uint8))
    assert views.shown_picture(result, result.draw()).shape == (500, 1280, 3)


def test_crop_of_an_image_that_is_the_face_is_the_image(result):
    crop = views.face_crop(result, 0, 96)
    np.testing.assert_allclose(crop, result.image, atol=1)


@pytest.mark.parametrize("face", [-1, 1])
def test_face_that_is_not_there_is_refused(result, face):
    with pytest.raises(ValueError, match="there is no face"):
        views.face_crop(result, face, 32)


def test_mask_ratio_is_the_one_asked_for_and_only_for_that_picture(
    pretraining, monkeypatch
):
    seen = []
    own = pretraining.model.masking
    whole = pretraining.model.reconstruct
    monkeypatch.setattr(
        pretraining.model,
        "reconstruct",
        lambda images: (seen.append(pretraining.model.masking.ratio), whole(images))[1],
    )
    crop = np.full((32, 32, 3), 128, np.uint8)
    pictures = [pretraining.reconstruction(crop, ratio, 0) for ratio in (0.25, 0.5)]
    assert seen == [0.25, 0.5] and pretraining.model.masking is own
    assert not np.array_equal(*pictures)
    again = pretraining.reconstruction(crop, 0.25, 0)
    np.testing.assert_array_equal(pictures[0], again)


def test_impossible_ratio_leaves_the_model_as_it_was(pretraining):
    own = pretraining.model.masking
    with pytest.raises(ValueError, match="mask ratio"):
        pretraining.reconstruction(np.zeros((32, 32, 3), np.uint8), 1.5, 0)
    assert pretraining.model.masking is own


def test_attention_picture_shows_face_and_heat(pretraining):
    crop = np.full((32, 32, 3), 128, np.uint8)
    picture = pretraining.attention(crop)
    assert picture.shape[1] > 2 * views.TILE and picture.dtype == np.uint8


def test_backbone_without_class_token_has_no_attention(pretraining, monkeypatch):
    monkeypatch.setattr(pretraining.model, "backbone", nn.Identity())
    with pytest.raises(ValueError, match="no class token"):
        pretraining.attention(np.zeros((32, 32, 3), np.uint8))


def test_model_that_cannot_reconstruct_is_refused():
    with pytest.raises(ValueError, match="cannot reconstruct"):
        views.PretrainingViews(nn.Identity())


def test_only_several_faces_are_numbered(inferencer, photo):
    alone = inferencer(photo)
    drawn = alone.draw()
    np.testing.assert_array_equal(views.shown_picture(alone, drawn), drawn)
    two = inferencer(photo, boxes=np.array([[4, 4, 40, 40], [50, 50, 90, 90]], float))
    drawn = two.draw()
    changed = (views.shown_picture(two, drawn) != drawn).any(axis=2)
    rows, columns = np.nonzero(changed)
    assert changed[4:24, 4:24].any() and changed[50:70, 50:70].any()
    assert columns.max() < 75 and rows.max() < 75
