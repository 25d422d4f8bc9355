"""`mcf serve` as users run it, on Ray: bounded, and on loopback."""

import asyncio
import os
import signal
import socket
import time

import pytest

pytest.importorskip("ray.serve")

from mcf.inference import FaceInferencer, FaceResult
from projects.serving.client import Tally, load, request, send
from projects.serving.measure import draw_photos
from projects.serving.service import running_service

pytestmark = pytest.mark.slow
COUNT = 60


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def test_answers_are_those_of_the_inferencer_through_death_and_end():
    photos = draw_photos(3)
    port = free_port()
    with running_service(port, "--batch-size", "4") as service:
        for photo, expected in zip(photos, FaceInferencer()(photos)):
            status, body = asyncio.run(send(port, request(photo)))
            result = FaceResult.from_json(body)
            assert status == 200 and len(result) == len(expected) == 1
            assert abs(result.boxes - expected.boxes).max() < 1e-3
            found, known = result.landmarks.points, expected.landmarks.points
            assert abs(found - known).max() < 1e-3

        tally = Tally()

        async def kill_under_load():
            asking = asyncio.ensure_future(
                load(port, photos, clients=10, count=COUNT, tally=tally)
            )
            while sum(tally.statuses.values()) < COUNT // 4:
                await asyncio.sleep(0.05)
            os.kill(service.replicas()[0], signal.SIGKILL)
            await asking

        asyncio.run(kill_under_load())
        assert tally.statuses == {200: COUNT}, tally.statuses

        tally, ended = Tally(), []

        async def end_under_load():
            asking = asyncio.ensure_future(
                load(port, photos, clients=10, count=COUNT * 10, tally=tally)
            )
            while sum(tally.statuses.values()) < COUNT // 4:
                await asyncio.sleep(0.05)
            await asyncio.sleep(1)
            ended.append(time.monotonic())
            service.process.send_signal(signal.SIGTERM)
            await asking

        asyncio.run(end_under_load())
        assert service.process.wait(120) == 143
        assert set(tally.statuses) <= {200, 0}
        assert not [sent for sent in tally.unanswered if sent < ended[0] - 1]
