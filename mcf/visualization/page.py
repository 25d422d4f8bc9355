"""A page of tables and pictures, as self-contained HTML and as Markdown."""

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from string import Template

import cv2
import numpy as np

from mcf.utils.atomic_file import write_atomically
from mcf.visualization.canvas import write_picture

STYLE = """
:root { color-scheme: light dark; --ink: #1f2329; --soft: #5c6470; --paper: #fff;
  --card: #f5f6f8; --rule: #dde1e6; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e7eb; --soft: #9aa3af;
  --paper: #14171b; --card: #1d2126; --rule: #343a42; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1rem 4rem; max-width: 76rem; color: var(--ink);
  background: var(--paper); font: 16px/1.55 system-ui, sans-serif; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 1rem; }
h2 { font-size: 1.15rem; margin: 2.2rem 0 .7rem; }
p { max-width: 46rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .3rem .9rem .3rem 0; text-align: left; vertical-align: top;
  border-bottom: 1px solid var(--rule); overflow-wrap: anywhere; min-width: 8rem; }
th { color: var(--soft); font-weight: 600; font-size: .88rem; }
figure { margin: 0 0 1.4rem; }
figcaption { color: var(--soft); font-size: .92rem; margin: 0 0 .4rem; }
figure img { display: block; width: 100%; border-radius: 4px; }
.charts { display: grid; gap: 1rem;
  grid-template-columns: repeat(auto-fill, minmax(min(100%, 19rem), 1fr)); }
.charts figure { margin: 0; padding: .8rem; background: var(--card);
  border-radius: 8px; }
details { margin: 1.2rem 0; }
summary { cursor: pointer; font-weight: 600; }
pre { overflow-x: auto; padding: .8rem; background: var(--card); border-radius: 8px;
  font-size: .82rem; }
"""

PAGE = Template("""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title</title>
<style>$style</style>
</head>
<body>
<h1>$title</h1>
$body
</body>
</html>
""")


@dataclass(frozen=True)
class Table:
    """Rows of text under a heading.

    Attributes:
        title: Heading.
        header: One name a column; empty for a table of facts.
        rows: Equally long rows.
        note: What the reader must know about the numbers.
    """

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""


@dataclass(frozen=True)
class Picture:
    """A picture and its caption.

    Attributes:
        title: Caption.
        image: uint8 RGB [H,W,3].
    """

    title: str
    image: np.ndarray


@dataclass(frozen=True)
class Chart:
    """A small drawing and its caption.

    Attributes:
        title: Caption.
        svg: The ``<svg>`` element.
    """

    title: str
    svg: str


@dataclass(frozen=True)
class Listing:
    """A long text that is shown on request.

    Attributes:
        title: What one clicks on.
        text: Shown as it is.
    """

    title: str
    text: str


@dataclass(frozen=True)
class Page:
    """Everything on a page, in this order.

    Attributes:
        title: Headline.
        notes: Paragraphs.
        results: Tables that the reader came for.
        charts: Shown side by side.
        pictures: Wide pictures.
        tables: Tables to look things up.
        listings: Long texts, folded.
    """

    title: str
    notes: Sequence[str] = ()
    results: Sequence[Table] = ()
    charts: Sequence[Chart] = ()
    pictures: Sequence[Picture] = ()
    tables: Sequence[Table] = ()
    listings: Sequence[Listing] = ()

    def to_html(self) -> str:
        """Page that asks for no other file, for light and dark screens."""
        parts = [f"<p>{escape(note)}</p>" for note in self.notes]
        parts += [_html_table(table) for table in self.results]
        if self.charts:
            charts = "".join(_html_chart(chart) for chart in self.charts)
            parts.append(f'<h2>Curves</h2>\n<div class="charts">{charts}</div>')
        if self.pictures:
            parts.append("<h2>Pictures</h2>")
            parts += [_html_picture(picture) for picture in self.pictures]
        parts += [_html_table(table) for table in self.tables]
        parts += [
            f"<details><summary>{escape(listing.title)}</summary>\n"
            f"<pre>{escape(listing.text)}</pre></details>"
            for listing in self.listings
        ]
        return PAGE.substitute(
            title=escape(self.title), style=STYLE, body="\n".join(parts)
        )

    def to_markdown(self, folder: Path) -> str:
        """Page as Markdown; its pictures are written into ``folder/report_files``.

        Raises:
            ValueError: If that is a link, which would lead the files elsewhere.
        """
        files = "report_files"
        if (folder / files).is_symlink():
            raise ValueError(f"{folder / files} is a link: remove it")
        (folder / files).mkdir(parents=True, exist_ok=True)
        lines = [f"# {_plain(self.title)}", *map(_plain, self.notes)]
        lines += [_markdown_table(table) for table in self.results]
        if self.charts:
            lines.append("## Curves")
        for number, chart in enumerate(self.charts, 1):
            name = f"{files}/curve_{number}.svg"
            write_atomically(chart.svg, folder / name)
            title = _plain(chart.title)
            lines += [title, f"![{title}]({name})"]
        if self.pictures:
            lines.append("## Pictures")
        for number, picture in enumerate(self.pictures, 1):
            name = f"{files}/picture_{number}.png"
            write_picture(picture.image, folder / name)
            title = _plain(picture.title)
            lines += [title, f"![{title}]({name})"]
        lines += [_markdown_table(table) for table in self.tables]
        for listing in self.listings:
            fence = _fence(listing.text)
            lines += [
                f"## {_plain(listing.title)}",
                f"{fence}\n{listing.text.rstrip()}\n{fence}",
            ]
        return "\n\n".join(lines) + "\n"


def _html_table(table: Table) -> str:
    head = "".join(f"<th>{escape(name)}</th>" for name in table.header)
    rows = "\n".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>"
        for row in table.rows
    )
    note = f"<p>{escape(table.note)}</p>" if table.note else ""
    return (
        f'<h2>{escape(table.title)}</h2>\n<div class="scroll"><table>\n'
        f"{f'<tr>{head}</tr>' if head else ''}{rows}</table></div>{note}"
    )


def _html_chart(chart: Chart) -> str:
    source = _data_uri("image/svg+xml", chart.svg.encode())
    title = escape(chart.title)
    return (
        f"<figure><figcaption>{title}</figcaption>"
        f'<img alt="{title}" src="{source}"></figure>'
    )


def _html_picture(picture: Picture) -> str:
    """Figure that scrolls sideways on a narrow screen instead of shrinking away."""
    title, width = escape(picture.title), picture.image.shape[1]
    return (
        f'<figure><figcaption>{title}</figcaption><div class="scroll">'
        f'<img alt="{title}" src="{_data_uri("image/png", _png(picture.image))}" '
        f'style="max-width:{width}px;min-width:{min(width, 760)}px"></div></figure>'
    )


def _markdown_table(table: Table) -> str:
    columns = len(table.header or table.rows[0])
    rows = [
        table.header or [""] * columns,
        ["---"] * columns,
        *table.rows,
    ]
    lines = ["| " + " | ".join(map(_plain, row)) + " |" for row in rows]
    note = f"\n\n{_plain(table.note)}" if table.note else ""
    return f"## {_plain(table.title)}\n\n" + "\n".join(lines) + note


def _plain(text: str) -> str:
    """Text that Markdown shows as it is: no markup, link, picture or second line."""
    return re.sub(r"([\\`|\[\]<&])", r"\\\1", " ".join(text.split()))


def _fence(text: str) -> str:
    """Backticks that no line of the text can close."""
    longest = max(map(len, re.findall("`+", text)), default=0)
    return "`" * max(3, longest + 1)


def _png(image: np.ndarray) -> bytes:
    return cv2.imencode(".png", image[..., ::-1])[1].tobytes()


def _data_uri(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"
