"""Copies of the models on Ray Serve."""

import asyncio
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from ray import serve
from ray.exceptions import RayActorError, RayTaskError

from mcf.inference import FaceInferencer
from mcf.utils.ray_cluster import ray_cluster

from .answers import Answer, Upload, answer_uploads
from .batches import Batches

OpenInferencer = Callable[[], FaceInferencer]
APPLICATION = "mcf"
BATCHES = 2
"""Of a replica at a time: one is decoded while another is in a network."""
LEAVING = 20.0
"""Seconds that a replica has to finish when Ray Serve takes it away."""
TRIES = 4
"""Replicas that an image is given to, one after another has died of whatever."""


@serve.deployment(name="Faces", graceful_shutdown_timeout_s=LEAVING)
class Faces:
    """A copy of the models; each of many lives in a process of its own.

    Args:
        open_inferencer: Loads the models.
    """

    def __init__(self, open_inferencer: OpenInferencer) -> None:
        self._inferencer = open_inferencer()

    async def answer(self, uploads: Sequence[Upload]) -> list[Answer]:
        """Answers of images, which are analysed together."""
        return await asyncio.to_thread(answer_uploads, self._inferencer, uploads)


@dataclass(frozen=True)
class Replicas:
    """Where replicas run, and how many.

    Attributes:
        count: How many.
        batch_size: Most images that one analyses together.
        address: Of a running Ray cluster; None starts one on this machine.
        gpus: Of each.
    """

    count: int = 1
    batch_size: int = 16
    address: str | None = None
    gpus: int = 0

    def __post_init__(self) -> None:
        for name in ("count", "batch_size"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name}={getattr(self, name)} must be 1 or more")


class RunningReplicas:
    """Replicas that answer.

    Images are gathered here and not by Ray Serve's own batching, to which they come so
    slowly on a busy machine that it gives on four at a time instead of sixteen.

    Args:
        handle: Of the deployment.
        replicas: How many there are.

    Attributes:
        retried: Images that were given to another replica since theirs had died.
    """

    def __init__(
        self, handle: serve.handle.DeploymentHandle, replicas: Replicas
    ) -> None:
        self._handle = handle
        self._batches = Batches(
            self._answer_all,
            size=replicas.batch_size,
            calls=BATCHES * replicas.count,
        )
        self.retried = 0

    async def answer(self, upload: Upload) -> Answer:
        """Answer of one image; status 503 if :data:`TRIES` replicas died with it."""
        return await self._batches.answer(upload)

    async def _answer_all(self, uploads: Sequence[Upload]) -> list[Answer]:
        try:
            return await self._handle.answer.remote(uploads)
        except RayActorError:  # from now on each alone: one of them may have done it
            return await asyncio.gather(*map(self._answer_alone, uploads))

    async def _answer_alone(self, upload: Upload) -> Answer:
        for _ in range(TRIES - 1):
            self.retried += 1
            try:
                return (await self._handle.answer.remote([upload]))[0]
            except RayActorError:
                continue
        return Answer(503, f"{TRIES} replicas died while they had this image")

    def running(self) -> int:
        """How many replicas answer; asks the cluster, which takes milliseconds."""
        deployments = serve.status().applications[APPLICATION].deployments
        return deployments["Faces"].replica_states.get("RUNNING", 0)


@contextmanager
def running_replicas(
    open_inferencer: OpenInferencer, replicas: Replicas
) -> Iterator[RunningReplicas]:
    """Start replicas, and stop them in the end.

    Args:
        open_inferencer: Loads the models, in the process of each replica.
        replicas: How many, and where.

    Raises:
        FileNotFoundError: If a model is missing, where the replicas run.
        ImportError: If a package is.
        ValueError: If a model does not fit, or there is no such cluster.
    """
    with ray_cluster(replicas.address) as ray:
        cores = int(ray.cluster_resources()["CPU"])
        share = dict(num_gpus=replicas.gpus, num_cpus=min(1, cores / replicas.count))
        # Tells what is wrong at once; Ray Serve would try replicas again and again.
        try:
            ray.get(ray.remote(**share)(_try).remote(open_inferencer))
        except RayTaskError as error:
            raise error.cause from error
        logging.getLogger("ray.serve").setLevel(logging.ERROR)
        serve.start(proxy_location="Disabled")  # requests come in by the app
        deployment = Faces.options(
            num_replicas=replicas.count,
            max_ongoing_requests=BATCHES + replicas.batch_size,
            ray_actor_options=share,
            logging_config={"enable_access_log": False, "log_level": "ERROR"},
        )
        try:
            handle = serve.run(
                deployment.bind(open_inferencer),
                name=APPLICATION,
                route_prefix=None,
            )
            yield RunningReplicas(handle, replicas)
        finally:
            serve.delete(APPLICATION)


def _try(open_inferencer: OpenInferencer) -> None:
    open_inferencer()
