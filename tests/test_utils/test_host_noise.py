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
