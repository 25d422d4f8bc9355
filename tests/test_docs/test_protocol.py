"""Each `protocol §x.y` names a section, or a row, of docs/protocol.md."""

import re

import pytest

from tests.test_docs.pages import ROOT

FOLDERS = ("mcf", "configs", "projects", "tests", "docs", "tools", "scripts")
SUFFIXES = {".py", ".md", ".yml", ".yaml", ".json", ".sh"}
PROTOCOL = ROOT / "docs/protocol.md"
CITED = re.compile(r"§\s?(\d+(?:\.\d+)?)(?:\s?[-–]\s?(\d+(?:\.\d+)?))?(?: row (\d+))?")


def sections() -> set[str]:
    """Numbers of the headings, and `4.9` for the ninth row of section 4."""
    text = PROTOCOL.read_text(encoding="utf-8")
    headings = re.findall(r"^#+ (\d+(?:\.\d+)?) ", text, re.MULTILINE)
    rows = re.findall(r'^\| <a id="row-(\d+)"></a>(\d+) \|', text, re.MULTILINE)
    assert all(name == number for name, number in rows)
    numbers = [*headings, *(f"4.{number}" for number, _ in rows)]
    assert len(numbers) == len(set(numbers))
    return set(numbers)


def citations(text: str) -> list[str]:
    """Numbers that a text cites; of a range both ends.

    `§1.2-1.3` is a range; `§4 row 3` is the same as `§4.3`.
    """
    cited = []
    for match in CITED.finditer(text):
        first, last, row = match.groups()
        cited += [f"{first}.{row}"] if row else [first]
        cited += [last] if last else []
    return cited


def files():
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            hidden = any(part.startswith(".") for part in path.relative_to(ROOT).parts)
            if path.suffix in SUFFIXES and path.is_file() and not hidden:
                yield path
    yield from ROOT.glob("*.md")


@pytest.fixture(scope="module")
def cited() -> dict[str, list[str]]:
    """Numbers by file, of all files but these two."""
    return {
        path.relative_to(ROOT).as_posix(): citations(path.read_text(encoding="utf-8"))
        for path in files()
        if path not in (PROTOCOL, ROOT / "tests/test_docs/test_protocol.py")
    }


def test_every_citation_names_a_section_or_a_row(cited):
    known = sections()
    unknown = {
        path: bad
        for path, numbers in cited.items()
        if (bad := [number for number in numbers if number not in known])
    }
    assert unknown == {}


def test_the_citations_are_found(cited):
    """Of code, configs, docs and tests: an empty search would prove nothing."""
    assert sum(len(numbers) for path, numbers in cited.items() if "/" in path) > 100
    for folder in ("mcf", "configs", "docs", "tests"):
        assert any(cited[path] for path in cited if path.startswith(f"{folder}/"))


def test_the_page_itself_cites_only_what_it_has():
    text = PROTOCOL.read_text(encoding="utf-8")
    assert set(citations(text)) <= sections()


def test_every_form_of_a_citation_is_read():
    assert citations("(protocol §2.3, §4)") == ["2.3", "4"]
    assert citations("protocol §1.2-1.4, whose") == ["1.2", "1.4"]
    assert citations("(§4 row 3); protocol §4.11") == ["4.3", "4.11"]


def test_nothing_cites_a_protocol_beside_the_repository():
    for path in files():
        if path != ROOT / "tests/test_docs/test_protocol.py":
            text = path.read_text(encoding="utf-8")
            assert "design/protocol" not in text, path
