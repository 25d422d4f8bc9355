"""Routes of the service; what stands before the replicas."""

import asyncio
import time
from collections.abc import Coroutine
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, TypeVar

from fastapi import FastAPI, Query, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

import mcf
from mcf.utils.request_body import RefusedError, body_length, whole_body

from .answers import OK, Answer, Upload
from .description import FACES, api_page
from .limits import Admission, Limits
from .metrics import Metrics

if TYPE_CHECKING:
    from .replicas import RunningReplicas

Value = TypeVar("Value")
AGAIN = {429: "1", 503: "5"}
"""Seconds after which a refused request may be tried again, by status."""
IMAGE = ("image/", "application/octet-stream")
"""How the content type of an upload begins; what it is, its bytes tell."""


def build_app(replicas: "RunningReplicas", limits: Limits) -> FastAPI:
    """The service as an ASGI app.

    Args:
        replicas: What analyses images.
        limits: What is refused.
    """
    admission = Admission(limits)
    metrics = Metrics(
        waiting=lambda: admission.waiting, retried=lambda: replicas.retried
    )
    app = FastAPI(title="MCF", version=mcf.__version__, docs_url=None, redoc_url=None)

    @app.post("/faces", **FACES)
    async def faces(
        request: Request,
        name: Annotated[str, Query(max_length=255)] = "upload",
    ) -> Response:
        """Find the faces of an image, which is the body of the request."""
        start = time.perf_counter()
        try:
            answer = await _answer(request, name, replicas, admission)
            if answer.status != OK:
                raise RefusedError(answer.status, answer.text)
        except RefusedError as error:
            metrics.requests.labels(error.status).inc()
            raise
        metrics.requests.labels(OK).inc()
        metrics.faces.inc(answer.faces)
        metrics.together.observe(answer.together)
        metrics.seconds.observe(time.perf_counter() - start)
        return Response(answer.text, media_type="application/json")

    @app.get("/health", responses={503: {"description": "no replica answers"}})
    async def health() -> JSONResponse:
        """Whether replicas answer; 503 if none does."""
        running = await asyncio.to_thread(replicas.running)
        state = {"replicas": running, "waiting": admission.waiting}
        return JSONResponse(state, OK if running else HTTPStatus.SERVICE_UNAVAILABLE)

    @app.get("/metrics", include_in_schema=False)
    async def numbers() -> Response:
        return Response(
            generate_latest(metrics.registry), media_type=CONTENT_TYPE_LATEST
        )

    @app.get("/", include_in_schema=False)
    async def page() -> HTMLResponse:
        return HTMLResponse(api_page(app.openapi()))

    @app.exception_handler(RefusedError)
    async def refused(request: Request, error: RefusedError) -> JSONResponse:
        headers = {"connection": "close"}  # the body may be unread
        if again := AGAIN.get(error.status):
            headers["retry-after"] = again
        return JSONResponse({"detail": str(error)}, error.status, headers)

    return app


async def _answer(
    request: Request, name: str, replicas: "RunningReplicas", admission: Admission
) -> Answer:
    """What the replicas say about the image in a request.

    Raises:
        RefusedError: If it is not let through, or comes or is answered too slowly.
    """
    limits = admission.limits
    kind = request.headers.get("content-type", IMAGE[-1])
    if not kind.lower().startswith(IMAGE):
        raise RefusedError(415, f"send the image itself as the body, not {kind[:60]}")
    size = body_length(request.scope["headers"], limits.bytes)
    with admission.place(size):
        content = await _in_time(
            whole_body(request.receive, size),
            limits.body_seconds,
            RefusedError(408, f"the image did not arrive in {limits.body_seconds:g} s"),
        )
        return await _in_time(
            replicas.answer(Upload(name, content)),
            limits.answer_seconds,
            RefusedError(504, f"no answer in {limits.answer_seconds:g} s"),
        )


async def _in_time(
    work: Coroutine[None, None, Value], seconds: float, late: RefusedError
) -> Value:
    try:
        return await asyncio.wait_for(work, seconds)
    except asyncio.TimeoutError:
        raise late from None
