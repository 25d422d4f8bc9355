"""A running server, attacked over its port as a visitor would."""

import http.client
import io
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from PIL import Image

pytest.importorskip("gradio")

from mcf.webui.handlers import Handlers
from mcf.webui.server import running_page
from mcf.webui.visitor_files import (
    MAX_UPLOAD,
    NOT_UPLOADED,
    VisitorFiles,
)

ROOT = Path(__file__).resolve().parents[2]
META = {"meta": {"_type": "gradio.FileData"}}


class Visitor:
    """Plain requests to a server.

    Args:
        address: Of the page.
        files: What the server keeps, to look at.
    """

    def __init__(self, address: str, files: VisitorFiles | None = None) -> None:
        parts = urlsplit(address)
        self.host, self.port = parts.hostname, parts.port
        self.files = files

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        kind: str = "application/json",
    ) -> tuple[int, bytes]:
        """Status and body of the answer."""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=20)
        try:
            connection.request(method, path, body, {"Content-Type": kind})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def upload(self, content: bytes, name: str = "face.png") -> tuple[int, bytes]:
        """Upload as a browser does."""
        mark = uuid4().hex
        head = (
            f'--{mark}\r\nContent-Disposition: form-data; name="files"; '
            f'filename="{name}"\r\n\r\n'
        )
        body = head.encode() + content + f"\r\n--{mark}--\r\n".encode()
        kind = f"multipart/form-data; boundary={mark}"
        return self.ask("POST", "/gradio_api/upload", body, kind)

    def analyse(self, *data: object) -> tuple[int, str]:
        """Status, and what the server says of it in the end."""
        body = json.dumps({"data": data}).encode()
        status, answer = self.ask("POST", "/gradio_api/call/analyse", body)
        if status != 200:
            return status, answer.decode()
        event = json.loads(answer)["event_id"]
        return status, self.ask("GET", f"/gradio_api/call/analyse/{event}")[1].decode()


@pytest.fixture(scope="module")
def visitor(inferencer, pretraining):
    with (
        VisitorFiles() as files,
        running_page(Handlers(inferencer, files, pretraining)) as address,
    ):
        yield Visitor(address, files)


def test_uploaded_picture_is_analysed(visitor, photo):
    status, answer = visitor.upload(photo.read_bytes())
    (path,) = json.loads(answer)
    assert status == 200 and visitor.files.holds(path)
    for mark in ({}, META):
        status, said = visitor.analyse({"path": path, **mark}, 0.5)
        if mark:
            assert status == 200 and "event: complete" in said and "1** face" in said
    assert visitor.ask("GET", f"/gradio_api/file={path}") == (200, photo.read_bytes())


@pytest.mark.parametrize("mark", [{}, META, {"is_stream": True}, {"url": "x"}])
@pytest.mark.parametrize("place", [0, 1])
def test_no_other_file_is_shown_or_told_of(visitor, photo, mark, place):
    answers = set()
    for path in (
        str(photo),
        str(photo.with_name("absent.png")),
        str(photo.parent),
        "/etc/hostname",
        f"{visitor.files.folder}/../{photo.relative_to('/')}",
        "/proc/self/environ",
    ):
        data = [None, 0.5]
        data[place] = {"path": path, **mark}
        answers.add(visitor.analyse(*data))
        status, said = visitor.ask("GET", f"/gradio_api/file={path}")
        answers.add((status, said.decode()))
    assert {status for status, _ in answers} == {403, 404} and len(answers) == 2
    assert NOT_UPLOADED in next(said for status, said in answers if status == 403)


@pytest.mark.parametrize("mark", [{}, META])
@pytest.mark.parametrize("place", [0, 1])
def test_no_address_is_asked(visitor, mark, place):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.3)
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/x.png"
        data = [None, 0.5]
        data[place] = {"path": address, "url": address, **mark}
        assert visitor.analyse(*data)[0] == 403
        data[place] = {"url": address, **mark}
        visitor.analyse(*data)
        assert visitor.ask("GET", f"/gradio_api/file={address}")[0] == 404
        with pytest.raises(TimeoutError):
            listener.accept()


def test_embedded_picture_is_no_upload(visitor):
    status, said = visitor.analyse({"url": "data:image/png;base64,AAAA"}, 0.5)
    assert status == 200 and " face" not in said


@pytest.mark.parametrize(
    "path",
    [
        "run/analyse",
        "api/analyse",
        "component_server",
        "process_recording",
        "vibe-edit",
        "run-history/connect",
    ],
)
def test_other_endpoints_of_gradio_are_shut(visitor, path):
    assert visitor.ask("POST", f"/gradio_api/{path}", b"{}")[0] == 404


def test_large_bodies_are_refused_unread(visitor):
    for path in ("upload", "queue/join", "call/analyse"):
        with socket.create_connection((visitor.host, visitor.port), 20) as connection:
            head = f"POST /gradio_api/{path} HTTP/1.1\r\nHost: {visitor.host}\r\n"
            connection.sendall(f"{head}Content-Length: {2**40}\r\n\r\n".encode())
            assert connection.recv(99).startswith(b"HTTP/1.1 413")
        with socket.create_connection((visitor.host, visitor.port), 20) as connection:
            connection.sendall(f"{head}Transfer-Encoding: chunked\r\n\r\n".encode())
            assert connection.recv(99).startswith(b"HTTP/1.1 411")


def test_small_file_of_many_pixels_is_not_decoded(visitor):
    picture = io.BytesIO()
    Image.new("1", (12_000, 12_000)).save(picture, "PNG")
    (path,) = json.loads(visitor.upload(picture.getvalue())[1])
    said = visitor.analyse({"path": path, **META}, 0.5)[1]
    assert "event: error" in said and "too large" in said


def test_file_over_the_limit_leaves_nothing(visitor):
    before = set(visitor.files.folder.rglob("*"))
    assert visitor.upload(b"x" * (MAX_UPLOAD + 1))[0] == 413
    assert set(visitor.files.folder.rglob("*")) == before


def test_name_of_an_upload_chooses_no_place(visitor):
    for name in ("../../../x.png", "/tmp/x.png", "..", "<b>.png", "a\\..\\b"):
        status, answer = visitor.upload(b"pixels", name)
        assert status in (200, 400)
        for path in json.loads(answer) if status == 200 else []:
            assert visitor.files.holds(path) and Path(path).read_bytes() == b"pixels"


def test_full_server_refuses_uploads_and_goes_on(visitor, photo):
    with visitor.files.room(visitor.files.total - 2**20):
        assert visitor.upload(b"x" * 2**20)[0] == 507
    assert visitor.upload(photo.read_bytes())[0] == 200


SERVER = """
import sys
import mcf.inference
from mcf.commands import web
from mcf.inference import FaceInferencer
from tests.test_webui.conftest import MiddlePoints

def inferencer(**models):
    return FaceInferencer(landmarks=MiddlePoints(), detector=None)

mcf.inference.FaceInferencer = inferencer
web.main(["--landmarks", "CONFIG", "CHECKPOINT", "--port", sys.argv[1]])
"""


@pytest.mark.slow
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_signal_ends_the_server_and_removes_all_files(photo, tmp_path, name):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    home = tmp_path / "temporary"
    home.mkdir()
    process = subprocess.Popen(
        [sys.executable, "-c", SERVER, str(port)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout.readline().startswith(f"Open http://127.0.0.1:{port}")
        visitor = Visitor(f"http://127.0.0.1:{port}")
        (path,) = json.loads(visitor.upload(photo.read_bytes())[1])
        assert "event: complete" in visitor.analyse({"path": path, **META}, 0.5)[1]
        assert len(list(home.rglob("*.png"))) >= 2
        begin = time.monotonic()
        process.send_signal(signal.Signals[name])
        out, errors = process.communicate(timeout=20)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 128 + signal.Signals[name]
    told = [line for line in errors.splitlines() if "arn" not in line]
    assert told[-1] == f"{name}: the page is closed and its files are removed"
    assert "Traceback" not in out + errors and time.monotonic() - begin < 15
    assert [path for path in home.rglob("*") if path.is_file()] == []
