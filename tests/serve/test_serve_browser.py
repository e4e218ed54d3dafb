"""The tag in a real browser: drawn once, seen by the rule of 50 % and one second, clicked to the right page."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from serving import AGENT, Server
from test_serve_road import counted

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

HIDE = """
window.__seen = "visible";
Object.defineProperty(document, "visibilityState", {get: () => window.__seen});
window.__turn = (to) => { window.__seen = to; document.dispatchEvent(new Event("visibilitychange")); };
"""
SEEN = "new Promise(done => new IntersectionObserver(done).observe(document.body)).then(() => 1)"
"""Resolves when observers have been told what is in view: the tag's, which is older, before this one."""
SETTLED = 200
"""Milliseconds in which a request that has been made is surely known of."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("chromium is not installed")
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(viewport={"width": 800, "height": 600}, user_agent=AGENT)
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


class Shown:
    """A banner's tag in a page of 3,000 px, its top at `top`; time stands still until it is told to go on."""

    def __init__(self, page: Page, server: Server, top: int) -> None:
        self.found: dict[str, Any] = server.decide()
        self.page, self.asked = page, list[str]()
        page.on("request", lambda request: self.asked.append(urlsplit(request.url).path))
        page.clock.install(time=1_800_000_000)
        page.clock.pause_at(1_800_000_001)
        page.set_content(
            f'<script>{HIDE}</script><body style="margin:0;height:3000px">'
            f'<div style="position:absolute;left:0;top:{top}px">'
            f"{self.found['html']}</div></body>"
        )
        for _ in range(50):
            self.frames()
            if page.evaluate("[...document.images].every(one => one.complete)"):
                return
        raise AssertionError("the pictures did not come")

    def frames(self) -> None:
        for _ in range(2):
            self.page.evaluate(SEEN)
        self.page.wait_for_timeout(SETTLED)

    def later(self, milliseconds: int) -> None:
        self.page.clock.run_for(milliseconds)
        self.frames()

    def count(self, what: str) -> int:
        return sum(path.startswith(f"/v1/{what}/") for path in self.asked)


def test_the_banner_is_drawn_and_one_impression_sent(page: Page, server: Server) -> None:
    shown = Shown(page, server, top=0)
    size = page.evaluate("(i => [i.naturalWidth, i.naturalHeight])(document.querySelector('a img'))")
    assert size == [300, 250]
    assert page.evaluate("document.querySelector('a img').alt") == shown.found["alt"]
    assert (shown.count("variants"), shown.count("impressions"), shown.count("views")) == (1, 1, 0)
    assert counted(server, shown.found["decision_id"]) == {"impression": 1}


@pytest.mark.parametrize(("top", "views"), [(0, 1), (475, 1), (478, 0), (700, 0)])
def test_half_of_it_must_be_in_view(page: Page, server: Server, top: int, views: int) -> None:
    shown = Shown(page, server, top)  # 475: 125 of 250 px are above the fold; 478: 122, which is 49 %
    shown.later(1500)
    assert shown.count("views") == views
    shown.later(3000)
    assert shown.count("views") == views


def test_for_one_second_without_a_break(page: Page, server: Server) -> None:
    shown = Shown(page, server, top=0)
    for _ in range(3):
        shown.later(900)
        page.evaluate("scrollTo(0, 1000)")
        shown.frames()
        shown.later(900)
        page.evaluate("scrollTo(0, 0)")
        shown.frames()
    assert shown.count("views") == 0
    shown.later(1000)
    assert shown.count("views") == 1


def test_not_in_a_hidden_tab(page: Page, server: Server) -> None:
    shown = Shown(page, server, top=0)
    page.evaluate("__turn('hidden')")
    shown.later(5000)
    assert shown.count("views") == 0
    page.evaluate("__turn('visible')")
    shown.later(999)
    assert shown.count("views") == 0
    shown.later(1)
    assert shown.count("views") == 1


def test_a_click_lands_on_the_product_and_is_counted_once(
    context: BrowserContext, page: Page, server: Server
) -> None:
    context.route("https://corner.example/**", lambda route: route.fulfill(body="the product's page"))
    shown = Shown(page, server, top=0)
    with context.expect_page() as opened:
        page.click("a img")
    landed = opened.value
    landed.wait_for_url("https://corner.example/**")
    assert urlsplit(landed.url).path == f"/p/{shown.found['why']['product']}"
    assert landed.inner_text("body") == "the product's page"
    assert landed.evaluate("window.opener") is None
    assert counted(server, shown.found["decision_id"]) == {"impression": 1, "click": 1}


def test_a_frame_obeys_its_own_policy(page: Page, server: Server) -> None:
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(urlsplit(request.url).path))
    page.goto(f"{server.base}/v1/placements/card/frame?r=browser")
    page.wait_for_timeout(1500)
    assert problems == []
    assert [path.split("/")[2] for path in asked] == ["placements", "variants", "impressions", "views"]


def test_the_demo_draws_every_placement(page: Page, server: Server) -> None:
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text))
    page.goto(f"{server.base}/demo")
    page.fill("input[name=user]", "somebody")
    page.click("button")
    page.wait_for_load_state("networkidle")
    widths = page.evaluate("[...document.querySelectorAll('figure a img')].map(i => i.naturalWidth)")
    assert widths == [300, 728]
    assert page.url == f"{server.base}/demo"
    assert problems == []
