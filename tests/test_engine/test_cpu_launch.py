from mmengine.config import Config

from mcf.engine.cpu_launch import prepare_cpu_launch


def test_other_launchers_are_left_alone():
    cfg = Config(dict(launcher="none"))
    prepare_cpu_launch(cfg)
    assert "model_wrapper_cfg" not in cfg
    # the launch itself: tests/test_tools/test_train.py, two processes
