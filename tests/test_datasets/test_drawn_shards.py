import numpy as np
import pytest

from mcf.datasets import drawn_shards
from mcf.datasets.drawn_shards import DrawnShards, open_shard, write_drawn_shards
from mcf.drawn_faces.lifelike import draw_lifelike


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(drawn_shards, "PER_SHARD", 3)


def test_faces_are_those_of_their_seeds(small, tmp_path):
    paths = list(write_drawn_shards(tmp_path, faces=5, size=32, first_seed=40))
    assert [path.name for path in paths] == ["faces-00000.npy", "faces-00001.npy"]
    faces = DrawnShards(tmp_path)
    assert len(faces) == 6
    for i in (0, 4):
        sample, face = faces[i], draw_lifelike(40 + i, 32)
        np.testing.assert_array_equal(sample["img"], face.image[..., ::-1])
        np.testing.assert_array_equal(sample["gt_seg_map"], face.mask)
        np.testing.assert_array_equal(sample["keypoints"][0], face.landmarks68)
        x1, y1, x2, y2 = sample["bbox"]
        assert x2 - x1 == pytest.approx(y2 - y1)
        assert (sample["keypoints"][0] > (x1, y1)).all()
    assert faces.metainfo["landmark_schema"] == "ibug68"


def test_killed_run_goes_on_and_leaves_nothing_half(small, tmp_path, monkeypatch):
    writer = write_drawn_shards(tmp_path, faces=9, size=32)
    first = next(writer)
    before = first.stat().st_mtime_ns
    monkeypatch.setattr(
        drawn_shards,
        "draw_lifelike",
        lambda *_: (_ for _ in ()).throw(KeyboardInterrupt),
    )
    with pytest.raises(KeyboardInterrupt):
        next(writer)
    assert [path.name for path in tmp_path.iterdir()] == [first.name]
    monkeypatch.undo()
    monkeypatch.setattr(drawn_shards, "PER_SHARD", 3)
    assert len(list(write_drawn_shards(tmp_path, faces=9, size=32))) == 3
    assert first.stat().st_mtime_ns == before


def test_other_files_are_refused(small, tmp_path):
    list(write_drawn_shards(tmp_path, faces=1, size=32))
    with pytest.raises(ValueError, match="another size; remove it"):
        list(write_drawn_shards(tmp_path, faces=1, size=48))
    np.save(tmp_path / "faces-00007.npy", np.zeros(3))
    with pytest.raises(ValueError, match="holds no drawn faces"):
        open_shard(tmp_path / "faces-00007.npy")
    for damaged in (b"", b"text", np.save.__doc__.encode(), b"\x93NUMPY\x01\0"):
        (tmp_path / "faces-00008.npy").write_bytes(damaged)
        with pytest.raises(ValueError, match=r"faces-00008\.npy is no array"):
            open_shard(tmp_path / "faces-00008.npy")
    with pytest.raises(FileNotFoundError, match="draw them first"):
        DrawnShards(tmp_path / "none")
    with pytest.raises(ValueError, match="faces=0 must be 1 or more"):
        next(write_drawn_shards(tmp_path, faces=0))
