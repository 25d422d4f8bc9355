"""The server on a loopback port, with an app that takes its time."""

import asyncio
import socket

import pytest

pytest.importorskip("uvicorn")
pytest.importorskip("fastapi")

from fastapi import FastAPI, Response

from mcf.serving import server

GET = b"GET / HTTP/1.1\r\nhost: x\r\n\r\n"


def app():
    app = FastAPI()

    @app.get("/")
    async def slow() -> str:
        await asyncio.sleep(0.5)
        return "done"

    @app.get("/large")
    async def large() -> Response:
        return Response(b"0" * 50_000_000)

    return app


def run(visit, monkeypatch):
    """Result of a coroutine that is given a running server and its port."""
    monkeypatch.setattr(server, "PATIENCE", 0.2)

    async def serve():
        running = server.make_server(app())
        with server.listen("127.0.0.1", 0) as bound:
            task = asyncio.ensure_future(running.serve(sockets=[bound]))
            try:
                while not running.started:
                    await asyncio.sleep(0.01)
                return await visit(running, bound.getsockname()[1])
            finally:
                running.should_exit = True
                await task

    return asyncio.run(asyncio.wait_for(serve(), 60))


async def connect(port, message):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(message)
    return reader, writer


def test_accepted_request_is_answered_after_the_end_is_asked_for(monkeypatch):
    async def visit(running, port):
        reader, _ = await connect(port, GET)
        await asyncio.sleep(0.2)
        running.should_exit = True
        return await reader.read()

    assert run(visit, monkeypatch).endswith(b'"done"')


@pytest.mark.parametrize("sent", [b"", GET[:10], GET + GET[:10]])
def test_connection_without_whole_headers_is_closed(monkeypatch, sent):
    async def visit(running, port):
        reader, writer = await connect(port, sent)
        answer = asyncio.ensure_future(reader.read())
        for _ in range(100):
            if (await asyncio.wait([answer], timeout=0.1))[0]:
                answer.exception()  # the connection was reset, or ended
                return True
            writer.write(b"a")  # a little more keeps no connection
        return False

    assert run(visit, monkeypatch)


def test_slow_answer_is_waited_for(monkeypatch):
    async def visit(running, port):
        reader, writer = await connect(port, GET)
        answer = await reader.readuntil(b'"done"')
        writer.close()
        return answer

    assert b"200 OK" in run(visit, monkeypatch)


def test_visitor_who_does_not_read_is_let_go(monkeypatch):
    async def visit(running, port):
        with socket.create_connection(("127.0.0.1", port)) as visitor:
            visitor.sendall(GET.replace(b"/ ", b"/large ", 1))
            there = False
            for _ in range(200):
                await asyncio.sleep(0.05)
                if there and not running.server_state.connections:
                    return True
                there = there or bool(running.server_state.connections)
        return False

    assert run(visit, monkeypatch)


def test_taken_port_is_told_before_anything_loads():
    with server.listen("127.0.0.1", 0) as bound:
        bound.listen()
        with pytest.raises(OSError, match="in use"):
            server.listen("127.0.0.1", bound.getsockname()[1])
