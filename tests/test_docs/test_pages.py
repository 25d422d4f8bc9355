import re

import pytest
import yaml

from tests.test_docs.pages import FENCE, PAGES, ROOT, page_id

LINK = re.compile(r"\]\((?![a-z]+:)([^)#\s]*)(?:#([^)\s]+))?\)")


def anchors(text: str) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", text), re.MULTILINE)
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings)
    return {heading.strip().replace(" ", "-") for heading in plain}


def nav_entries(nav) -> list[str]:
    if isinstance(nav, str):
        return [nav]
    parts = nav.values() if isinstance(nav, dict) else nav
    return [entry for part in parts for entry in nav_entries(part)]


@pytest.mark.parametrize("page", PAGES, ids=page_id)
def test_links_of_a_page_lead_somewhere(page):
    text = FENCE.sub("", page.read_text())
    for path, anchor in LINK.findall(text):
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), path
        if anchor:
            assert anchor in anchors(target.read_text()), f"{path}#{anchor}"


def test_every_page_is_in_the_navigation_of_the_site():
    entries = nav_entries(yaml.safe_load((ROOT / "mkdocs.yml").read_text())["nav"])
    assert len(set(entries)) == len(entries)
    places = {page_id(page).removeprefix("docs/") for page in PAGES}
    assert places - {"README.md"} | {"index.md"} == set(entries)
