"""A Ray cluster: a running one, or one on this machine for a while."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

LOOPBACK = "127.0.0.1"


@contextmanager
def ray_cluster(
    address: str | None = None, *, cpus: int | None = None
) -> Iterator[ModuleType]:
    """Connect to Ray, and disconnect in the end.

    A cluster of this machine listens on its loopback address only and tells nobody
    that it is used.

    Args:
        address: Of a running cluster; None starts one on this machine.
        cpus: Cores that the one on this machine offers; None are all.

    Yields:
        The package ``ray``.

    Raises:
        ImportError: If Ray is missing.
        ValueError: If there is no cluster at the address.
    """
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    os.environ.setdefault("RAY_worker_niceness", "0")  # as workers without Ray
    try:
        import ray
    except ImportError as error:
        raise ImportError("a Ray cluster needs `pip install ray`") from error
    settings: dict[str, object] = dict(address=address, log_to_driver=False)
    if address is None:
        settings |= dict(
            num_cpus=cpus, include_dashboard=False, _node_ip_address=LOOPBACK
        )
    try:
        ray.init(**settings)
        yield ray
    except ConnectionError as error:
        raise ValueError(f"no Ray cluster at {address!r}: {error}") from error
    finally:
        ray.shutdown()
