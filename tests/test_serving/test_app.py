"""The app alone, before replicas that answer at once."""

import asyncio
import json

import pytest

pytest.importorskip("fastapi")
pytest.importorskip("prometheus_client")

from mcf.serving.answers import Answer
from mcf.serving.app import build_app
from mcf.serving.description import REFUSALS
from mcf.serving.limits import Limits
from mcf.utils.request_body import RefusedError

LIMITS = Limits(bytes=100, waiting=2, body_seconds=0.2, answer_seconds=0.2)


class Replicas:
    """Stand-in: answers with the length of the image, unless it is a word."""

    retried = 3
    alive = 1

    async def answer(self, upload):
        if upload.content == b"damaged":
            return Answer(422, "damaged: cut off")
        if upload.content == b"deadly":
            raise RefusedError(503, "replicas died")
        if upload.content == b"endless":
            await asyncio.sleep(60)
        return Answer(200, json.dumps([upload.name, len(upload.content)]), 2)

    def running(self):
        return self.alive


@pytest.fixture
def app():
    return build_app(Replicas(), LIMITS)


async def ask(app, method, path, body=b"", headers=None, stalls=False):
    """Status, headers and body of the answer."""
    sent, parts = [], [body]
    path, _, query = path.partition("?")

    async def receive():
        if not parts or stalls:
            await asyncio.sleep(60)
        return {"type": "http.request", "body": parts.pop(), "more_body": False}

    async def send(message):
        sent.append(message)

    told = {"content-length": str(len(body)), "content-type": "image/png"}
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": query.encode(),
        "headers": [
            (name.encode(), value.encode())
            for name, value in (told | (headers or {})).items()
            if value is not None
        ],
    }
    await app(scope, receive, send)
    answer = b"".join(message.get("body", b"") for message in sent[1:])
    told = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], told, answer


def run(*words, **settings):
    return asyncio.run(ask(*words, **settings))


def test_image_is_answered_with_its_result(app):
    status, headers, body = run(app, "POST", "/faces?name=a.png", b"12345")
    assert (status, json.loads(body)) == (200, ["a.png", 5])
    assert headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    ("body", "headers", "status", "detail"),
    [
        (b"1", {"content-type": "multipart/form-data; boundary=x"}, 415, "itself"),
        (b"1", {"content-type": "application/json"}, 415, "itself"),
        (b"1" * 101, {}, 413, "too large"),
        (b"1", {"content-length": "9" * 500}, 413, "too large"),
        (b"1", {"content-length": None}, 411, "length"),
        (b"1", {"transfer-encoding": "chunked"}, 411, "length"),
        (b"damaged", {}, 422, "cut off"),
        (b"deadly", {}, 503, "died"),
        (b"endless", {}, 504, "no answer in 0.2 s"),
    ],
)
def test_refusal_tells_why_and_closes_the_connection(
    app, body, headers, status, detail
):
    found, told, answer = run(app, "POST", "/faces", body, headers)
    assert found == status and detail in json.loads(answer)["detail"]
    assert told["connection"] == "close" and status in REFUSALS
    assert ("retry-after" in told) == (status == 503)
    numbers = run(app, "GET", "/metrics")[2].decode()
    assert f'mcf_requests_total{{status="{status}"}} 1.0' in numbers
    assert "mcf_waiting 0.0" in numbers


def test_body_that_does_not_come_is_given_up(app):
    status, _, answer = run(app, "POST", "/faces", b"1", stalls=True)
    assert status == 408 and b"did not arrive in 0.2 s" in answer


def test_more_than_may_wait_are_told_to_come_again(app):
    async def crowd():
        return await asyncio.gather(
            *(ask(app, "POST", "/faces", b"endless") for _ in range(3))
        )

    found = asyncio.run(crowd())
    assert sorted(status for status, _, _ in found) == [429, 504, 504]
    (headers,) = (headers for status, headers, _ in found if status == 429)
    assert headers["retry-after"] == "1"


def test_health_follows_the_replicas(app, monkeypatch):
    status, _, body = run(app, "GET", "/health")
    assert (status, json.loads(body)) == (200, {"replicas": 1, "waiting": 0})
    monkeypatch.setattr(Replicas, "alive", 0)
    assert run(app, "GET", "/health")[0] == 503


def test_metrics_count_faces_and_times(app):
    run(app, "POST", "/faces", b"1")
    run(app, "POST", "/faces", b"2")
    _, headers, body = run(app, "GET", "/metrics")
    lines = body.decode().splitlines()
    assert headers["content-type"].startswith("text/plain; version=")
    for line in ("mcf_faces_total 4.0", "mcf_retried 3.0"):
        assert line in lines
    assert "mcf_request_seconds_count 2.0" in lines
    assert 'mcf_batch_images_bucket{le="1.0"} 2.0' in lines


def test_description_tells_every_status_and_loads_nothing_from_elsewhere(app):
    description = json.loads(run(app, "GET", "/openapi.json")[2])
    route = description["paths"]["/faces"]["post"]
    assert {*map(str, REFUSALS), "200"} <= set(route["responses"])
    assert set(route["requestBody"]["content"]) == {
        "image/*",
        "application/octet-stream",
    }
    page = run(app, "GET", "/")[2].decode()
    assert "POST /faces" in page and "GET /health" in page
    assert "http://" not in page and "https://" not in page and "src=" not in page


def test_what_is_not_there_is_not_found(app):
    for path in ("/docs", "/redoc", "/etc/passwd", "/faces/../x"):
        assert run(app, "GET", path)[0] == 404
    assert run(app, "GET", "/faces")[0] == 405
    assert run(app, "POST", "/faces?name=" + "a" * 300, b"1")[0] == 422
