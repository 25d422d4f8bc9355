import numpy as np
import pytest

from tests.tools import load_tool


@pytest.mark.parametrize("share", [0, 0.3, 0.97])
def test_cut_recording_is_refused_by_name(tmp_path, monkeypatch, share):
    path = tmp_path / "recording.npz"
    np.savez(path, kind="mcf_step", image=np.zeros((64, 64)))
    data = path.read_bytes()
    path.write_bytes(data[: int(share * len(data))])
    tool = load_tool("parity")
    monkeypatch.setattr("sys.argv", ["parity.py", str(path)])
    with pytest.raises(ValueError, match=r"recording\.npz is no recording"):
        tool.main()


def test_other_arrays_are_no_recording(tmp_path, monkeypatch):
    path = tmp_path / "a.npz"
    np.savez(path, image=np.zeros(3))
    monkeypatch.setattr("sys.argv", ["parity.py", str(path)])
    with pytest.raises(ValueError, match=r"a\.npz is damaged, or no recording"):
        load_tool("parity").main()
