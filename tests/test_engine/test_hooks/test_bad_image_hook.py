import json
import logging
from types import SimpleNamespace

import pytest
from mmengine.structures import BaseDataElement

from mcf.engine.hooks.bad_image_hook import BadImageHook
from mcf.registry import HOOKS
from tests.distributed import run_on_two_ranks
from tests.test_datasets.face_files import encode, smooth_image
from tests.test_engine.toy import toy_runner


class Log(logging.Handler):
    def __init__(self):
        super().__init__()
        self.messages = []

    def emit(self, record):
        self.messages.append(record.getMessage())


def make_runner(work_dir):
    logger = logging.getLogger(f"bad-images-{work_dir}")
    logger.propagate = False
    log = Log()
    logger.handlers = [log]
    return SimpleNamespace(
        work_dir=str(work_dir), iter=0, logger=logger, messages=log.messages
    )


def batch(*bad_images):
    """Batch of one sample for each list of bad images."""
    samples = [
        BaseDataElement(metainfo={"bad_images": list(bad)}) for bad in bad_images
    ]
    return {"data_samples": samples}


def feed(hook, runner, batches):
    for number, data_batch in enumerate(batches):
        hook.after_train_iter(runner, number, data_batch)
        runner.iter += 1


def lines(work_dir):
    path = work_dir / "bad_images.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()]


EMPTY = ("a.jpg", "empty: zero bytes")
SMALL = ("b.jpg", "too small: 1x1, a side is below 16")


def test_each_name_is_written_once_with_reason_and_iteration(tmp_path):
    hook, runner = BadImageHook(), make_runner(tmp_path)
    hook.before_train(runner)
    feed(hook, runner, [batch([], [EMPTY]), batch([]), batch([EMPTY, SMALL])])
    assert lines(tmp_path) == [
        {"name": "a.jpg", "reason": EMPTY[1], "iter": 1},
        {"name": "b.jpg", "reason": SMALL[1], "iter": 3},
    ]


def test_name_repeated_within_a_batch_is_written_once(tmp_path):
    hook, runner = BadImageHook(), make_runner(tmp_path)
    feed(hook, runner, [batch([EMPTY, EMPTY], [EMPTY])])
    assert len(lines(tmp_path)) == 1


def test_nothing_is_written_or_logged_without_bad_images(tmp_path):
    hook, runner = BadImageHook(interval=1), make_runner(tmp_path)
    feed(hook, runner, [batch([], [])] * 3)
    hook.after_train_epoch(runner)
    assert runner.messages == []
    assert not (tmp_path / "bad_images.jsonl").exists()


def test_resumed_run_adds_new_names_only_and_drops_a_cut_line(tmp_path):
    first, runner = BadImageHook(), make_runner(tmp_path)
    feed(first, runner, [batch([EMPTY])])
    with (tmp_path / "bad_images.jsonl").open("a") as file:
        file.write('{"name": "cut')
    resumed = BadImageHook()
    resumed.before_train(runner)
    feed(resumed, runner, [batch([EMPTY, SMALL])])
    assert [line["name"] for line in lines(tmp_path)] == ["a.jpg", "b.jpg"]


def test_warning_counts_by_reason_and_lists_the_new_names(tmp_path):
    hook, runner = BadImageHook(interval=2), make_runner(tmp_path)
    bad = [(f"{i}.jpg", "damaged: cut (OSError)") for i in range(12)]
    feed(hook, runner, [batch([EMPTY]), batch(bad), batch([]), batch([])])
    (message,) = runner.messages
    assert "13 of 15 images drawn are bad (86.67 %: 12 damaged, 1 empty)" in message
    assert "a.jpg: empty: zero bytes" in message
    assert "8.jpg: damaged: cut" in message
    assert "9.jpg" not in message
    assert "and 3 more" in message
    assert str(tmp_path / "bad_images.jsonl") in message


def test_rest_of_an_epoch_is_reported_at_its_end(tmp_path):
    hook, runner = BadImageHook(interval=50), make_runner(tmp_path)
    feed(hook, runner, [batch([EMPTY])])
    assert runner.messages == []
    hook.after_train_epoch(runner)
    assert len(runner.messages) == 1


def test_share_above_the_limit_stops_the_run_and_names_the_file(tmp_path):
    hook = BadImageHook(max_share=0.25, min_seen=8)
    runner = make_runner(tmp_path)
    feed(hook, runner, [batch([], [EMPTY, EMPTY])])  # 2 of 4, too few to judge
    feed(hook, runner, [batch([], [], [], [])])  # 2 of 8: at the limit, not above
    with pytest.raises(RuntimeError, match=r"3 of 10 .*max_share=0.25.*\.jsonl"):
        feed(hook, runner, [batch([SMALL])])
    assert any("b.jpg" in message for message in runner.messages)


def test_samples_without_the_record_are_an_error_with_the_remedy(tmp_path):
    with pytest.raises(ValueError, match="meta_keys"):
        feed(
            BadImageHook(),
            make_runner(tmp_path),
            [{"data_samples": [BaseDataElement()]}],
        )


@pytest.mark.parametrize("options", [dict(max_share=1.5), dict(interval=0)])
def test_settings_out_of_range_are_errors(options):
    with pytest.raises(ValueError, match="max_share is"):
        HOOKS.build(dict(type="mcf.BadImageHook", **options))


def faces_runner(work_dir, folder, **hook):
    """Runner over a folder of eight images, the batch size two."""
    pipeline = [
        dict(type="mcf.DecodeImage"),
        dict(type="mmpretrain.PackInputs", meta_keys=("bad_images",)),
    ]
    dataset = dict(
        type="mcf.SeededDataset",
        dataset=dict(
            type="mcf.FaceImages",
            store=dict(type="mcf.FolderStore", root=str(folder)),
            pipeline=pipeline,
        ),
    )
    return toy_runner(
        work_dir,
        train_dataloader=dict(
            dataset=dataset,
            sampler=dict(type="mcf.SeededSampler"),
            batch_size=2,
            num_workers=1,
            collate_fn=dict(type="default_collate"),
        ),
        custom_hooks=[dict(type="mcf.BadImageHook", **hook)],
    )


@pytest.fixture
def broken_faces(tmp_path):
    """Eight images, two of them broken."""
    folder = tmp_path / "faces"
    folder.mkdir()
    for seed in range(8):
        (folder / f"{seed}.jpg").write_bytes(encode(smooth_image(seed)))
    (folder / "2.jpg").write_bytes(b"")
    (folder / "6.jpg").write_bytes(b"no image")
    return folder


def test_training_goes_on_over_bad_images_and_lists_them(tmp_path, broken_faces):
    runner = faces_runner(tmp_path / "run", broken_faces, max_share=0.9)
    runner.train()
    assert runner.iter == 8
    written = {line["name"]: line["reason"] for line in lines(tmp_path / "run")}
    assert written == {
        "2.jpg": "empty: zero bytes",
        "6.jpg": "not an image: of no supported format",
    }
    (log,) = (tmp_path / "run").glob("*/*.log")
    assert "2.jpg: empty: zero bytes" in log.read_text()


def test_training_on_too_many_bad_images_ends(tmp_path, broken_faces):
    runner = faces_runner(tmp_path / "run", broken_faces, max_share=0.1, min_seen=8)
    with pytest.raises(RuntimeError, match="repair or remove them"):
        runner.train()
    assert runner.iter < 8


def account_of_rank(rank, work_dir, max_share):
    """Warnings of a rank that meets an image of its own and one that both meet."""
    work_dir.mkdir(exist_ok=True)
    hook = BadImageHook(max_share=max_share, min_seen=6, interval=3)
    runner = make_runner(work_dir)
    hook.before_train(runner)
    own = (f"{rank}.jpg", "empty: zero bytes")
    feed(hook, runner, [batch([own]), batch([EMPTY])])
    assert not (work_dir / "bad_images.jsonl").exists()
    feed(hook, runner, [batch([])] * 3)
    hook.after_train_epoch(runner)
    return runner.messages


def both_accounts(rank, work_dir):
    messages = account_of_rank(rank, work_dir / "within", 0.5)
    with pytest.raises(RuntimeError) as stop:
        account_of_rank(rank, work_dir / "above", 0.1)
    return messages, str(stop.value)


def test_two_ranks_add_up_stop_together_and_rank_0_writes(tmp_path):
    (messages, stop), (others, other_stop) = run_on_two_ranks(both_accounts, tmp_path)
    names = sorted(line["name"] for line in lines(tmp_path / "within"))
    assert names == ["0.jpg", "1.jpg", "a.jpg"]
    assert len(messages) == 1
    assert "4 of 10 images" in messages[0]
    assert others == []
    assert stop == other_stop
    assert "4 of 10 images" in stop
