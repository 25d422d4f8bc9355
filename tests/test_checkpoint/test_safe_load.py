import argparse
import pickle
from collections import OrderedDict
from pathlib import Path

import numpy as np
import pytest
import torch
from mmengine.logging import HistoryBuffer
from mmengine.runner import CheckpointLoader
from mmengine.runner.checkpoint import _load_checkpoint
from safetensors.torch import save_file

from mcf.checkpoint.safe_load import load_file, load_from_http, use_safe_loading
from tests.test_engine.toy import assert_same, toy_runner


@pytest.fixture
def safe_loading():
    schemes = CheckpointLoader._schemes
    CheckpointLoader._schemes = OrderedDict(schemes)
    use_safe_loading()
    yield
    CheckpointLoader._schemes = schemes


class Attack:
    """Creates a file when unpickled."""

    def __init__(self, target: Path) -> None:
        self.target = target

    def __reduce__(self):
        return Path.touch, (self.target,)


@pytest.fixture
def attack(tmp_path):
    """(malicious checkpoint, file that it would create)."""
    victim, path = tmp_path / "victim", tmp_path / "attack.pth"
    torch.save(dict(state_dict={}, payload=Attack(victim)), path)
    return path, victim


def test_attack_is_real_and_is_refused(attack):
    path, victim = attack
    with pytest.raises(ValueError, match=r"attack\.pth was not loaded: .*pathlib"):
        load_file(path)
    assert not victim.exists()
    torch.load(path, weights_only=False)
    assert victim.exists()


def test_plain_pickle_is_refused(tmp_path):
    victim, path = tmp_path / "victim", tmp_path / "attack.pth"
    path.write_bytes(pickle.dumps(Attack(victim), protocol=2))
    with pytest.raises(ValueError, match=r"attack\.pth"):
        load_file(path)
    assert not victim.exists()


def test_mmengine_does_not_run_the_attack(attack, safe_loading):
    path, victim = attack
    with pytest.raises(ValueError, match="was not loaded"):
        _load_checkpoint(str(path))
    assert not victim.exists()


@pytest.mark.parametrize(
    "scheme", ["torchvision://", "openmmlab://", "s3://", "a:s3://"]
)
def test_unchecked_schemes_are_refused(safe_loading, scheme):
    with pytest.raises(ValueError, match="Download"):
        _load_checkpoint(scheme + "resnet18")


def test_http_is_read_through_the_safe_loader(
    attack, safe_loading, monkeypatch, tmp_path
):
    path, victim = attack
    fetched = []

    def fetch(url: str, file: str, progress: bool) -> None:
        fetched.append(url)
        Path(file).write_bytes(path.read_bytes())

    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path / "hub"))
    monkeypatch.setattr(torch.hub, "download_url_to_file", fetch)
    with pytest.raises(ValueError, match="was not loaded"):
        _load_checkpoint("https://host/attack.pth?x=1")
    assert fetched == ["https://host/attack.pth?x=1"]
    assert not victim.exists()


@pytest.fixture
def hub(monkeypatch, tmp_path):
    """Addresses that were fetched; each file holds its address."""
    fetched = []

    def fetch(url: str, file: str, progress: bool) -> None:
        fetched.append(url)
        if "broken" in url:
            raise OSError("connection lost")
        torch.save({"url": url}, file)

    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path / "hub"))
    monkeypatch.setattr(torch.hub, "download_url_to_file", fetch)
    return fetched


def test_models_of_one_name_do_not_share_a_file(hub):
    urls = [f"https://host/{x}/model.pth" for x in "ab"] + ["https://host/model.pth?v"]
    for url in urls * 2:
        assert load_from_http(url) == {"url": url}
    assert hub == urls


def test_one_process_of_each_node_downloads(hub, monkeypatch):
    monkeypatch.setenv("LOCAL_RANK", "1")
    with pytest.raises(FileNotFoundError):
        load_from_http("https://host/model.pth")
    assert hub == []
    monkeypatch.setenv("LOCAL_RANK", "0")  # of the second node
    assert load_from_http("https://host/model.pth") == {"url": "https://host/model.pth"}


def test_download_that_fails_keeps_no_process_waiting(hub, monkeypatch):
    met = []
    monkeypatch.setattr("mcf.checkpoint.safe_load.barrier", lambda: met.append(1))
    with pytest.raises(OSError, match="connection lost"):
        load_from_http("https://host/broken.pth")
    assert met == [1]


def test_getattr_reaches_nothing_but_log_statistics(tmp_path):
    class Thief:
        def __reduce__(self):
            return getattr, (np.ndarray, "tofile")

    path = tmp_path / "thief.pth"
    torch.save(Thief(), path)
    with pytest.raises(ValueError, match="getattr"):
        load_file(path)


def test_bytes_come_from_empty_arrays_only(tmp_path):
    class Bomb:
        def __reduce__(self):
            return bytes, (10**12,)

    path = tmp_path / "bomb.pth"
    torch.save(Bomb(), path)
    with pytest.raises(ValueError, match="bytes"):
        load_file(path)


def test_values_of_mmengine_checkpoints_come_back(tmp_path):
    history = HistoryBuffer([1.0, float("inf")], [1, 1])
    content = dict(
        history=history,
        scalar=np.float64(2.5),
        integer=np.int64(3),
        flag=np.bool_(True),
        floats=np.arange(3, dtype=np.float32),
        names=np.array(["a", "bc"]),
        nothing=np.zeros((0, 3), np.uint8),
        nested=OrderedDict(a=[1, (2.0, None)]),
        args=argparse.Namespace(lr=0.1),
        tensor=torch.arange(4, dtype=torch.bfloat16),
    )
    path = tmp_path / "content.pth"
    torch.save(content, path)
    loaded = load_file(path)
    assert loaded["history"].max() == float("inf")
    assert loaded["history"].statistics("current") == float("inf")
    assert loaded["args"].lr == 0.1
    for key in ("floats", "names", "nothing"):
        np.testing.assert_array_equal(loaded[key], content[key])
    for key in ("scalar", "integer", "flag", "nested", "tensor"):
        assert_same(loaded[key], content[key], key)


def test_allow_list_is_not_left_behind(tmp_path):
    torch.save({}, tmp_path / "x.pth")
    before = set(torch.serialization.get_safe_globals())
    load_file(tmp_path / "x.pth")
    assert set(torch.serialization.get_safe_globals()) == before


def test_checkpoint_of_a_run_loads_whole(tmp_path):
    runner = toy_runner(tmp_path, epochs=1)
    runner.train()
    checkpoint = load_file(tmp_path / "iter_6.pth")
    assert_same(checkpoint["state_dict"], runner.model.state_dict())
    assert checkpoint["meta"]["seed"] == 3
    assert checkpoint["message_hub"]["log_scalars"]["train/loss"].data[0].size == 6
    assert len(checkpoint["param_schedulers"]) == 2
    assert checkpoint["optimizer"]["state"][0]["step"] == 6


def test_safetensors_are_read_by_suffix(tmp_path):
    save_file(dict(a=torch.ones(2)), tmp_path / "w.safetensors")
    assert_same(load_file(tmp_path / "w.safetensors"), dict(a=torch.ones(2)))


@pytest.mark.parametrize("suffix", [".pth", ".safetensors"])
@pytest.mark.parametrize("share", [0.0, 0.5, 0.99])
def test_cut_off_file_is_an_error_that_names_it(tmp_path, suffix, share):
    path = tmp_path / f"w{suffix}"
    state = dict(a=torch.rand(1000))
    torch.save(state, path) if suffix == ".pth" else save_file(state, path)
    data = path.read_bytes()
    path.write_bytes(data[: int(share * len(data))])
    with pytest.raises(ValueError, match=path.name):
        load_file(path)


def test_missing_file_is_an_error_that_names_it(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"none\.pth"):
        load_file(tmp_path / "none.pth")
