from pathlib import Path

import pytest
from mmengine.config import Config, ConfigDict

from mcf.apis import load_backbone_model
from mcf.probing import build_probes, load_probes, run_probes
from mcf.probing.landmarks import landmark_faces
from mcf.probing.parts import part_faces
from mcf.registry import DATASETS
from projects.mini_benchmark.paths import relocated

CONFIGS = Path(__file__).resolve().parents[2] / "configs" / "probing"
FACES = {"helen29": [201], "celebamask_hq_mini": [640, 160]}  # photos: of each data set


def datasets_of(config: ConfigDict) -> list[ConfigDict]:
    names = ("dataset", "train", "test")
    return [probe[name] for probe in config.probes for name in names if name in probe]


@pytest.mark.parametrize("path", sorted(CONFIGS.glob("*.py")), ids=lambda p: p.stem)
def test_every_config_builds(path):
    assert path.stem in {*FACES, "drawn"}
    assert all(callable(probe) for probe in load_probes(path))


@pytest.mark.usefixtures("quick_runs")
def test_drawn_faces_are_probed(exported):
    config = Config.fromfile(CONFIGS / "drawn.py")
    landmarks, train, test = datasets_of(config)
    assert [landmarks.length, train.length, test.length] == [300, 300, 100]
    for dataset in (landmarks, train, test):
        dataset.update(length=15, size=64)
    scores = run_probes(build_probes(config.probes), load_backbone_model(exported))
    assert scores.keys() == {
        "landmarks/ridge_nme",
        "landmarks/knn_nme",
        "parts/linear_f1",
        "parts/knn_f1",
    }
    assert all(0 < score < 100 for score in scores.values())
    assert landmark_faces(landmarks, size=16).points.shape == (15, 68, 2)
    known, others = (part_faces(dataset, size=16) for dataset in (train, test))
    assert known.num_classes == others.num_classes == 11
    assert (known.labels != others.labels).any(axis=(1, 2)).all()


@pytest.mark.parametrize("name", FACES)
def test_photos_are_found(name, shared):
    import mcf.alignment
    import mcf.parsing  # noqa: F401

    config = Config.fromfile(CONFIGS / f"{name}.py").to_dict()
    config = Config(relocated(config, data=shared / "data", backbones=Path("none")))
    built = [DATASETS.build(dataset) for dataset in datasets_of(config)]
    assert [len(dataset) for dataset in built] == FACES[name]
    infos = [d.get_data_info(i) for d in built for i in range(len(d))]
    files = [v for info in infos for k, v in info.items() if k.endswith("_path")]
    assert len(set(files)) == len(files) >= len(infos)
    assert all(Path(file).is_file() for file in files)


def test_scores_of_all_probes_are_returned():
    probes = [lambda backbone, device: {"a": 1.0}, lambda backbone, device: {"b": 2.0}]
    assert run_probes(probes, None) == {"a": 1.0, "b": 2.0}


def test_scores_of_one_name_are_refused():
    probes = 2 * [lambda backbone, device: {"a": 1.0}]
    with pytest.raises(ValueError, match=r"two probes give \['a'\]"):
        run_probes(probes, None)


def test_no_probe_is_refused():
    with pytest.raises(ValueError, match="no probe"):
        build_probes([])


def test_config_without_probes_is_refused(tmp_path):
    path = tmp_path / "empty.py"
    path.write_text("probe = dict(type='mcf.LandmarkProbe')\n")
    with pytest.raises(ValueError, match="has no list `probes`"):
        load_probes(path)
