import re

import pytest
import yaml

from tests.test_docs.pages import FENCE, PAGES, ROOT, page_id

FORMS = [
    form
    for form in sorted((ROOT / ".github/ISSUE_TEMPLATE").glob("*.yml"))
    if form.stem != "config"
]
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


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.stem)
def test_issue_form_is_one_that_code_hosts_take(form):
    content = yaml.safe_load(form.read_text())
    assert {"name", "description", "body"} <= set(content)
    fields = [field for field in content["body"] if field["type"] != "markdown"]
    identifiers = [field["id"] for field in fields]
    assert len(set(identifiers)) == len(identifiers) > 0
    assert all(field["attributes"]["label"] for field in fields)


def test_every_picture_is_shown_on_a_page():
    text = "".join(page.read_text() for page in PAGES)
    pictures = {path.name for path in (ROOT / "docs/images").iterdir()}
    assert {name for name in pictures if f"images/{name}" not in text} == set()
