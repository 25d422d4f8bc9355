"""The gate alone, before an app that tells what reached it."""

import asyncio
import json

import pytest

from mcf.webui.gate import MAX_BODY, MAX_FORM, Gate
from mcf.webui.visitor_files import NOT_UPLOADED, VisitorFiles

JOIN = "/gradio_api/queue/join"


@pytest.fixture
def files():
    with VisitorFiles(total=2 * MAX_FORM) as files:
        (files.folder / "face.png").write_bytes(b"pixels")
        yield files


def ask(
    files: VisitorFiles,
    method: str,
    path: str,
    body: bytes = b"",
    headers: dict[str, str] | None = None,
    kind: str = "http",
    cut: bool = False,
) -> tuple[int, bytes]:
    """Status, and the body that reached the app or the answer of the gate."""
    sent = []

    async def app(scope, receive, send):
        message = await receive()
        lengths = [v for n, v in scope["headers"] if n == b"content-length"]
        if method == "POST":
            assert lengths == [str(len(message["body"])).encode()]
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": message["body"]})

    parts = [body[:10], body[10:]]

    async def receive():
        if not parts:
            return {"type": "http.disconnect"}
        part = parts.pop(0)
        return {"type": "http.request", "body": part, "more_body": cut or bool(parts)}

    async def send(message):
        sent.append(message)

    told = {"content-length": str(len(body))} if headers is None else headers
    scope = {
        "type": kind,
        "method": method,
        "path": path,
        "headers": [(n.encode(), v.encode()) for n, v in told.items()],
    }
    asyncio.run(Gate(app, files)(scope, receive, send))
    if kind == "websocket":
        return sent[0]["code"], b""
    return sent[0]["status"], sent[1]["body"]


@pytest.mark.parametrize(
    "path", ["/", "/config", "/assets/a.js", "/gradio_api/queue/data", "/theme.css"]
)
def test_page_is_let_through(files, path):
    assert ask(files, "GET", path)[0] == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/gradio_api/proxy=https://example.com/x"),
        ("GET", "/gradio_api/file=https://example.com/x.png"),
        ("GET", "/gradio_api/file=/etc/hostname"),
        ("GET", "/gradio_api/file=/etc/absent"),
        ("GET", "/gradio_api/file/etc/hostname"),
        ("HEAD", "/gradio_api/file=/etc/hostname"),
        ("GET", "/gradio_api/vibe-code"),
        ("GET", "/gradio_api/runs"),
        ("GET", "/gradio_api/stream/a/b/1/playlist.m3u8"),
        ("GET", "/gradio_api/deep_link"),
        ("GET", "/monitoring"),
        ("POST", "/gradio_api/vibe-edit"),
        ("POST", "/gradio_api/component_server"),
        ("POST", "/gradio_api/process_recording"),
        ("POST", "/gradio_api/run/analyse"),
        ("POST", "/gradio_api/api/analyse"),
        ("POST", "/gradio_api/run-history/connect"),
        ("POST", "/login"),
        ("PUT", JOIN),
        ("DELETE", "/"),
    ],
)
def test_all_else_is_not_there(files, method, path):
    status, answer = ask(files, method, path, b"{}")
    assert (status, json.loads(answer)["detail"]) == (404, "not found")


def test_frame_of_a_camera_is_let_through_as_it_was_checked(files):
    frame = {"path": None, "url": "data:image/jpeg;base64," + "A" * 200_000}
    body = json.dumps({"fn_index": 4, "data": [frame, None]}).encode()
    for path in (
        JOIN,
        "/gradio_api/stream/0123abc",
        "/gradio_api/stream/0123abc/close",
    ):
        assert ask(files, "POST", path, body) == (200, body)


def test_web_sockets_are_closed(files):
    assert ask(files, "GET", JOIN, kind="websocket")[0] == 1008


def test_own_file_is_served_and_named(files):
    path = str(files.folder / "face.png")
    assert ask(files, "GET", f"/gradio_api/file={path}")[0] == 200
    body = json.dumps({"data": [{"path": path, "meta": {}}, 0.5]}).encode()
    status, passed = ask(files, "POST", JOIN, body)
    assert status == 200 and json.loads(passed) == json.loads(body)


@pytest.mark.parametrize(
    "data",
    [
        {"path": "/etc/hostname"},
        {"path": "/etc/absent"},
        {"path": "https://example.com/x.png", "meta": {"_type": "gradio.FileData"}},
        {"path": "/etc/hostname", "meta": {"_type": "gradio.FileData"}},
        {"path": "/etc/hostname", "is_stream": True},
        {"path": ["/etc/hostname"]},
        {"deep": [[{"path": "", "x": 1}]]},
        {"path": None, "value": {"path": "/etc/hostname"}},
    ],
)
@pytest.mark.parametrize("where", ["data", "event_data", "elsewhere"])
def test_other_files_and_addresses_get_one_answer(files, data, where):
    body = json.dumps({where: [0.5, data]}).encode()
    for path in (JOIN, "/gradio_api/call/analyse", "/gradio_api/call/v2/analyse/"):
        status, answer = ask(files, "POST", path, body)
        assert (status, json.loads(answer)["detail"]) == (403, NOT_UPLOADED)


def test_body_is_passed_on_as_it_was_checked(files):
    own = str(files.folder / "face.png")
    twice = f'{{"path": "/etc/hostname", "path": {json.dumps(own)}}}'.encode()
    assert ask(files, "POST", JOIN, twice) == (200, json.dumps({"path": own}).encode())


@pytest.mark.parametrize("body", [b"", b"[" * 60_000, b"\xff\xfe", b"9" * 5000, b"a=1"])
def test_no_json_is_refused(files, body):
    assert ask(files, "POST", JOIN, body)[0] == 400


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 411),
        ({"content-length": "2", "transfer-encoding": "chunked"}, 411),
        ({"content-length": "-1"}, 411),
        ({"content-length": "1e3"}, 411),
        ({"content-length": "9" * 5000}, 413),
        ({"content-length": str(MAX_FORM + 1)}, 413),
    ],
)
@pytest.mark.parametrize("path", [JOIN, "/gradio_api/upload"])
def test_size_is_known_before_anything_is_read(files, path, headers, status):
    assert ask(files, "POST", path, b"{}", headers)[0] == status


def test_only_uploads_may_be_large(files):
    assert ask(files, "POST", JOIN, b" " * (MAX_BODY + 1))[0] == 413
    body = b" " * (MAX_BODY + 1)
    parts = {"content-length": str(len(body))}
    with files.room(2 * MAX_FORM - 2**17):
        assert ask(files, "POST", "/gradio_api/upload", body, parts)[0] == 507


def test_disconnected_visitor_is_no_error(files):
    status, answer = ask(files, "POST", JOIN, b"{}", {"content-length": "9"}, cut=True)
    assert status == 400 and b"cut off" in answer
