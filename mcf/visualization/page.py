"""A page of blocks, as self-contained HTML and as Markdown."""

import base64
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import cv2
import numpy as np
from jinja2 import Environment, StrictUndefined

from mcf.utils.atomic_file import write_atomically
from mcf.utils.tables import markdown_table
from mcf.visualization.canvas import write_picture

FILES = "report_files"
"""Folder beside a Markdown page for its pictures."""


@dataclass(frozen=True)
class Text:
    """A paragraph."""

    kind: ClassVar[str] = "text"
    text: str


@dataclass(frozen=True)
class Table:
    """Rows of text under a heading.

    Attributes:
        title: Heading.
        header: One name a column; empty for a table of facts.
        rows: Equally long rows.
        note: What the reader must know about the numbers.
    """

    kind: ClassVar[str] = "table"
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

    kind: ClassVar[str] = "picture"
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
class Charts:
    """Small drawings side by side, under a heading."""

    kind: ClassVar[str] = "charts"
    title: str
    charts: Sequence[Chart]


@dataclass(frozen=True)
class Listing:
    """A long text, shown as it is."""

    kind: ClassVar[str] = "listing"
    text: str


@dataclass(frozen=True)
class Folded:
    """Blocks that are shown on request.

    Attributes:
        title: What one clicks on.
        blocks: What then appears.
    """

    kind: ClassVar[str] = "folded"
    title: str
    blocks: Sequence["Block"]


Block = Text | Table | Picture | Charts | Listing | Folded


@dataclass(frozen=True)
class Page:
    """Blocks under a headline, in the order in which they are read."""

    title: str
    blocks: Sequence[Block] = ()

    def to_html(self) -> str:
        """Page that asks for no other file, for light and dark screens."""
        environment = Environment(
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.filters |= dict(picture=_picture_uri, svg=_svg_uri)
        template = Path(__file__).with_name("page.html.jinja").read_text("utf-8")
        return environment.from_string(template).render(page=self)

    def to_markdown(self, folder: Path) -> str:
        """Page as Markdown; its pictures are written into ``folder/report_files``.

        Raises:
            ValueError: If that is a link, which would lead the files elsewhere.
        """
        if (folder / FILES).is_symlink():
            raise ValueError(f"{folder / FILES} is a link: remove it")
        (folder / FILES).mkdir(parents=True, exist_ok=True)
        count = dict(picture=0, curve=0)

        def save(drawn: Picture | Chart) -> str:
            kind = "picture" if isinstance(drawn, Picture) else "curve"
            count[kind] += 1
            if isinstance(drawn, Picture):
                name = f"{FILES}/picture_{count[kind]}.png"
                write_picture(drawn.image, folder / name)
            else:
                name = f"{FILES}/curve_{count[kind]}.svg"
                write_atomically(drawn.svg, folder / name)
            return f"![{_plain(drawn.title)}]({name})"

        parts = [f"# {_plain(self.title)}", *_markdown(self.blocks, save)]
        return "\n\n".join(parts) + "\n"


def _markdown(
    blocks: Sequence[Block], save: Callable[[Picture | Chart], str]
) -> Iterator[str]:
    """Paragraphs; ``save`` writes a drawing and gives the link to it."""
    for block in blocks:
        if not isinstance(block, (Text, Picture, Listing)):
            yield f"## {_plain(block.title)}"
        match block:
            case Text():
                yield _plain(block.text)
            case Picture():
                yield save(block)
                yield _plain(block.title)
            case Table():
                head = block.header or [""] * len(block.rows[0])
                rows = [[_plain(cell) for cell in row] for row in (head, *block.rows)]
                yield "\n".join(markdown_table(rows[0], rows[1:]))
                yield from [_plain(block.note)] * bool(block.note)
            case Charts():
                for chart in block.charts:
                    yield _plain(chart.title)
                    yield save(chart)
            case Listing():
                fence = _fence(block.text)
                yield f"{fence}\n{block.text.rstrip()}\n{fence}"
            case Folded():
                yield from _markdown(block.blocks, save)


def _plain(text: str) -> str:
    """Text that Markdown shows as it is: no markup, link, picture or second line."""
    return re.sub(r"([\\`|\[\]<&])", r"\\\1", " ".join(text.split()))


def _fence(text: str) -> str:
    """Backticks that no line of the text can close."""
    longest = max(map(len, re.findall("`+", text)), default=0)
    return "`" * max(3, longest + 1)


def _picture_uri(image: np.ndarray) -> str:
    """As PNG or as JPEG, whichever is smaller."""
    quality = {".png": [], ".jpeg": [cv2.IMWRITE_JPEG_QUALITY, 92]}
    encoded = {
        suffix: cv2.imencode(suffix, image[..., ::-1], settings)[1].tobytes()
        for suffix, settings in quality.items()
    }
    suffix = min(encoded, key=lambda suffix: len(encoded[suffix]))
    return _data_uri(f"image/{suffix[1:]}", encoded[suffix])


def _svg_uri(svg: str) -> str:
    return _data_uri("image/svg+xml", svg.encode())


def _data_uri(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"
