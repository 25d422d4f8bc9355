"""Load `mcf serve` and break it: rates, waiting times, failures, memory.

Only this machine is asked, by its loopback address, and every loop is bounded. Other
work on the machine slows the service and the offline rate beside it alike, so that
ratios are the numbers to look at. From a checkout: python -m projects.serving.measure
"""

import argparse
import asyncio
import os
import signal
import time
from collections.abc import Callable

import cv2
import numpy as np

from mcf.drawn_faces.lifelike import draw_lifelike
from mcf.inference import FaceInferencer

from .client import HOST, Tally, load, read_answer, request, send
from .service import Service, running_service

CLIENTS = 200
SLOW = 50
"""Of each kind of slow client."""


def draw_photos(count: int) -> list[bytes]:
    """JPEG files, 640 x 480, each with a drawn face."""
    photos = []
    for seed in range(count):
        photo = np.full((480, 640, 3), (90, 120, 100), np.uint8)
        photo[90:390, 170:470] = draw_lifelike(seed, 300).image[..., ::-1]
        photos.append(cv2.imencode(".jpg", photo)[1].tobytes())
    return photos


def rates(service: Service, photos: list[bytes], images: int, rounds: int) -> None:
    """Rate of the service beside that of the same models without it, in turns."""
    inferencer = FaceInferencer()
    todo = [photos[i % len(photos)] for i in range(images)]
    offline, served, seconds = [], [], []
    run_load(service, photos, images // 2)  # both warm
    [result.to_json() for result in inferencer.stream(todo[: images // 4])]
    for _ in range(rounds):
        start, spent = time.perf_counter(), time.process_time()
        [result.to_json() for result in inferencer.stream(todo)]
        taken = time.perf_counter() - start
        offline.append((images / taken, (time.process_time() - spent) / images))
        start, spent = time.perf_counter(), service.cpu()
        tally = run_load(service, photos, images)
        taken = time.perf_counter() - start
        served.append((images / taken, (service.cpu() - spent) / images))
        seconds += tally.seconds
        if tally.statuses != {200: images}:
            raise RuntimeError(f"not all were answered: {tally.statuses}")
    one, two = np.median(offline, 0), np.median(served, 0)
    p50, p99 = np.percentile(seconds, (50, 99))
    print(f"offline: {one[0]:.1f} images/s, {1000 * one[1]:.0f} ms of processor each")
    print(f"service: {two[0]:.1f} images/s, {1000 * two[1]:.0f} ms of processor each")
    print(f"         rate {two[0] / one[0]:.1%}, processor {two[1] / one[1]:.1%}")
    print(f"         {CLIENTS} clients: p50 {p50:.2f} s, p99 {p99:.2f} s")
    few = run_load(service, photos, min(images, 50), clients=1).seconds
    p50, p99 = np.percentile(few, (50, 99))
    print(f"         1 client: p50 {1000 * p50:.0f} ms, p99 {1000 * p99:.0f} ms")


def run_load(
    service: Service, photos: list[bytes], images: int, *, clients: int = CLIENTS
) -> Tally:
    """What becomes of so many images."""
    tally = Tally()
    asyncio.run(load(service.port, photos, clients=clients, count=images, tally=tally))
    return tally


def malformed(service: Service, photos: list[bytes]) -> None:
    """Bodies and requests that are none; each has an answer, and a good one too."""
    rng, tally = np.random.default_rng(0), Tally()
    good = photos[0]
    kinds: list[Callable[[], bytes]] = [
        lambda: request(rng.bytes(int(rng.integers(1, 4000)))),
        lambda: request(good[: int(rng.integers(1, len(good)))]),
        lambda: request(b""),
        lambda: request(good, kind="multipart/form-data; boundary=x"),
        lambda: request(good).replace(b"content-length: ", b"content-length: 9" * 3),
        lambda: request(good).replace(b"content-length", b"transfer-encoding: chunked"),
        lambda: rng.bytes(300) + b"\r\n\r\n",
        lambda: b"GET /../../etc/passwd HTTP/1.1\r\nhost: x\r\n\r\n",
        lambda: b"POST /faces HTTP/1.1\r\nhost: x\r\n\r\n",
        lambda: b"POST /faces?name=" + b"a" * 100_000 + b" HTTP/1.1\r\n\r\n",
    ]

    async def ask() -> None:
        for _ in range(20):
            answers = [send(service.port, kind()) for kind in kinds]
            for status, _ in await asyncio.gather(*answers):
                tally.count(status)
        status, _ = await send(service.port, request(good))
        print(f"malformed: {dict(sorted(tally.statuses.items()))}; then {status}")

    asyncio.run(ask())


def slow(service: Service, photos: list[bytes]) -> None:
    """Clients that send a byte a second, or nothing, while others ask."""
    whole = request(photos[0])
    head = whole.index(b"\r\n\r\n")

    async def crawl(sent: int) -> tuple[int, float]:
        """Status, and seconds until the service gave it up."""
        start = time.monotonic()
        reader, writer = await asyncio.open_connection(HOST, service.port)
        writer.write(whole[:sent])
        answer = asyncio.ensure_future(read_answer(reader))
        try:
            for place in range(sent, sent + 60):
                done, _ = await asyncio.wait([answer], timeout=1)
                if done:
                    return answer.result()[0], time.monotonic() - start
                writer.write(whole[place : place + 1])
        except (ConnectionError, asyncio.IncompleteReadError):
            return 0, time.monotonic() - start
        finally:
            answer.cancel()
            writer.close()
        return -1, time.monotonic() - start

    async def ask() -> None:
        crawling = [
            asyncio.ensure_future(crawl(sent))
            for sent in (0, head - 20, head + 4) * SLOW
        ]
        await asyncio.sleep(2)
        tally = Tally()
        await load(service.port, photos, clients=20, count=60, tally=tally)
        ended = await asyncio.gather(*crawling)
        for kind, name in enumerate(("nothing", "headers", "body")):
            of_kind = ended[kind::3]
            statuses = sorted({status for status, _ in of_kind})
            longest = max(seconds for _, seconds in of_kind)
            print(
                f"slow {name}: {len(of_kind)} clients, statuses {statuses} (0: closed),"
                f" the last after {longest:.0f} s"
            )
        print(f"  beside them: {tally.statuses}, p99 {max(tally.seconds):.2f} s")

    asyncio.run(ask())


def killed(service: Service, photos: list[bytes]) -> None:
    """A replica killed under load."""
    tally = Tally()

    async def ask() -> None:
        asking = asyncio.ensure_future(
            load(service.port, photos, clients=CLIENTS, count=3 * CLIENTS, tally=tally)
        )
        while sum(tally.statuses.values()) < CLIENTS:
            await asyncio.sleep(0.1)
        before = service.replicas()
        os.kill(before[0], signal.SIGKILL)
        await asking
        _, metrics = await send(
            service.port, b"GET /metrics HTTP/1.1\r\nhost: x\r\n\r\n"
        )
        (again,) = (
            line.split()[1]
            for line in metrics.decode().splitlines()
            if line.startswith("mcf_retried ")
        )
        print(
            f"killed 1 of {len(before)} replicas: {tally.statuses}, given to another "
            f"replica: {float(again):.0f}, longest {max(tally.seconds):.1f} s"
        )

    asyncio.run(ask())


def memory(service: Service, photos: list[bytes], images: int) -> None:
    """Memory after each of five loads."""
    for part in range(6):
        front, replicas = service.memory()
        print(
            f"memory after {part * images} more images: command {front:.0f} MiB, "
            f"replicas {replicas:.0f} MiB"
        )
        if part < 5:
            run_load(service, photos, images)


def stopped(service: Service, photos: list[bytes]) -> None:
    """SIGTERM under load: what was sent whole a second before is answered."""
    tally, told = Tally(), []

    async def ask() -> None:
        asking = asyncio.ensure_future(
            load(service.port, photos, clients=CLIENTS, count=3 * CLIENTS, tally=tally)
        )
        while sum(tally.statuses.values()) < CLIENTS:
            await asyncio.sleep(0.1)
        await asyncio.sleep(1)
        told.append(time.monotonic())
        service.process.send_signal(signal.SIGTERM)
        await asking

    asyncio.run(ask())
    code = service.process.wait(60)
    lost = sum(sent < told[0] - 1 for sent in tally.unanswered)
    print(
        f"SIGTERM under load: {tally.statuses}; exit code {code}; of those sent a "
        f"second before it or earlier {lost} had no answer"
    )


def main(argv: list[str] | None = None) -> None:
    """Run all parts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8765)
    parser.add_argument("--images", type=int, default=400, help="in one round")
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args(argv)
    photos = draw_photos(16)
    with running_service(args.port) as service:
        rates(service, photos, args.images, args.rounds)
        malformed(service, photos)
        slow(service, photos)
        memory(service, photos, args.images)
        stopped(service, photos)
    with running_service(args.port, "--workers", "2") as service:
        killed(service, photos)


if __name__ == "__main__":
    main()
