"""What the tests of all tools share."""

from collections import OrderedDict
from collections.abc import Iterator

import pytest
from mmengine.runner import CheckpointLoader


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Takes back what a tool sets for its whole process."""
    schemes = CheckpointLoader._schemes
    CheckpointLoader._schemes = OrderedDict(schemes)
    monkeypatch.setenv("LOCAL_RANK", "0")
    yield
    CheckpointLoader._schemes = schemes
