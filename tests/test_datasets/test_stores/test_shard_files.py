from pathlib import Path

from mcf.datasets.stores.shard_files import ShardFiles


def open_files():
    return len(list(Path("/proc/self/fd").iterdir()))


def test_open_files_stay_within_the_limit_and_reads_stay_right(tmp_path):
    paths = []
    for number in range(5):
        path = tmp_path / str(number)
        path.write_bytes(bytes(range(number, number + 10)))
        paths.append(str(path))
    before = open_files()
    files = ShardFiles(paths, limit=2)
    for number in [0, 1, 2, 3, 4, 0, 4, 2, 2]:
        assert files.read(number, 3, 2) == bytes([number + 3, number + 4])
        assert open_files() <= before + 2
    del files
    assert open_files() == before
