import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch

from mcf.datasets.parsing.class_sets import LAPA
from mcf.inference import FaceInferencer, FaceResult

from .conftest import BrightSquares


@pytest.fixture(scope="module")
def settings(landmarks, parsing, exported) -> dict:
    return dict(
        landmarks=landmarks,
        parsing=parsing,
        embedding=exported,
        detector=BrightSquares(),
    )


@pytest.fixture(scope="module")
def inferencer(settings) -> FaceInferencer:
    return FaceInferencer(**settings, batch_size=5)


def same(first: FaceResult, second: FaceResult) -> None:
    """Equal up to the rounding of other batches."""
    assert (first.source, first.size) == (second.source, second.size)
    np.testing.assert_array_equal(first.boxes, second.boxes)
    near = dict(rtol=1e-4, atol=1e-3)
    np.testing.assert_allclose(first.landmarks.points, second.landmarks.points, **near)
    np.testing.assert_allclose(first.embeddings, second.embeddings, **near)
    for face in range(len(first)):
        assert (first.mask(face) == second.mask(face)).mean() > 0.999


def test_each_face_has_its_points_parts_and_embedding(inferencer, photos):
    results = inferencer(photos)
    assert [len(result) for result in results] == [n % 5 for n in range(8)]
    for number, result in enumerate(results):
        faces = number % 5
        assert result.source == f"image {number}" and result.size == (112, 112)
        assert result.boxes.shape == (faces, 4) and result.scores.shape == (faces,)
        assert result.landmarks.schema == "ibug68"
        assert result.landmarks.points.shape == (faces, 68, 2)
        assert result.landmarks.scores.shape == (faces, 68)
        assert result.parsing.class_set == LAPA and len(result.parsing.faces) == faces
        assert result.embeddings.shape == (faces, 16)
        np.testing.assert_array_equal(result.image, photos[number])
        arrays = (result.boxes, result.scores, result.landmarks.points)
        assert all(array.dtype == np.float32 for array in arrays)


def test_faces_do_not_depend_on_their_company(inferencer, settings, photos):
    together = inferencer(photos)
    one_by_one = FaceInferencer(**settings, batch_size=1)
    for number, result in enumerate(together):
        (alone,) = one_by_one([photos[number]])
        alone = FaceResult(**{**vars(alone), "source": result.source})
        same(result, alone)


def test_order_of_channels_is_respected(inferencer, photos):
    bgr = inferencer(photos[3])
    rgb = inferencer(photos[3][..., ::-1], channels="rgb")
    assert bgr.to_json().split("timings")[0] == rgb.to_json().split("timings")[0]
    other = inferencer(photos[3], channels="rgb")
    assert np.abs(other.embeddings - bgr.embeddings).max() > 1e-3


def test_given_boxes_replace_the_detector(inferencer, photos):
    boxes = [[3, 4, 50, 60], [10, 10, 100, 90]]
    result = inferencer(photos[0], boxes=boxes)
    np.testing.assert_array_equal(result.boxes, boxes)
    np.testing.assert_array_equal(result.scores, [1, 1])
    several = inferencer(photos[:3], boxes=[boxes, [], boxes[:1]])
    assert [len(one) for one in several] == [2, 0, 1]
    with pytest.raises(ValueError, match="image 1: boxes were given for fewer"):
        inferencer(photos[:2], boxes=[boxes])
    with pytest.raises(ValueError, match="points need the boxes"):
        inferencer(photos[0], points=np.ones((2, 5, 2)))
    with pytest.raises(ValueError, match="image 0: box"):
        inferencer(photos[0], boxes=[[3, 4, 3, 60]])


def test_stream_reads_no_further_than_a_batch(inferencer, photos):
    taken = []

    def images():
        for number in range(1000):
            taken.append(number)
            yield photos[number % 5]

    results = inferencer.stream(images())
    next(results)
    assert len(taken) <= 5
    results.close()


def test_bad_images_are_raised_or_told(inferencer, photos, tmp_path):
    inputs = [photos[1], tmp_path / "absent.png", b"abc", photos[2]]
    with pytest.raises(FileNotFoundError, match=r"absent\.png"):
        inferencer(inputs)
    bad = []
    results = inferencer.stream(inputs, on_bad=lambda *what: bad.append(what))
    assert [result.source for result in results] == ["image 0", "image 3"]
    assert [name for name, _ in bad] == [str(tmp_path / "absent.png"), "image 2"]
    assert isinstance(bad[0][1], FileNotFoundError)
    assert isinstance(bad[1][1], ValueError)


def test_face_that_cannot_be_cut_is_the_photos_error(parsing, photos):
    from mcf.inference.loading import load_network
    from mcf.inference.parsing_network import ParsingNetwork

    network = ParsingNetwork(load_network(*parsing))
    object.__setattr__(network.rule, "kind", "five_points")
    inferencer = FaceInferencer(parsing=network, detector=None)
    with pytest.raises(ValueError, match="image 0: this network takes faces aligned"):
        inferencer(photos[0], boxes=[[3, 4, 50, 60]])
    assert len(inferencer(photos[0])) == 1


def test_times_of_the_steps_add_up(inferencer, photos):
    start = time.perf_counter()
    results = inferencer(photos)
    wall = time.perf_counter() - start
    steps = {"read", "detect", "crop", "map", "landmarks", "parsing", "embedding"}
    assert set(results[4].timings) == steps
    assert set(results[0].timings) == {"read", "detect"}
    total = sum(sum(result.timings.values()) for result in results)
    assert 0.5 * wall < total <= wall


def test_eight_threads_and_three_tasks_give_what_one_thread_gives(settings, photos):
    tasks = [
        FaceInferencer(**{task: settings[task]}, detector=settings["detector"])
        for task in ("landmarks", "parsing", "embedding")
    ]
    jobs = [(task, photo) for photo in photos for task in tasks] * 4
    serial = [task(photo) for task, photo in jobs]
    with ThreadPoolExecutor(8) as pool:
        parallel = list(pool.map(lambda job: job[0](job[1]), jobs))
    for one, other in zip(serial, parallel):
        first, second = (r.to_json().split('"timings"') for r in (one, other))
        assert first[0] == second[0]
        assert first[1].split("}", 1)[1] == second[1].split("}", 1)[1]


def test_networks_can_be_loaded_while_others_run(settings, photos, inferencer):
    def build(_: int) -> FaceResult:
        return FaceInferencer(**settings, batch_size=5)(photos[4])

    expected = inferencer(photos[4])
    with ThreadPoolExecutor(4) as pool:
        running = [pool.submit(inferencer, photos[4]) for _ in range(8)]
        results = list(pool.map(build, range(4)))
        results += [future.result() for future in running]
    for result in results:
        same(result, expected)


def test_impossible_settings_are_refused(landmarks, tmp_path):
    with pytest.raises(ValueError, match="joint finds points and parts: leave out"):
        FaceInferencer(landmarks=landmarks, joint=landmarks)
    with pytest.raises(ValueError, match="batch_size=0"):
        FaceInferencer(landmarks=landmarks, batch_size=0)
    with pytest.raises(FileNotFoundError, match=r"none\.pth"):
        FaceInferencer(embedding=tmp_path / "none.pth")
    with pytest.raises(ValueError, match="no detector 'mtcnn'"):
        FaceInferencer(landmarks=landmarks, detector="mtcnn")


def test_boxes_and_points_must_be_those_of_the_images(inferencer, photos):
    with pytest.raises(ValueError, match="points need the boxes"):
        list(inferencer.stream([photos[0]], points=[[]]))
    boxes = np.array([[2, 2, 20, 20]])
    with pytest.raises(ValueError, match="more images"):
        list(inferencer.stream([photos[0]], boxes=[boxes, boxes]))


@pytest.mark.parametrize(
    ("model", "said"),
    [
        ("config.py", r"no model 'config\.py'; there are"),
        (["config.py", "epoch_1.pth"], "is no model: give the name of one, a tuple"),
    ],
)
def test_what_is_no_model_is_refused(model, said):
    with pytest.raises(ValueError, match=said):
        FaceInferencer(landmarks=model)


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_missing_gpu_is_an_error(settings):
    with pytest.raises(ValueError, match="finds no GPU"):
        FaceInferencer(**settings, device="cuda:0")
