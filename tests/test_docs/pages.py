"""The pages of the documentation and the code blocks in them."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    [
        *ROOT.glob("*.md"),
        *ROOT.glob("docs/**/*.md"),
        *ROOT.glob("configs/*/README.md"),
        *ROOT.glob("projects/*/README.md"),
    ]
)
FENCE = re.compile(
    r"(?:<!-- not run: (?P<reason>[^>]+) -->\n)?"
    r"^ *```(?P<language>\w*)(?: title=\"(?P<title>[^\"]+)\")?\n"
    r"(?P<code>.*?)^ *```$",
    re.MULTILINE | re.DOTALL,
)


class Block(NamedTuple):
    """A fenced block.

    Attributes:
        language: As written after the fence; empty for output.
        title: File that the block is, if it is one.
        code: What is in it.
        line: Of its fence in the page.
        reason: Why it cannot run in a test, if the page says so.
    """

    language: str
    title: str | None
    code: str
    line: int
    reason: str | None


def page_id(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def blocks(page: Path) -> list[Block]:
    text = page.read_text(encoding="utf-8")
    return [
        Block(
            match["language"],
            match["title"],
            match["code"],
            text.count("\n", 0, match.start("language")) + 1,
            match["reason"],
        )
        for match in FENCE.finditer(text)
    ]


def commands(page: Path) -> Iterator[tuple[int, list[str]]]:
    """Each shell command of a page as its words, with the line of its block."""
    for block in blocks(page):
        if block.language not in ("bash", "shell"):
            continue
        lines = block.code.replace("\\\n", " ").splitlines()
        for line in lines:
            words = shlex.split(line, comments=True)
            for part in _parts(words):
                if part:
                    yield block.line, part


def _parts(words: list[str]) -> Iterator[list[str]]:
    """Commands joined by ``&&``, without assignments before them."""
    part: list[str] = []
    for word in [*words, "&&"]:
        if word == "&&":
            yield part
            part = []
        elif part or not re.match(r"[A-Z_]+=", word):
            part.append(word)
