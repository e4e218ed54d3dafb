"""Where clicks lead: never off the campaign's host, whatever a feed, a URL or a token says."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from serving import Server

from banner_engine.load.campaign import Campaign, load_campaign_file
from banner_engine.load.product import Product
from banner_engine.serve.redirects import allowed_hosts, is_allowed, target

EVIL = [
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https:evil.example",
    "https:/evil.example",
    "https://evil.example",
    "https://corner.example@evil.example",
    "https://corner.example:pass@evil.example",
    "https://corner.example\\@evil.example",
    "https://corner.example%00.evil.example",
    "https://corner.example%2f@evil.example",
    "https://corner.example%252f@evil.example",
    "https://corner.example.evil.example",
    "https://corner.example:8443",
    "https://CORNER.example",
    "https://corner.example。evil.example",
    "https://corner.ехample",
    "http://corner.example",
    "https://corner.example\r\nLocation: https://evil.example",
    "https://corner.example/%0d%0aLocation:%20x\r\n",
    "https://corner.example/\tx",
    " https://corner.example/",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "%2f%2fevil.example",
    "%252f%252fevil.example",
    "https://[evil.example",
    "https://",
    "",
    "?url=//evil.example",
]  # fmt: skip
HOSTS = frozenset({"https://corner.example"})


@pytest.fixture(scope="module")
def campaign(server: Server) -> Campaign:
    return load_campaign_file(server.folder)


@pytest.mark.parametrize("url", EVIL)
def test_an_evil_target_is_not_allowed(url: str) -> None:
    assert not is_allowed(url, HOSTS)


@pytest.mark.parametrize("url", ["https://corner.example", "https://corner.example/p?x=//evil.example&y=%40"])
def test_a_page_of_the_campaign_is(url: str) -> None:
    assert is_allowed(url, HOSTS)


def on_host(url: str) -> bool:
    parts = urlsplit(url)
    return (parts.scheme, parts.netloc) == ("https", "corner.example") and "\\" not in url and url.isascii()


@pytest.mark.parametrize(
    "landing",
    [
        "https://corner.example/p/{product.id}?lang={locale}",
        "https://corner.example/{product.link}",
        "https://corner.example?to={product.link}",
    ],
)
@pytest.mark.parametrize("evil", EVIL)
def test_a_feed_cannot_lead_a_click_away(campaign: Campaign, landing: str, evil: str) -> None:
    moved = campaign.model_copy(update={"landing_url": landing})
    product = Product("p01", "x", "", None, None, link=evil)
    for product_id in ("p01", evil):
        url = target(
            moved,
            replace(product, id=product_id),
            product_id=product_id,
            variant_id="v",
            placement="card",
            locale="en-US",
        )
        assert on_host(url), url
        assert is_allowed(url, allowed_hosts(moved))


@given(link=st.text(max_size=60), product_id=st.text(max_size=60))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nor_can_any_text(campaign: Campaign, link: str, product_id: str) -> None:
    product = Product(product_id, "x", "", None, None, link=link)
    url = target(campaign, product, product_id=product_id, variant_id="v", placement="card", locale="en-US")
    assert on_host(url), url


def test_a_click_ignores_what_a_url_adds(server: Server) -> None:
    found = server.decide()
    honest = server.get(found["click_url"]).headers["location"]
    for evil in EVIL:
        given = quote(evil, safe="")
        for name in ("url", "u", "redirect", "next", "dest", "adurl", "Location"):
            reply = server.get(f"{found['click_url']}?{name}={given}")
            assert (reply.status, reply.headers["location"]) == (302, honest)
        reply = server.get(f"/v1/placements/card/click?r=x&url={given}&locale={given}")
        assert reply.status == 302 and on_host(reply.headers["location"])
        assert server.get(f"/v1/clicks/{given}").status in (400, 404)


def test_a_moved_repeated_or_changed_signature_leads_nowhere(server: Server) -> None:
    one, other = server.decide(), server.decide(placement="strip")
    token, second = (found["click_url"].rpartition("/")[2] for found in (one, other))
    payload, signature = token.split(".")
    forged = [
        f"{payload}.{second.split('.')[1]}",
        f"{second.split('.')[0]}.{signature}",
        f"{token}.{signature}",
        f"{payload}.{signature}{signature}",
        f"{token}=",
        f"{token}%0d%0aLocation:%20https://evil.example",
        f"{payload}.",
        f".{signature}",
        payload,
        token.swapcase(),
        token[:-1] + ("A" if token[-1] != "A" else "B"),
    ]
    for text in forged:
        for what in ("clicks", "impressions", "views", "billing"):
            reply = server.get(f"/v1/{what}/{text}")
            assert reply.status == 400 and "location" not in reply.headers, (what, text)
            assert reply.json["error"]["kind"] == "token"


def test_utm_fields_name_variant_and_placement_and_no_user(server: Server) -> None:
    found = server.decide(user="person-001@corner.example", locale="en-US")
    query = parse_qs(urlsplit(server.get(found["click_url"]).headers["location"]).query)
    assert query == {
        "lang": ["en-US"], "utm_source": ["card"], "utm_medium": ["display"], "utm_campaign": ["corner"],
        "utm_content": [found["variant_id"]],
    }  # fmt: skip


@pytest.mark.parametrize("odd", ["https://corner.example/\\evil.example/", "https://corner.example/a b"])
def test_what_is_not_allowed_becomes_the_first_page(campaign: Campaign, odd: str) -> None:
    moved = campaign.model_copy(update={"landing_url": odd})
    url = target(moved, None, product_id="p01", variant_id="v", placement="card", locale="en-US")
    assert url == "https://corner.example/"
