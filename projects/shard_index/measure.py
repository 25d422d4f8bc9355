"""Opening a store of tar shards with an index: seconds, and memory a process.

The shards are sparse files, their index is written as `mcf pack --to index` writes it,
with names of 20 bytes; no image is read. Run from a checkout:
python -m projects.shard_index.measure --images 20000000
"""

import argparse
import multiprocessing
import os
import tempfile
import time
from collections import Counter
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from pathlib import Path

import numpy as np

from mcf.datasets.stores import IMAGE_SUFFIXES, TarStore
from mcf.datasets.stores.name_table import NameTable
from mcf.datasets.stores.shard_index import INDEX, ShardIndex

BYTES = 10_240
"""Of an image, with its header."""
SHARD = 10_000
RANKS, LOADERS, READS = 2, 4, 100_000
MIB = 2**20


def simulate(folder: Path, images: int) -> None:
    """Sparse shards, and their index."""
    count = -(-images // SHARD)
    shards = [str(folder / f"faces-{number:05d}.tar") for number in range(count)]
    for shard in shards:
        Path(shard).touch()
        os.truncate(shard, SHARD * BYTES + 1024)
    numbers = np.arange(images)
    blob = np.frombuffer(b"faces/" + b"0" * 10 + b".jpg", np.uint8)
    names = np.tile(blob, (images, 1))
    for digit in range(10):
        names[:, 6 + digit] = ord("0") + numbers // 10 ** (9 - digit) % 10
    places = np.stack([numbers // SHARD, numbers % SHARD * BYTES + 512], 1)
    places = np.concatenate([places, np.full((images, 1), BYTES - 512)], 1)
    ends = np.arange(images + 1) * names.shape[1]
    table = NameTable.of(names.reshape(-1), ends)
    ShardIndex(table, places, Counter()).write(folder / INDEX, shards, IMAGE_SUFFIXES)


def forget(folder: Path) -> None:
    """Let the system read the files from the disk again."""
    for path in folder.rglob("*.*"):
        if path.is_file():
            descriptor = os.open(path, os.O_RDONLY)
            os.fsync(descriptor)
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(descriptor)


def memory() -> tuple[float, float]:
    """MiB of this process alone, and of what it shares with others or with files."""
    text = Path("/proc/self/smaps_rollup").read_text().splitlines()[1:]
    sizes = {line.split(":")[0]: int(line.split()[1]) / 1024 for line in text}
    alone = sizes["Private_Dirty"]  # clean pages are those of files
    return alone, sizes["Rss"] - alone


def open_store(folder: Path, barrier: Barrier, told: Queue) -> None:
    """A rank: opens the store; then its loaders look up places."""
    before, _ = memory()
    barrier.wait()
    start, spent = time.perf_counter(), time.process_time()
    store = TarStore(f"{folder}/*.tar")
    taken = time.perf_counter() - start
    spent = time.process_time() - spent
    alone, shared = memory()
    with multiprocessing.get_context("fork").Pool(
        LOADERS, initializer=_take, initargs=(store,)
    ) as pool:
        loaders = pool.map(_look_up, range(LOADERS), chunksize=1)
    told.put((len(store), taken, spent, alone - before, shared, loaders))


def _take(store: TarStore) -> None:
    global STORE  # of a process of a pool
    STORE = store


def _look_up(seed: int) -> float:
    """MiB that a loader has for itself after many looks."""
    before, _ = memory()
    for index in np.random.default_rng(seed).integers(len(STORE), size=READS):
        STORE.name(int(index))
        STORE._index.places[index].tolist()
    return memory()[0] - before


def main(argv: list[str] | None = None) -> None:
    """Simulate, open, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=int, default=20_000_000)
    args = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        simulate(folder, args.images)
        size = sum(path.stat().st_size for path in (folder / INDEX).iterdir())
        print(f"index of {args.images:,} images: {size / MIB:.0f} MiB")
        context = multiprocessing.get_context("spawn")
        for kind in ("cold", "warm"):
            if kind == "cold":
                forget(folder)
            barrier, told = context.Barrier(RANKS), context.Queue()
            ranks = [
                context.Process(target=open_store, args=(folder, barrier, told))
                for _ in range(RANKS)
            ]
            for rank in ranks:
                rank.start()
            for _ in ranks:
                images, taken, spent, alone, shared, loaders = told.get()
                print(
                    f"{kind}: {images:,} images open in {taken:.1f} s ({spent:.1f} s "
                    f"of processor); memory of its own {alone:.0f} MiB, mapped and "
                    f"shared {shared:.0f} MiB; each of {LOADERS} loaders after "
                    f"{READS:,} looks {max(loaders):.1f} MiB of its own"
                )
            for rank in ranks:
                rank.join()


if __name__ == "__main__":
    main()
