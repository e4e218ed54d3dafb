"""The HTML report: whole in itself, safe whatever names say, and usable in a browser."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PIL import Image
from report_samples import VARIANTS

from banner_engine.report import CampaignSettings, PlacementValue
from banner_engine.report.charts import Dot, Moment, dots, timeline
from banner_engine.report.page import html_page, page_tables
from banner_engine.report.thumbnails import data_uri
from banner_engine.track import CountsRecord, Receipt, RunRecord, Store
from banner_engine.track.pauses import Pause, write_pause

NOON = datetime(2026, 11, 11, 12, tzinfo=UTC)
EVIL = '"><script>alert(1)</script>&'
SETTINGS = CampaignSettings("double11", "UTC", {"home": PlacementValue(2_400_000_000, "CNY", "S")})


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "t.db") as opened:
        yield opened


def fill(store: Store, number: int) -> None:
    made = [
        replace(VARIANTS[place % 4], variant_id=f"variant{place:05}", copy=EVIL if place == 0 else "half")
        for place in range(number)
    ]
    store.ingest_run(RunRecord("r", "double11", NOON), made, [])
    store.record(
        Receipt(
            f"{kind}{place}-{one}",
            kind,
            NOON + timedelta(hours=one % 3),
            variant_id=f"variant{place:05}",
            placement="home",
        )
        for place in range(number)
        for kind in ("impression", "click")
        for one in range(3 + place % 5 if kind == "impression" else place % 3)
    )
    write_pause(store, Pause("double11", "theme", "lacquer", None, True, NOON, EVIL, EVIL))
    store.record_counts(
        [CountsRecord(EVIL, "double11", "home", None, NOON, NOON + timedelta(days=1), 9, 1, 5, "CNY")]
    )


def pixel() -> str:
    out = BytesIO()
    Image.new("RGB", (600, 300), "red").save(out, "JPEG")
    return data_uri(out.getvalue())


def page(store: Store, picture: str | None = None) -> str:
    tables = page_tables(store, SETTINGS)
    return html_page(tables, lambda ids: dict.fromkeys(ids, picture) if picture else {}, NOON)


class Reader(HTMLParser):
    """Tags, and whatever would be fetched."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.fetched: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.fetched += [value or "" for name, value in attrs if name in ("src", "href", "srcset", "data")]


def test_the_page_needs_nothing_else_and_names_are_only_names(store: Store) -> None:
    fill(store, 5)
    text = page(store, pixel())
    read = Reader(text)
    assert read.tags.count("script") == 1
    assert read.fetched
    assert all(one.startswith("data:image/webp;base64,") for one in read.fetched)
    assert not re.search(r"url\(|@import|https?://", text)
    assert EVIL not in text
    assert text.count("&lt;script&gt;alert(1)") >= 4  # a variant's copy, who paused, why, and a source
    for part in re.findall(r"<svg.*?</svg>", text, re.DOTALL):
        ElementTree.fromstring(part)


def test_the_page_says_what_was_counted(store: Store) -> None:
    fill(store, 5)
    text = page(store)
    for said in ("<b>25</b>", "5 variants in CNY", "Over time", "What works", "As other systems count", "≥"):
        assert said in text, said
    assert "no picture" in text or "None has 10 clicks yet" in text
    assert "made 2026-11-11 12:00 UTC" in text


def test_an_empty_store_has_a_page(store: Store) -> None:
    text = page(store)
    assert "Nothing was counted yet." in text
    assert "<table" not in text


def test_the_same_tables_make_the_same_bytes(store: Store) -> None:
    fill(store, 9)
    assert page(store) == page(store)


def test_a_thumbnail_is_small() -> None:
    uri = pixel()
    assert len(uri) < 1_000
    import base64

    with Image.open(BytesIO(base64.b64decode(uri.partition(",")[2]))) as image:
        assert (image.size, image.format) == ((240, 120), "WEBP")


def test_a_timeline_has_a_gap_where_nothing_was_seen() -> None:
    seen = Moment("a", 10, 0.1, 0.05, 0.2)
    svg = timeline([seen, seen, Moment("b", 0, None, None, None), seen])
    assert svg.count("<polyline") == 2
    assert svg.count('class="bar"') == 3
    assert timeline([]).startswith("<svg")


def test_dots_stand_in_order_on_an_axis_that_holds_every_interval() -> None:
    rates = [Dot("a", 0.05, 0.04, 0.06, ""), Dot("b", 0.02, 0.01, 0.03, "")]
    svg = ElementTree.fromstring(dots(rates, 0.03))
    xs = [float(one.attrib["cx"]) for one in svg.iter("circle")]
    ends = [
        float(one.attrib[name])
        for one in svg.iter("line")
        if one.attrib["class"] == "reach"
        for name in ("x1", "x2")
    ]
    assert xs[0] > xs[1]
    assert 150 <= min(ends) < max(ends) <= 430
    assert ends[0] < xs[0] < ends[1]


def test_thousands_of_variants_are_sorted_and_searched_in_a_browser(store: Store, tmp_path: Path) -> None:
    sync_api = pytest.importorskip("playwright.sync_api")
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("no chromium")
    fill(store, 1_500)
    path = tmp_path / "report.html"
    path.write_text(page(store, pixel()), encoding="utf-8")
    with sync_api.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        tab = browser.new_page(viewport={"width": 1200, "height": 900})
        said: list[str] = []
        tab.on("console", lambda message: said.append(message.text))
        tab.on("pageerror", lambda error: said.append(str(error)))
        tab.on(
            "request",
            lambda request: (
                said.append(request.url) if not request.url.startswith(("data:", "file:")) else None
            ),
        )
        tab.goto(path.as_uri())
        rows = tab.locator("table.sortable tbody tr")
        assert rows.count() == 200
        tab.locator("th", has_text="clicks").first.click()
        assert [rows.nth(place).locator("td").nth(3).inner_text() for place in (0, 199)] == ["2", "2"]
        tab.locator("th", has_text="variant").first.click()
        assert rows.first.locator("code").inner_text() == "variant00000"
        tab.locator("input[type=search]").fill("variant0123")
        assert rows.count() == 10
        tab.locator("input[type=search]").fill("")
        tab.get_by_role("button", name="Show more").click()
        assert rows.count() == 400
        assert tab.evaluate("document.documentElement.scrollWidth") <= 1200
        browser.close()
    assert said == []
