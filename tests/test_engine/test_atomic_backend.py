from mcf.engine import AtomicBackend, atomic_backend


def test_backend_writes_bytes_and_text_atomically(tmp_path, monkeypatch):
    written = []
    monkeypatch.setattr(
        atomic_backend, "write_atomically", lambda data, path: written.append(data)
    )
    AtomicBackend().put(b"x", tmp_path / "a")
    AtomicBackend().put_text("ü", tmp_path / "b")
    assert written == [b"x", "ü".encode()]
