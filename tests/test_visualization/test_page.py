import re
from html.parser import HTMLParser

import cv2
import numpy as np
import pytest

from mcf.visualization import Chart, Page, Picture, Table
from mcf.visualization.page import Charts, Folded, Listing, Text

SVG = '<svg xmlns="http://www.w3.org/2000/svg"><rect width="1" height="1"/></svg>'


@pytest.fixture
def page() -> Page:
    return Page(
        "A <run> & more",
        [
            Text("One < two."),
            Picture("Faces, first", np.arange(60, dtype=np.uint8).reshape(4, 5, 3)),
            Table("Scores", ("name", "a|b"), [["x<y", "1"], ["z", "2"]], "Mind this."),
            Charts("Curves", [Chart("feature loss", SVG)]),
            Folded("More", [Table("Facts", (), [["config", "c"]])]),
        ],
    )


class Structure(HTMLParser):
    """Open tags, sources and text of a page; fails on tags that do not match."""

    VOID = ("meta", "img", "br")

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open, self.sources, self.text = [], [], ""
        self.feed(html)
        assert not self.open

    def handle_starttag(self, tag, attributes):
        self.sources += [v for k, v in attributes if k in ("src", "href", "srcset")]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def test_html_is_well_formed_escaped_and_asks_for_nothing_else(page):
    html = page.to_html()
    structure = Structure(html)
    assert len(structure.sources) == 2
    assert all(source.startswith("data:image/") for source in structure.sources)
    assert not re.search(r"@import|url\(|<script|<link", html)
    assert "A <run> & more" in structure.text and "x<y" in structure.text
    assert "<run>" not in html


def test_html_suits_dark_and_narrow_screens(page):
    html = page.to_html()
    assert "prefers-color-scheme: dark" in html
    assert 'name="viewport"' in html
    assert html.count('class="scroll"') == 3  # both tables and the wide picture


def test_markdown_shows_the_pictures_it_wrote(page, tmp_path):
    text = page.to_markdown(tmp_path)
    files = re.findall(r"!\[.*?\]\((.*?)\)", text)
    assert files == ["report_files/picture_1.png", "report_files/curve_1.svg"]
    assert (tmp_path / files[1]).read_text() == SVG
    image = cv2.imread(str(tmp_path / files[0]))[..., ::-1]
    np.testing.assert_array_equal(image, page.blocks[1].image)


def test_pictures_of_equal_titles_are_different_files(tmp_path):
    pictures = [Picture("t", np.full((2, 2, 3), grey, np.uint8)) for grey in (0, 200)]
    text = Page("Two", pictures).to_markdown(tmp_path)
    first, second = re.findall(r"!\[.*?\]\((.*?)\)", text)
    assert cv2.imread(str(tmp_path / first)).max() == 0
    assert cv2.imread(str(tmp_path / second)).min() == 200


def test_blocks_keep_their_order(page, tmp_path):
    for text in (page.to_html(), page.to_markdown(tmp_path)):
        places = [
            text.index(x) for x in ("One", "Faces", "Scores", "feature loss", "Facts")
        ]
        assert places == sorted(places)


def test_markdown_tables_have_equally_many_cells(page, tmp_path):
    rows = [r for r in page.to_markdown(tmp_path).splitlines() if r.startswith("|")]
    assert [len(re.split(r"(?<!\\)\|", row)) for row in rows] == [4] * 7
    assert "| x\\<y | 1 |" in rows and "a\\|b" in rows[0]


def test_page_of_nothing_but_a_title(tmp_path):
    page = Page("Empty")
    assert "<h1>Empty</h1>" in page.to_html()
    assert page.to_markdown(tmp_path) == "# Empty\n"


def test_folded_blocks_open_on_request_and_are_escaped(tmp_path):
    listing = Folded("Config", [Listing("a = '<b>'\n")])
    page = Page("Long", [Folded("More", [listing])])
    html = page.to_html()
    assert html.count("<details>") == html.count("</details>") == 2
    assert re.search(r"<summary>Config</summary>\s*<pre>a = &#39;&lt;b&gt;&#39;", html)
    assert "## More\n\n## Config\n\n```\na = '<b>'\n```" in page.to_markdown(tmp_path)


def test_text_from_elsewhere_is_no_markup(tmp_path):
    evil = "<script>alert(1)</script> ![x](http://example.com) `a`\n# b {{ 7 * 7 }}"
    fence = 'a = "\n```\n<img src=x>\n```"\n'
    page = Page(
        evil,
        [
            Text(evil),
            Table(evil, (evil,), [[evil]], evil),
            Charts(evil, [Chart(evil, "<svg></svg>")]),
            Picture(evil, np.zeros((2, 2, 3), np.uint8)),
            Folded(evil, [Listing(fence)]),
        ],
    )
    html = page.to_html()
    assert not re.search("<script|<img src=x", html)
    assert html.count("{{ 7 * 7 }}") == html.count("alert(1)")
    text = page.to_markdown(tmp_path)
    head, listing = text.split("````\n", 1)
    assert not re.search(r"(?<!\\)<|(?<!\\)\]\(http|^# b", head, re.MULTILINE)
    assert listing == fence + "````\n"


def test_links_planted_in_the_folder_are_not_followed(page, tmp_path):
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "kept.txt").write_text("kept")
    out = tmp_path / "out"
    (out / "report_files").mkdir(parents=True)
    (out / "report_files" / "picture_1.png").symlink_to(mine / "kept.txt")
    page.to_markdown(out)
    assert (mine / "kept.txt").read_text() == "kept"
    assert not (out / "report_files" / "picture_1.png").is_symlink()
    other = tmp_path / "other"
    other.mkdir()
    (other / "report_files").symlink_to(mine)
    with pytest.raises(ValueError, match="is a link"):
        page.to_markdown(other)
    assert len(list(mine.iterdir())) == 1
