"""Downloads from a server on loopback that behaves as servers do."""

import hashlib
import json
import multiprocessing
import os
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from mcf.hub import download as module
from mcf.hub.download import ensure
from mcf.hub.registry import HubModel, get_model
from mcf.utils.model_cache import cached_model, note_path, read_note
from tests.hub import entry, use_list

CONTENT = os.urandom(3_000_000)
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@dataclass
class Behaviour:
    """What the server does, and what it was asked for."""

    content: bytes = CONTENT
    status: int = 200
    cut_after: int | None = None
    ranges: bool = True
    tag: str | None = '"one"'
    pause: float = 0.0
    pause_after: int = 0
    redirect: str | None = None
    wrong_part: bool = False
    asked: list[str | None] = field(default_factory=list)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        do: Behaviour = self.server.behaviour
        do.asked.append(self.headers.get("Range"))
        if do.redirect is not None:
            self.send_response(302)
            self.send_header("Location", do.redirect)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        if do.status != 200:
            self.send_error(do.status)
            return
        start, wanted = 0, self.headers.get("Range")
        same = self.headers.get("If-Range") in (None, do.tag)
        if wanted and do.ranges and same:
            start = int(wanted.removeprefix("bytes=").rstrip("-"))
        body = do.content[start:]
        self.send_response(206 if start else 200)
        if start:
            first = start + do.wrong_part
            last, whole = len(do.content) - 1, len(do.content)
            self.send_header("Content-Range", f"bytes {first}-{last}/{whole}")
        if do.tag is not None:
            self.send_header("ETag", do.tag)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        end = len(body) if do.cut_after is None else do.cut_after
        first, rest = body[: do.pause_after], body[do.pause_after : end]
        try:
            self.wfile.write(first)
            self.wfile.flush()
            time.sleep(do.pause)
            self.wfile.write(rest)
        except OSError:  # whoever asked has gone
            return
        self.close_connection = True

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.behaviour = Behaviour()
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def behaviour(server) -> Behaviour:
    return server.behaviour


@pytest.fixture
def model(server, tmp_path, monkeypatch) -> HubModel:
    """A model of the list, with published size and checksum."""
    url = f"http://127.0.0.1:{server.server_port}/weights.pt"
    models = {
        name: entry(
            "attributes",
            url=url,
            meaning="celeba40",
            crop={"recipe": "facer-attribute", "size": 64},
            bytes=len(CONTENT) if known else None,
            sha256=SHA256 if known else None,
        )
        for name, known in (("known", True), ("unknown", False))
    }
    use_list(tmp_path, monkeypatch, models)
    monkeypatch.delenv("MCF_OFFLINE", raising=False)
    return get_model("known")


def leftovers(model: HubModel) -> set[str]:
    return {file.name for file in model.path.parent.iterdir()}


def test_a_file_is_fetched_once_checked_and_noted(model, behaviour):
    told = []
    path = ensure(model, progress=lambda there, total: told.append((there, total)))
    assert path.read_bytes() == CONTENT
    assert path == model.path == cached_model("known")
    assert told[-1] == (len(CONTENT), len(CONTENT))
    assert leftovers(model) == {"weights.pt", "weights.pt.json"}
    note = json.loads(note_path(path).read_bytes())
    assert note["sha256"] == SHA256 and note["expected"]
    assert ensure(model) == path
    assert behaviour.asked == [None]


def test_nothing_is_fetched_offline_but_what_is_there_is_used(
    model, behaviour, monkeypatch
):
    monkeypatch.setenv("MCF_OFFLINE", "1")
    with pytest.raises(ConnectionError) as caught:
        ensure(model)
    message = str(caught.value)
    for part in ("MCF_OFFLINE", model.url, str(len(CONTENT)), str(model.path)):
        assert part in message
    assert behaviour.asked == [] and not model.path.parent.exists()
    model.path.parent.mkdir(parents=True)
    model.path.write_bytes(CONTENT)
    assert ensure(model) == model.path
    assert read_note(model.path).sha256 == SHA256
    assert behaviour.asked == []


def test_a_file_put_there_by_hand_must_be_the_right_one(model):
    model.path.parent.mkdir(parents=True)
    model.path.write_bytes(b"x" * len(CONTENT))
    with pytest.raises(ValueError, match=rf"weights\.pt has the SHA-256 .*{SHA256}"):
        ensure(model)
    model.path.write_bytes(CONTENT[:-1])
    with pytest.raises(ValueError, match=f"has {len(CONTENT) - 1} bytes"):
        ensure(model)
    assert cached_model("known") is None


def test_an_unpublished_checksum_is_recorded_and_then_held(model, caplog):
    unknown = get_model("unknown")
    path = ensure(unknown)
    note = read_note(path)
    assert (note.sha256, note.expected) == (SHA256, False)
    path.write_bytes(CONTENT[:-1] + b"!")
    os.utime(path, ns=(0, 0))
    with pytest.raises(ValueError, match="the first recorded one is"):
        ensure(unknown)


def test_a_cut_download_goes_on_where_it_ended(model, behaviour):
    behaviour.cut_after = 1_000_000
    path = ensure(model)
    assert path.read_bytes() == CONTENT
    assert behaviour.asked == [None, "bytes=1000000-", "bytes=2000000-"]


def test_what_was_cut_for_good_is_kept_for_the_next_attempt(model, behaviour):
    behaviour.cut_after = 100_000
    with pytest.raises(ConnectionError, match=r"ended after .*300000 bytes are kept"):
        ensure(model)
    assert leftovers(model) == {"weights.pt.part", "weights.pt.part.tag"}
    behaviour.cut_after = None
    assert ensure(model).read_bytes() == CONTENT
    assert behaviour.asked[-1] == "bytes=300000-"
    assert leftovers(model) == {"weights.pt", "weights.pt.json"}


def test_a_server_without_ranges_is_asked_for_all_of_it_again(model, behaviour):
    behaviour.cut_after = 100_000
    with pytest.raises(ConnectionError):
        ensure(model)
    behaviour.cut_after, behaviour.ranges = None, False
    assert ensure(model).read_bytes() == CONTENT


@pytest.mark.parametrize("name", ["known", "unknown"])
def test_a_file_that_changed_meanwhile_is_no_mixture(model, behaviour, name):
    behaviour.content, behaviour.tag = bytes(len(CONTENT)), '"zero"'
    behaviour.cut_after = 100_000
    with pytest.raises(ConnectionError):
        ensure(get_model(name))
    behaviour.content, behaviour.tag, behaviour.cut_after = CONTENT, '"one"', None
    assert ensure(get_model(name)).read_bytes() == CONTENT


def test_without_a_version_nothing_is_joined_blindly(model, behaviour):
    behaviour.tag, behaviour.cut_after = None, 100_000
    with pytest.raises(ConnectionError):
        ensure(get_model("unknown"))
    behaviour.cut_after = None
    assert ensure(get_model("unknown")).read_bytes() == CONTENT
    assert set(behaviour.asked) == {None}


def test_wrong_bytes_are_refused_and_nothing_is_kept(model, behaviour):
    behaviour.content = CONTENT[::-1]
    with pytest.raises(ValueError, match="gave another file"):
        ensure(model)
    assert leftovers(model) == set()


def test_another_length_is_refused_before_it_is_received(model, behaviour):
    behaviour.content = CONTENT + b"more"
    with pytest.raises(ConnectionError, match=f"has {len(CONTENT) + 4} bytes"):
        ensure(model)
    assert leftovers(model) == set()


def test_another_part_than_asked_for_is_refused(model, behaviour):
    behaviour.cut_after = 100_000
    with pytest.raises(ConnectionError):
        ensure(model)
    behaviour.cut_after, behaviour.wrong_part = None, True
    with pytest.raises(ConnectionError, match="another part"):
        ensure(model)
    assert "weights.pt" not in leftovers(model)


@pytest.mark.parametrize("status, tries", [(404, 1), (403, 1), (503, 1)])
def test_refusals_name_address_size_and_place(model, behaviour, status, tries):
    behaviour.status = status
    with pytest.raises(ConnectionError) as caught:
        ensure(model)
    message = str(caught.value)
    for part in (str(status), model.url, str(len(CONTENT)), str(model.path)):
        assert part in message
    assert len(behaviour.asked) == tries
    assert leftovers(model) == set()


def test_a_server_that_falls_silent_is_given_up(model, behaviour):
    behaviour.pause, behaviour.pause_after = 5.0, 50_000
    start = time.perf_counter()
    with pytest.raises(ConnectionError, match=r"timed out.*are kept"):
        ensure(model, timeout=0.2)
    assert time.perf_counter() - start < 4
    behaviour.pause = 0.0
    assert ensure(model).read_bytes() == CONTENT


def test_no_server_at_all(model, server):
    gone = replace(model, url="http://127.0.0.1:9/weights.pt")
    with pytest.raises(ConnectionError, match=r"cannot be fetched: .*refused.*put it"):
        ensure(gone)


def test_it_is_not_led_to_an_address_without_encryption(model, behaviour):
    with pytest.raises(module._Refused, match="not encrypted"):
        module._check_place("http://elsewhere.invalid/weights.pt")
    behaviour.redirect = "file:///etc/passwd"
    with pytest.raises(ConnectionError):
        ensure(model)
    assert leftovers(model) == set()


def test_a_model_without_address_says_where_to_put_it(model):
    with pytest.raises(FileNotFoundError, match=r"put it at .*farl-base-50m"):
        ensure(get_model("farl-base-50m"))


def start_fetch() -> multiprocessing.Process:
    """Another process that wants the model; its exit code is 0 if it got it."""
    process = multiprocessing.get_context("fork").Process(
        target=lambda: ensure(get_model("known"))
    )
    process.start()
    return process


def test_a_killed_download_goes_on_in_the_next_process(model, behaviour):
    behaviour.pause, behaviour.pause_after = 60.0, 2_000_000
    first = start_fetch()
    part = model.path.with_name("weights.pt.part")
    try:
        deadline = time.monotonic() + 60
        while not (part.is_file() and part.stat().st_size):
            assert first.is_alive() and time.monotonic() < deadline
            time.sleep(0.05)
    finally:
        first.kill()
        first.join()
    assert not model.path.exists()
    behaviour.pause = 0.0
    assert ensure(model).read_bytes() == CONTENT
    assert behaviour.asked[-1].startswith("bytes=")


def test_of_two_processes_one_fetches_and_both_get_it(model, behaviour):
    behaviour.pause, behaviour.pause_after = 1.5, 1000
    both = [start_fetch(), start_fetch()]
    for process in both:
        process.join(60)
        assert process.exitcode == 0
    assert model.path.read_bytes() == CONTENT
    assert len(behaviour.asked) == 1


def test_a_cache_that_cannot_be_written_serves_what_is_there(
    model, behaviour, monkeypatch
):
    ensure(model)
    note_path(model.path).unlink()
    monkeypatch.setattr(module.os, "access", lambda path, mode: False)
    monkeypatch.setattr(module, "locked", None)
    monkeypatch.setattr(module, "write_note", None)
    assert ensure(model) == model.path
    model.path.write_bytes(b"y" * len(CONTENT))
    with pytest.raises(ValueError, match="SHA-256"):
        ensure(model)


def test_a_cache_that_cannot_be_written_is_named(model, monkeypatch, tmp_path):
    (tmp_path / "home").write_text("a file, no folder")
    with pytest.raises(OSError, match="home"):
        ensure(model)
