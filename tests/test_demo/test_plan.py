import pytest

from mcf.commands.train import parse_args
from mcf.demo.plan import QUICK, Places, Sizes, jobs
from mcf.engine.train import run_settings


@pytest.mark.parametrize("sizes", [Sizes(), QUICK])
def test_every_command_is_one_that_its_parser_and_its_config_take(tmp_path, sizes):
    places = Places(tmp_path)
    planned = jobs(places, sizes)
    assert len({job.folder for job in planned}) == len(planned) == 6
    for job in planned:
        if job.words[0] != "train":
            continue
        args = parse_args([*job.words[1:], "--resume"])
        config = run_settings(
            args.config,
            data=args.data,
            out=args.out,
            init_from=args.init_from,
            options=args.cfg_options,
        )
        assert config.work_dir == str(job.folder)
        loader, epochs = config.train_dataloader, config.train_cfg.max_epochs
        drawn = loader.dataset.dataset.get("length", sizes.faces)
        assert job.steps == drawn // loader.batch_size * epochs
        last = config.param_scheduler[-1]
        assert last.end == (epochs if last.by_epoch else job.steps)
        assert last.T_max == last.end - last.begin
        assert epochs % config.train_cfg.get("val_interval", 1) == 0


def test_only_what_needs_the_backbone_waits_for_it(tmp_path):
    places = Places(tmp_path)
    for job in jobs(places, Sizes()):
        reads_it = str(places.backbone) in job.words
        assert job.needs == ((places.pretrain,) if reads_it else ())
