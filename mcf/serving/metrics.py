"""Numbers of the service for Prometheus."""

from collections.abc import Callable

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
)

SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
BATCHES = (1, 2, 4, 8, 16, 32, 64)


class Metrics:
    """What has happened since the service began.

    Args:
        waiting: Tells the images that were accepted and are not answered.
        retried: Tells the images that were given to another replica.

    Attributes:
        registry: All of them, with memory and processor time of this process.
        requests: Requests for faces, by status.
        faces: Faces in answers.
        together: Images that were analysed in one batch, of each answer.
        seconds: From the end of the headers to the answer, of accepted images.
    """

    def __init__(
        self, *, waiting: Callable[[], int], retried: Callable[[], int]
    ) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.requests = Counter(
            "mcf_requests", "Requests for faces", ["status"], registry=self.registry
        )
        self.faces = Counter("mcf_faces", "Faces found", registry=self.registry)
        self.seconds = Histogram(
            "mcf_request_seconds",
            "Seconds from a request for faces to its answer",
            buckets=SECONDS,
            registry=self.registry,
        )
        self.together = Histogram(
            "mcf_batch_images",
            "Images analysed in one batch with an answered one",
            buckets=BATCHES,
            registry=self.registry,
        )
        Gauge(
            "mcf_waiting", "Images accepted and not answered", registry=self.registry
        ).set_function(waiting)
        Gauge(
            "mcf_retried",
            "Images given to another replica since theirs had died",
            registry=self.registry,
        ).set_function(retried)
