"""Brings pages and files outside ``docs`` into the site, and formulas into MathML.

A page links as on a code host, relative to its own place in the repository. Here
``README.md`` becomes the start page, ``docs/x.md`` becomes ``x.md``, other files keep
their path; what is linked is in the site, so that it needs no other server.
"""

import os
import posixpath
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from latex2mathml.converter import convert
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parents[1]
PAGES = (
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "configs/*/README.md",
    "projects/*/README.md",
)
CODE = re.compile(r"^ *```.*?^ *```|`[^`\n]+`", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"(?<=\]\()(?![a-z]+:|#)([^)#\s]+)(?=[)#])")
BADGE = re.compile(r"^.*https://img\.shields\.io/.*\n", re.MULTILINE)
FORMULA = re.compile(r"\$\$(?P<block>.+?)\$\$|\$(?P<inline>[^$\n]+)\$", re.DOTALL)


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Add the pages outside ``docs`` and everything that a page links to."""
    outside = [path for pattern in PAGES for path in sorted(ROOT.glob(pattern))]
    for path in outside:
        files.append(_file(path, config))
    for page in list(files.documentation_pages()):
        for target in _targets(Path(page.abs_src_path)):
            if files.get_file_from_path(_place(target)) is None and target.exists():
                files.append(_file(target, config))
    return files


def on_page_markdown(
    markdown: str, *, page: Page, config: MkDocsConfig, files: Files
) -> str:
    """Rewrite links to places in the site, formulas to MathML; leave badges out."""
    if page.file.abs_src_path is None:
        return markdown
    folder = Path(page.file.abs_src_path).parent
    here = posixpath.dirname(page.file.src_uri)

    def link(match: re.Match) -> str:
        return posixpath.relpath(_place(_resolve(folder, match[1])), here or ".")

    def formula(match: re.Match) -> str:
        if match["block"]:
            return convert(match["block"].strip(), display="block")
        return f"<span>{convert(match['inline'])}</span>"  # a bare one is a block

    markdown = BADGE.sub("", markdown)
    markdown = _outside_code(markdown, lambda text: LINK.sub(link, text))
    return _outside_code(markdown, lambda text: FORMULA.sub(formula, text))


def _targets(page: Path) -> Iterator[Path]:
    """Files and folders that a page links to."""
    text = CODE.sub("", page.read_text(encoding="utf-8"))
    for match in LINK.finditer(text):
        yield _resolve(page.parent, match[1])


def _resolve(folder: Path, link: str) -> Path:
    return Path(os.path.normpath(folder / link))


def _place(path: Path) -> str:
    """Where a file or folder of the repository is in the site."""
    place = path.relative_to(ROOT).as_posix()
    if place == "README.md":
        return "index.md"
    return place.removeprefix("docs/") + ("/files.md" if path.is_dir() else "")


def _file(path: Path, config: MkDocsConfig) -> File:
    if path.is_dir():
        names = sorted(file.name for file in path.iterdir() if file.is_file())
        lines = [f"# {path.relative_to(ROOT)}", "", *(f"- `{name}`" for name in names)]
        content = "\n".join(lines)
        hidden = InclusionLevel.NOT_IN_NAV
        return File.generated(config, _place(path), content=content, inclusion=hidden)
    return File.generated(config, _place(path), abs_src_path=str(path))


def _outside_code(text: str, change: Callable[[str], str]) -> str:
    """Apply a change to the text between code blocks and code words."""
    parts, end = [], 0
    for match in CODE.finditer(text):
        parts += [change(text[end : match.start()]), match[0]]
        end = match.end()
    return "".join([*parts, change(text[end:])])
