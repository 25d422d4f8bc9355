"""Lines in which host libraries talk to themselves."""

import logging

INTERNAL = (
    '"FileClient" will be deprecated in future.',
    '"HardDiskBackend" is the alias of "LocalBackend"',
)
"""How warnings begin that MMEngine gives about its own hooks."""
BY_PARAMETER = "paramwise_options -- "
"""How a line begins that MMEngine writes for each parameter of a network."""


def is_news(record: logging.LogRecord) -> bool:
    """Whether a line is of any use to the user; a filter for loggers."""
    return not record.getMessage().startswith(INTERNAL)


def is_short(record: logging.LogRecord) -> bool:
    """Whether a line is not one of hundreds: a filter of terminals."""
    return not record.getMessage().startswith(BY_PARAMETER)


def hush(logger: logging.Logger) -> None:
    """Leave out what MMEngine says about itself; all other lines come through.

    Lines for each parameter go to files only.
    """
    logger.addFilter(is_news)  # a second time changes nothing
    for handler in logger.handlers:
        if not isinstance(handler, logging.FileHandler):
            handler.addFilter(is_short)
