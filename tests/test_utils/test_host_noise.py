import io
import logging

from mcf.utils.host_noise import hush


def test_only_what_mmengine_says_of_itself_is_left_out(caplog):
    logger = logging.getLogger("test_host_noise")
    hush(logger)
    hush(logger)
    assert len(logger.filters) == 1
    logger.warning('"FileClient" will be deprecated in future. Please use io functions')
    logger.warning('"HardDiskBackend" is the alias of "LocalBackend" and so on')
    logger.warning("the file is damaged")
    logger.warning("FileClient is missing")
    assert caplog.messages == ["the file is damaged", "FileClient is missing"]


def test_lines_for_each_parameter_go_to_files_only(tmp_path):
    logger, terminal = logging.getLogger("test_by_parameter"), io.StringIO()
    logger.propagate = False
    logger.addHandler(logging.StreamHandler(terminal))
    logger.addHandler(logging.FileHandler(tmp_path / "log"))
    hush(logger)
    logger.warning("paramwise_options -- layers.0.bias:weight_decay=0.0")
    logger.warning("the learning rate is 0")
    assert terminal.getvalue() == "the learning rate is 0\n"
    assert "layers.0.bias" in (tmp_path / "log").read_text()
