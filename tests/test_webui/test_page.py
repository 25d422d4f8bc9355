"""The page in a real browser, with Python's Playwright and an installed Chromium."""

import json
import shutil
from pathlib import Path

import pytest
from PIL import Image

pytest.importorskip("gradio")
sync_api = pytest.importorskip("playwright.sync_api")

from mcf.webui.handlers import Handlers  # noqa: E402
from mcf.webui.server import running_page  # noqa: E402
from mcf.webui.visitor_files import VisitorFiles  # noqa: E402

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]
FILMING = "[...document.querySelectorAll('video')].some(v => v.readyState > 2)"
ANALYSED = "document.body.innerText.includes(' ms: ')"


@pytest.fixture(scope="module")
def address(inferencer, pretraining):
    with (
        VisitorFiles() as files,
        running_page(Handlers(inferencer, files, pretraining)) as url,
    ):
        yield url


@pytest.fixture(scope="module")
def browser():
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


class Tab:
    """A user's page, and what it asks of others or complains about."""

    def __init__(self, browser, address: str, width: int = 1200) -> None:
        self.page = browser.new_page(viewport=dict(width=width, height=900))
        self.elsewhere, self.complaints = [], []
        own = (address, "data:", "blob:")
        self.page.on(
            "request",
            lambda r: r.url.startswith(own) or self.elsewhere.append(r.url),
        )
        self.page.on(
            "console",
            lambda m: m.type == "error" and self.complaints.append(m.text),
        )
        self.page.on("pageerror", lambda e: self.complaints.append(str(e)))
        self.page.goto(address)
        self.page.wait_for_selector("input[type=file]", state="attached")

    def upload(self, path: Path) -> None:
        self.page.set_input_files("input[type=file]", str(path))

    def close(self) -> None:
        self.page.close()
        assert self.elsewhere == [] and self.complaints == []


@pytest.fixture
def tab(browser, address):
    tab = Tab(browser, address)
    yield tab
    tab.close()


@pytest.mark.parametrize("width", [1200, 400])
def test_uploaded_face_is_analysed_on_wide_and_narrow_screens(
    browser, address, photo, width
):
    tab = Tab(browser, address, width)
    tab.upload(photo)
    tab.page.wait_for_function(ANALYSED)
    text = tab.page.inner_text("body")
    assert "1 face, 96 x 96 pixels, 68 points a face" in text
    assert "skin" in text and "hair" in text
    tab.page.wait_for_selector("#sheet img")
    assert tab.page.evaluate("document.documentElement.scrollWidth") <= width
    tab.close()


def test_sliders_and_tabs_change_the_pictures(tab, photo):
    tab.upload(photo)
    sheet = tab.page.wait_for_selector("#sheet img")
    first = sheet.get_attribute("src")
    ratio = tab.page.get_by_label("number input for Mask ratio")
    ratio.fill("0.5")
    ratio.press("Enter")
    tab.page.wait_for_function(
        "first => document.querySelector('#sheet img')?.src !== first", arg=first
    )
    tab.page.get_by_role("tab", name="Attention").click()
    tab.page.wait_for_selector("[role=tabpanel] img >> visible=true")


def test_picture_of_the_webcam_is_analysed(tab):
    tab.page.get_by_label("Capture from camera").click()
    tab.page.get_by_text("Click to Access Webcam").first.click()
    tab.page.wait_for_function(FILMING)
    tab.page.get_by_label("capture photo").first.click()
    tab.page.wait_for_function(ANALYSED)


def test_faces_of_a_camera_are_followed_live(tab):
    tab.page.get_by_text("Live camera").click()
    live = tab.page.locator("#live")
    live.get_by_text("Click to Access Webcam").click()
    tab.page.wait_for_function(FILMING)
    live.get_by_text("Record", exact=True).click()
    seen = "document.querySelector('#live img[src^=data]')?.src"
    tab.page.wait_for_function(seen)
    first = tab.page.evaluate(seen)
    tab.page.wait_for_function(f"first => {seen} !== first", arg=first)
    assert "face 1, " in live.inner_text()


def test_result_is_downloaded(tab, photo):
    tab.upload(photo)
    tab.page.wait_for_function(ANALYSED)
    with tab.page.expect_download() as download:
        tab.page.get_by_text("JSON", exact=True).click()
    assert len(json.loads(Path(download.value.path()).read_text())["boxes"]) == 1


def test_bad_upload_is_told_and_the_page_goes_on(tab, photo, tmp_path):
    bad = tmp_path / "bad.jpg"
    bad.write_bytes(b"no image")
    tab.upload(bad)
    toast = tab.page.wait_for_selector(".toast-body")
    assert "not an image" in toast.inner_text()
    tab.page.get_by_label("Remove Image").first.click()
    tab.upload(photo)
    tab.page.wait_for_function(ANALYSED)
    tab.complaints.clear()  # the browser's own word about the broken preview


def test_two_users_see_their_own_faces(browser, address, photo, tmp_path):
    small = tmp_path / "small.png"
    Image.open(photo).resize((40, 40)).save(small)
    tabs = [Tab(browser, address) for _ in range(2)]
    for tab, path in zip(tabs, (photo, small)):
        tab.upload(path)
    for tab, size in zip(tabs, ("96 x 96", "40 x 40")):
        tab.page.wait_for_function(ANALYSED)
        assert size in tab.page.inner_text("body")
        tab.close()
