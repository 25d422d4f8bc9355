"""`mcf serve` as a process, and what it and its replicas use."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
STARTS = 180.0
"""Seconds that the service may take to start."""


class Service:
    """A running `mcf serve`.

    Args:
        process: Of the command.
        port: Where it listens.
    """

    def __init__(self, process: subprocess.Popen, port: int) -> None:
        self.process = process
        self.port = port

    def tree(self) -> dict[int, str]:
        """Command lines of the process and all below it, by process id."""
        parents, lines = {}, {}
        for folder in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
                parents[int(folder.name)] = int(fields[1])
                line = (folder / "cmdline").read_bytes().replace(b"\0", b" ")
                lines[int(folder.name)] = line.decode(errors="replace")
        below, last = {self.process.pid}, set()
        while below != last:
            last = set(below)
            below |= {pid for pid, parent in parents.items() if parent in below}
        return {pid: lines.get(pid, "") for pid in below}

    def replicas(self) -> list[int]:
        """Process ids of the replicas."""
        return [pid for pid, line in self.tree().items() if "ServeReplica" in line]

    def cpu(self) -> float:
        """Processor seconds of all its processes so far."""
        ticks = 0
        for pid in self.tree():
            with suppress(OSError):
                fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2]
                ticks += sum(map(int, fields.split()[11:13]))
        return ticks / TICKS

    def memory(self) -> tuple[float, float]:
        """MiB of the command itself, and of its replicas, without what is shared."""
        return _own(self.process.pid), sum(map(_own, self.replicas()))

    def stop(self) -> int:
        """End it by SIGTERM; its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(STARTS)


@contextmanager
def running_service(port: int, *options: str) -> Iterator[Service]:
    """Start `mcf serve`, and end it if it still runs.

    Raises:
        RuntimeError: If it does not start, with what it said.
    """
    words = [sys.executable, "-m", "mcf", "serve", "--port", str(port), *options]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        try:
            start = time.monotonic()
            line = process.stdout.readline()
            if not line.startswith("Open"):
                raise RuntimeError(f"the service did not start: {line}")
            print(f"started in {time.monotonic() - start:.1f} s", flush=True)
            yield Service(process, port)
        finally:
            if process.poll() is None:
                process.terminate()


def _own(pid: int) -> float:
    """MiB that a process does not share."""
    with suppress(OSError):
        fields = Path(f"/proc/{pid}/statm").read_text().split()
        return (int(fields[1]) - int(fields[2])) * PAGE / 2**20
    return 0.0
