"""Static tags: image and click of one correlator are one decision, whatever is repeated."""

from __future__ import annotations

import datetime as dt
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from serving import Server
from shop_samples import banner
from sqlalchemy import func, select

from banner_engine.track import Store
from banner_engine.track.tables import events


def totals(server: Server) -> dict[str, int]:
    query = select(events.c.kind, func.count().label("number")).group_by(events.c.kind)
    with Store.open(server.folder / ".banner" / "track.db") as store, store.read() as connection:
        found = {row.kind: row.number for row in connection.execute(query)}
    return {"impressions": found.get(1, 0), "clicks": found.get(2, 0)}


def content(location: str) -> str:
    """The variant that a landing URL names."""
    return parse_qs(urlsplit(location).query)["utm_content"][0]


def test_image_and_click_of_one_correlator_are_one_decision(server: Server) -> None:
    before = totals(server)
    for number in range(5):
        image = server.get(f"/v1/placements/strip/image?r=mail-{number}")
        assert (image.status, image.headers["cache-control"]) == (200, "private, no-store")
        click = server.get(f"/v1/placements/strip/click?r=mail-{number}")
        assert click.status == 302
        shown = server.get(f"/v1/variants/{content(click.headers['location'])}.jpg")
        assert shown.body == image.body
        assert server.get(f"/v1/placements/strip/image?r=mail-{number}").body == image.body
    after = totals(server)
    assert after["impressions"] - before["impressions"] == 10  # gross: each GET
    assert after["clicks"] - before["clicks"] == 5


def test_net_counts_a_correlator_once(server: Server) -> None:
    from banner_engine.engine import Engine
    from banner_engine.report import report
    from banner_engine.report.campaign import settings_of

    engine = Engine.open(server.folder, as_of=dt.datetime(2026, 11, 10, 12))

    def net() -> tuple[int, int]:
        with Store.open(server.folder / ".banner" / "track.db") as store:
            rows = report(store, settings_of(engine.loaded.campaign), by=["placement"]).rows
        return next(((r.impressions, r.clicks) for r in rows if r.key == ("strip",)), (0, 0))

    before = net()
    # a browser of its own: the suite's other requests of this minute are too many for one person, and flagged so
    browser = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0 (once)"
    for _ in range(3):
        server.get("/v1/placements/strip/image?r=once", user_agent=browser)
        server.get("/v1/placements/strip/click?r=once", user_agent=browser)
    after = net()
    assert (after[0] - before[0], after[1] - before[1]) == (1, 1)


@pytest.mark.parametrize("macro", ["[CACHEBUSTER]", "%25%25CACHEBUSTER%25%25", "$%7BCB%7D", "", "x" * 201])
def test_a_macro_that_nobody_replaced_joins_nothing(server: Server, macro: str) -> None:
    first = server.get(f"/v1/placements/card/click?r={macro}")
    assert first.status == 302
    drawn = {
        content(server.get(f"/v1/placements/card/click?r={macro}").headers["location"]) for _ in range(12)
    }
    assert len(drawn) > 1


def test_a_locale_and_a_size_can_be_asked_for(server: Server) -> None:
    click = server.get("/v1/placements/card/click?r=en&locale=en-US&size=300x250")
    assert "lang=en-US" in click.headers["location"]
    wrong = server.get("/v1/placements/card/image?r=en&size=728x90")
    assert (wrong.status, wrong.json["error"]["hint"]) == (400, "known: 300x250")


def test_a_head_counts_nothing(server: Server) -> None:
    before = totals(server)
    assert server.ask("HEAD", "/v1/placements/card/image?r=h").status == 200
    assert server.ask("HEAD", "/v1/placements/card/click?r=h").status == 302
    assert totals(server) == before


@pytest.mark.parametrize(
    ("kind", "macro"), [("html", "[CACHEBUSTER]"), ("gam", "%%CACHEBUSTER%%"), ("mail", "{{message_id}}")]
)
def test_a_tag_leads_to_the_server(server: Server, kind: str, macro: str) -> None:
    told = banner("tag", "card", "--campaign", server.folder, "--for", kind, "--base-url", server.base)
    assert told.code == 0, told.err
    assert told.out.count(macro) == 2
    assert ("%%CLICK_URL_UNESC%%http" in told.out) == (kind == "gam")
    src = unescape(told.out.split('src="')[1].split('"')[0]).replace(macro, f"for-{kind}")
    assert server.get(src).headers["content-type"] == "image/jpeg"


def test_a_frame_is_a_page_that_may_load_nothing_else(server: Server) -> None:
    told = banner("tag", "card", "--campaign", server.folder, "--for", "iframe", "--base-url", server.base)
    src = unescape(told.out.split('src="')[1].split('"')[0])
    reply = server.get(src)
    assert reply.headers["content-type"] == "text/html; charset=utf-8"
    assert f"img-src {server.base};" in reply.headers["content-security-policy"]
    assert "/v1/impressions/" in reply.body.decode()


def test_a_tag_of_what_is_not_there(server: Server) -> None:
    told = banner("tag", "carb", "--campaign", server.folder)
    assert (told.code, told.lines) == (
        2,
        ["Error: placement: unknown placement 'carb'; did you mean 'card'?"],
    )
