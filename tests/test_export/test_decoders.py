"""Each decoder gives what the codec of its head gives, in PyTorch and as ONNX."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch

pytest.importorskip("mmpose")

from mmpose.codecs import RegressionLabel, SimCCLabel, UDPHeatmap
from mmpose.models.heads import HeatmapHead, RegressionHead, RTMCCHead, SimCCHead

from mcf.codecs import NormalisedPoints
from mcf.export.decoders import decoder_of
from mcf.models.heads.pose import HeatmapCoordHead

SIZE = (64, 48)
FACES, POINTS = 3, 20
EMPTY = 1, 4


@pytest.fixture
def points():
    rng = np.random.default_rng(0)
    return rng.uniform((0, 0), (63, 47), (FACES, POINTS, 2)).astype(np.float32)


def head(kind, codec, **settings):
    """Head that nobody initialised: only its type and its codec count."""
    made = kind.__new__(kind)
    torch.nn.Module.__init__(made)
    made.decoder = codec
    return made


def encoded(codec, points, names):
    labels = [codec.encode(one[None]) for one in points]
    return [np.stack([label[name] for label in labels]) for name in names]


def simcc(points):
    codec = SimCCLabel(input_size=SIZE, sigma=(4.0, 4.0), simcc_split_ratio=2.0)
    names = ("keypoint_x_labels", "keypoint_y_labels")
    x, y = (one[:, 0] for one in encoded(codec, points, names))
    x[0, 0] = y[0, 1] = 0  # nothing found
    return head(RTMCCHead, codec), (x, y)


def heatmaps(points):
    codec = UDPHeatmap(input_size=SIZE, heatmap_size=(32, 24), sigma=1.5)
    (maps,) = encoded(codec, points, ["heatmaps"])
    noise = np.random.default_rng(1).normal(0, 0.01, maps.shape)
    maps = maps + noise.astype(np.float32)
    maps[EMPTY] = 0
    maps[2] -= 2  # nothing found in a face
    return head(HeatmapHead, codec), (maps,)


def regression(points):
    codec = RegressionLabel(input_size=SIZE)
    (labels,) = encoded(codec, points, ["keypoint_labels"])
    return head(RegressionHead, codec), (labels[:, 0],)


CASES = dict(simcc=simcc, heatmaps=heatmaps, regression=regression)


@pytest.fixture(params=CASES)
def case(request, points):
    """Head, its output and what mmpose decodes from it."""
    made, raw = CASES[request.param](points)
    found = []
    for i in range(FACES):
        one = [values[i] for values in raw]
        if request.param == "regression":
            one = [one[0][None]]
        with np.errstate(invalid="ignore"):
            found.append(made.decoder.decode(*(value.copy() for value in one)))
    truth, scores = (np.concatenate(values) for values in zip(*found, strict=True))
    if request.param == "heatmaps":
        assert np.isnan(truth[EMPTY]).all()  # mmpose divides by zero
        truth[EMPTY] = -64 / 31, -48 / 23
        np.testing.assert_allclose(truth[2], [truth[EMPTY]] * POINTS, rtol=1e-6)
    return SimpleNamespace(
        decoder=decoder_of(made),
        raw=[torch.from_numpy(values) for values in raw],
        points=truth,
        scores=scores,
    )


def test_points_and_scores_are_those_of_the_codec(case):
    points, scores = case.decoder(*case.raw)
    assert points.dtype == torch.float32
    assert np.abs(points.numpy() - case.points).max() < 1e-3
    assert np.abs(scores.numpy() - case.scores).max() < 1e-6


@pytest.mark.parametrize("case", ["heatmaps"], indirect=True)  # the hardest to export
def test_exported_decoder_gives_the_same_for_any_batch(case, tmp_path):
    pytest.importorskip("onnxscript")
    runtime = pytest.importorskip("onnxruntime")
    path = tmp_path / "decoder.onnx"
    names = list(case.decoder.raw)
    torch.onnx.export(
        case.decoder.eval(),
        tuple(values[:2] for values in case.raw),
        dynamic_shapes=[{0: torch.export.Dim("batch")} for _ in names],
        input_names=names,
        verbose=False,
        dynamo=True,
    ).save(path)
    session = runtime.InferenceSession(path, providers=["CPUExecutionProvider"])
    for batch in (1, FACES):
        inputs = {k: v[:batch].numpy() for k, v in zip(names, case.raw, strict=True)}
        points, scores = session.run(None, inputs)
        assert np.abs(points - case.points[:batch]).max() < 1e-3
        assert np.abs(scores - case.scores[:batch]).max() < 1e-6


def test_heat_maps_of_our_head_are_read_as_its_predict_does():
    torch.manual_seed(0)
    made = HeatmapCoordHead(
        [8] * 4,
        5,
        decoder=dict(type="mcf.NormalisedPoints", input_size=SIZE),
        channels=8,
        norm_cfg=dict(type="BN"),
    )
    made.eval()
    feats = [torch.randn(2, 8, 16 >> i, 12 >> i) for i in range(4)]
    with torch.no_grad():
        truth = made.predict(feats, [])
        points, scores = decoder_of(made)(made(feats))
    for i, instance in enumerate(truth):
        assert np.abs(instance.keypoints[0] - points[i].numpy()).max() < 1e-4
        found = torch.as_tensor(instance.keypoint_scores[0])
        torch.testing.assert_close(found, scores[i])


@pytest.mark.parametrize(
    "unknown",
    [
        head(SimCCHead, SimCCLabel(input_size=SIZE, use_dark=True)),
        head(HeatmapHead, NormalisedPoints(input_size=SIZE)),
        head(
            HeatmapHead,
            UDPHeatmap(input_size=SIZE, heatmap_size=(32, 24), heatmap_type="combined"),
        ),
    ],
    ids=["DARK", "codec of another head", "offset maps"],
)
def test_unknown_head_or_codec_is_refused_with_the_known_ones(unknown):
    with pytest.raises(ValueError, match=r"cannot be exported.*HeatmapCoordHead"):
        decoder_of(unknown)
