import pytest
import torch
from mmengine.config import Config

from projects.step_benchmark.scaling import with_image_size, with_mask_ratio
from projects.step_benchmark.step import WAYS, Step, compare_steps, peak_of_allocations
from tests.test_engine.tiny_run import write_run

SETTINGS = (4, torch.device("cpu"), torch.float32)


@pytest.fixture
def cfg(tmp_path):
    return Config.fromfile(write_run(tmp_path))


def flops(cfg):
    return Step(cfg.to_dict(), "plain", *SETTINGS).first()[1]


def test_both_ways_have_the_same_losses_for_several_steps(cfg):
    plain, ours = (Step(cfg.to_dict(), way, *SETTINGS) for way in WAYS)
    for seed in range(3):
        losses = []
        for step in (plain, ours):
            torch.manual_seed(seed)
            losses.append(step())
        assert losses[0] == pytest.approx(losses[1], rel=1e-3)
        assert set(losses[0]) == {"loss_feature", "loss_contrastive"}


def test_processes_report_rates_that_follow_from_the_median(cfg):
    reports, parts = compare_steps(
        cfg, batch_size=4, device=torch.device("cpu"), dtype=torch.float32, repeats=2
    )
    for report in reports.values():
        assert report.images_per_s == pytest.approx(4 / report.timing.median)
        assert report.flops_per_s == pytest.approx(report.flops * report.images_per_s)
        assert report.memory > 0
    assert reports["mcf"].losses == pytest.approx(reports["plain"].losses, rel=1e-5)
    assert [*parts] == [
        "backbone",
        "decoder",
        "teacher",
        "momentum",
        "contrast",
        "optimiser",
    ]
    assert all(timing.median > 0 for timing in parts.values())


def test_teacher_needs_no_file(cfg):
    cfg.model.target_generator.checkpoint = "nowhere.pth"
    assert flops(cfg) > 0


def test_work_grows_with_the_image_and_with_what_is_seen(cfg):
    assert 3.5 < flops(with_image_size(cfg, 64)) / flops(cfg) < 8
    assert flops(with_mask_ratio(cfg, 0.5)) > flops(cfg)


def test_peak_of_allocations_is_the_largest_sum_held_at_once():
    def hold():
        first = torch.empty(1_000_000)
        del first
        second = torch.empty(2_000_000)
        third = torch.empty(500_000)
        return second, third

    assert peak_of_allocations(hold) == 4 * 2_500_000


def test_chunks_take_less_memory(cfg):
    cfg.model.backbone.drop_path_rate = 0
    whole = Step(cfg.to_dict(), "mcf", 32, *SETTINGS[1:])
    cfg.model.chunk_size = 4
    chunks = Step(cfg.to_dict(), "mcf", 32, *SETTINGS[1:])
    assert chunks.peak_memory() < 0.7 * whole.peak_memory()
