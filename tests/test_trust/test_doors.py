"""No file decides what runs, what is read or how much memory is taken."""

from pathlib import Path

import pytest

from .doors import DOORS, World, readers
from .payloads import PAYLOADS, Payload

ROOT = Path(__file__).resolve().parents[2]
REMEDIES = ("docs/trust.md", "Give the config", "give its config", "square images")
EVERY = 41
"""Of the payloads for parts that a door does not read, one of so many is tried."""


def tried(reads: frozenset[str]) -> list[Payload]:
    """Payloads for a door: all that it must refuse, and some that it must not mind."""
    others = [p for p in PAYLOADS if p.part not in reads]
    return [*(p for p in PAYLOADS if p.part in reads), *others[::EVERY]]


@pytest.mark.parametrize("name", DOORS)
def test_door_opens_for_an_honest_file(name, meta, networks, tmp_path, ran):
    (tmp_path / "in").mkdir()
    DOORS[name].open(World(tmp_path / "in", meta, networks))
    assert not ran


@pytest.mark.parametrize("name", DOORS)
def test_nothing_runs_and_the_message_helps(name, meta, networks, tmp_path, ran):
    door, faults = DOORS[name], []
    for number, payload in enumerate(tried(door.reads)):
        folder = tmp_path / f"{number}"
        folder.mkdir()
        try:
            door.open(World(folder, payload.into(meta), networks))
            fault = "was let in" if payload.part in door.reads else ""
        except ValueError as error:
            text = str(error)
            fault = "" if str(folder) in text else f"names no file: {text[:300]}"
            if not any(remedy in text for remedy in REMEDIES):
                fault = f"no remedy: {text[:300]}"
            if len(text) > 3000:
                fault = f"a message of {len(text)} characters"
        except Exception as error:
            fault = f"{type(error).__name__}: {str(error)[:300]}"
        if ran or Path("CANARY").exists():
            fault = f"RAN {ran}"
            ran.clear()
        if fault:
            faults.append(f"{payload.name}: {fault}")
    assert not faults, f"{len(faults)} of them:\n" + "\n".join(faults)


def test_every_reader_is_behind_a_door():
    """Who reads what files say, and is behind none: register it with @door."""
    covered = {module for door in DOORS.values() for module in door.modules}
    assert readers(ROOT) == covered
