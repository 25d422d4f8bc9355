import contextlib
from pathlib import Path

import pytest
from mmengine.runner import Runner

from mcf.engine.hooks import atomic_checkpoint_hook
from mcf.engine.hooks.atomic_checkpoint_hook import first_partial_save
from mcf.engine.latest_checkpoint import latest_checkpoint
from tests.test_engine.toy import toy_runner


def with_hook(work_dir, *, size=12, counts=1, **settings):
    checkpoint = dict(type="mcf.AtomicCheckpointHook", **settings)
    return toy_runner(
        work_dir, size=size, counts=counts, default_hooks=dict(checkpoint=checkpoint)
    )


def names(folder):
    return sorted(path.name for path in folder.glob("*.pth"))


@pytest.mark.parametrize(
    ("interval", "begin", "counts", "step"),
    [(4, 0, 2, None), (3, 0, 2, 3), (2, 0, 8, 2), (8, 4, 8, 4), (8, 8, 8, None)],
)
def test_first_save_inside_a_group(interval, begin, counts, step):
    found = first_partial_save(interval=interval, begin=begin, counts=counts)
    assert found == step


@pytest.mark.parametrize(
    "settings",
    [
        dict(interval=3, by_epoch=False),
        dict(interval=2, by_epoch=False, save_begin=1),
        dict(interval=1, by_epoch=True, size=10),  # 5 iterations an epoch
    ],
)
def test_saving_in_mid_accumulation_is_refused_before_training(tmp_path, settings):
    runner = with_hook(tmp_path, counts=2, **settings)
    with pytest.raises(ValueError, match="multiples of 2"):
        runner.train()
    assert runner.iter == 0
    assert names(tmp_path) == []


@pytest.mark.parametrize(
    "settings",
    [
        dict(interval=4, by_epoch=False),
        dict(interval=1, by_epoch=True),  # 6 iterations an epoch
        dict(interval=2, by_epoch=True, size=10),
        dict(interval=-1, by_epoch=True, size=10),
    ],
)
def test_saving_between_groups_is_accepted(tmp_path, settings):
    with_hook(tmp_path, counts=2, **settings).train()
    assert latest_checkpoint(tmp_path).is_file()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (dict(backend_args=dict(backend="petrel")), "local folders only"),
        (dict(intervall=3), "unknown settings.*intervall"),
    ],
)
def test_settings_without_effect_are_refused(tmp_path, settings, message):
    with pytest.raises(ValueError, match=message):
        with_hook(tmp_path, **settings).train()


def test_oldest_are_deleted_and_the_pointer_follows(tmp_path):
    with_hook(tmp_path, interval=3, by_epoch=False, max_keep_ckpts=2).train()
    assert names(tmp_path) == ["iter_12.pth", "iter_9.pth"]
    assert (tmp_path / "last_checkpoint").read_text() == str(tmp_path / "iter_12.pth")


class Killed(BaseException):
    pass


def test_there_is_always_a_complete_checkpoint(tmp_path, monkeypatch):
    """Whatever the call at which the process dies, the newest finished one is found."""
    calls = []

    def dies_at(function, at):
        def wrapped(*args, **kwargs):
            calls.append(function)
            if len(calls) == at:
                raise Killed
            return function(*args, **kwargs)

        return wrapped

    write, unlink = atomic_checkpoint_hook.write_atomically, Path.unlink
    for at in range(1, 12):
        calls.clear()
        work_dir = tmp_path / str(at)
        finished = []
        save = Runner.save_checkpoint

        def saving(self, *args, finished=finished, save=save, **kwargs):
            save(self, *args, **kwargs)
            finished.append(self.iter + 1)

        with monkeypatch.context() as patch:
            patch.setattr(
                atomic_checkpoint_hook, "write_atomically", dies_at(write, at)
            )
            patch.setattr(Path, "unlink", dies_at(unlink, at))
            patch.setattr(Runner, "save_checkpoint", dies_at(saving, at))
            runner = with_hook(work_dir, interval=3, by_epoch=False, max_keep_ckpts=1)
            with contextlib.suppress(Killed):
                runner.train()
        if not finished:
            assert latest_checkpoint(work_dir) is None
            continue
        pointed = latest_checkpoint(work_dir)
        assert pointed.name in {f"iter_{i}.pth" for i in finished[-2:]}
    assert len(calls) == 11  # the last run was never killed


def test_resumed_run_deletes_what_the_killed_one_could_not(tmp_path, monkeypatch):
    unlink = Path.unlink
    deleted = []

    def dies(self, missing_ok=False):
        deleted.append(self.name)
        raise Killed

    runner = with_hook(tmp_path, interval=3, by_epoch=False, max_keep_ckpts=1)
    monkeypatch.setattr(Path, "unlink", dies)
    with pytest.raises(Killed):
        runner.train()
    monkeypatch.setattr(Path, "unlink", unlink)
    assert deleted == ["iter_3.pth"]
    assert names(tmp_path) == ["iter_3.pth", "iter_6.pth"]
    hook = dict(
        type="mcf.AtomicCheckpointHook", interval=3, by_epoch=False, max_keep_ckpts=1
    )
    toy_runner(
        tmp_path,
        default_hooks=dict(checkpoint=hook),
        resume=True,
        load_from=str(latest_checkpoint(tmp_path)),
    ).train()
    assert names(tmp_path) == ["iter_12.pth"]
