from concurrent.futures import ThreadPoolExecutor, wait

from mcf.preparation.lock import locked


def test_second_holder_waits_for_the_first(tmp_path):
    path = tmp_path / "new" / "lock"

    def hold():
        with locked(path):
            return "mine"

    with ThreadPoolExecutor() as threads:
        with locked(path):
            second = threads.submit(hold)
            assert wait([second], timeout=0.2).not_done
        assert second.result(timeout=30) == "mine"
