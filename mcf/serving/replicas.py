"""Copies of the models on Ray Serve, which batch what they are asked."""

import asyncio
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from ray import serve
from ray.exceptions import RayActorError, RayTaskError

from mcf.inference import FaceInferencer
from mcf.utils.ray_cluster import ray_cluster
from mcf.utils.request_body import RefusedError

from .answers import Answer, Upload, answer_uploads

OpenInferencer = Callable[[], FaceInferencer]
APPLICATION = "mcf"
WAIT = 0.005
"""Seconds for which a batch waits for one more image."""
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
        batch_size: Most images analysed together.
    """

    def __init__(self, open_inferencer: OpenInferencer, batch_size: int) -> None:
        self._inferencer = open_inferencer()
        self.answer.set_max_batch_size(batch_size)

    @serve.batch(batch_wait_timeout_s=WAIT, max_concurrent_batches=BATCHES)
    async def answer(self, uploads: list[Upload]) -> list[Answer]:
        """Answers of images; asked for one, it gets a batch of those that wait."""
        return await asyncio.to_thread(answer_uploads, self._inferencer, uploads)


@dataclass(frozen=True)
class Replicas:
    """Where replicas run, and how many.

    Attributes:
        count: How many.
        batch_size: Most images that one analyses together.
        waiting: Most images that one is given at a time; fewer than may wait in all
            make Ray Serve look for a free replica again and again.
        address: Of a running Ray cluster; None starts one on this machine.
        gpus: Of each.
    """

    count: int = 1
    batch_size: int = 16
    waiting: int = 256
    address: str | None = None
    gpus: int = 0

    def __post_init__(self) -> None:
        for name in ("count", "batch_size"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name}={getattr(self, name)} must be 1 or more")


class RunningReplicas:
    """Replicas that answer.

    Args:
        handle: Of the deployment.

    Attributes:
        retried: Images that were given to another replica since theirs had died.
    """

    def __init__(self, handle: serve.handle.DeploymentHandle) -> None:
        self._handle = handle
        self.retried = 0

    async def answer(self, upload: Upload) -> Answer:
        """Answer of one image, from whichever replica.

        Raises:
            RefusedError: If :data:`TRIES` replicas died, one after another.
        """
        for _ in range(TRIES):
            try:
                return await self._handle.answer.remote(upload)
            except RayActorError:
                self.retried += 1
        raise RefusedError(503, f"{TRIES} replicas died while they had this image")

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
            max_ongoing_requests=replicas.waiting,
            ray_actor_options=share,
            logging_config={"enable_access_log": False, "log_level": "ERROR"},
        )
        try:
            handle = serve.run(
                deployment.bind(open_inferencer, replicas.batch_size),
                name=APPLICATION,
                route_prefix=None,
            )
            yield RunningReplicas(handle)
        finally:
            serve.delete(APPLICATION)


def _try(open_inferencer: OpenInferencer) -> None:
    open_inferencer()
