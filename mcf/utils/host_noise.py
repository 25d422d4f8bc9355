"""Lines in which host libraries talk to themselves."""

import logging

INTERNAL = (
    '"FileClient" will be deprecated in future.',
    '"HardDiskBackend" is the alias of "LocalBackend"',
)
"""How warnings begin that MMEngine gives about its own hooks."""


def is_news(record: logging.LogRecord) -> bool:
    """Whether a line tells the user anything: a filter of loggers."""
    return not record.getMessage().startswith(INTERNAL)


def hush(logger: logging.Logger) -> None:
    """Leave out what MMEngine says about itself; all other lines come through."""
    logger.addFilter(is_news)  # a second time changes nothing
