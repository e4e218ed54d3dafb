"""campaign.yaml: what it holds, and every mistake with its line and field."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from banner_engine.errors import BannerError
from banner_engine.load.campaign import (
    Brand,
    Campaign,
    load_campaign_file,
    localised,
    parse_size,
)
from banner_engine.load.money import Money

RANGE = "is out of range: each side must be 30 to 4096 px"
NO_ZONE = "is no time zone: write an IANA name, such as 'Asia/Shanghai'"
NO_SIZE = "is no size: write width x height in pixels, such as '300x250'"
NO_URL = "is no landing URL: it must start with https:// and name a host"
NO_PRICE = "is no price: write an amount and a currency, such as '199.00 CNY'"
NO_BUDGET = "is no byte budget: write a number of bytes, or '150kB'"
NO_ID = "is no id: use letters, digits, '.', '_' and '-', at most 64"
LADDER = "line 3, ladder: the ladder of qualities must fall, such as [84, 76, 68]"
PLACEHOLDERS = "known: product.id, product.link, variant_id, placement.id, campaign.id, locale"
NO_LOCALE = "is no locale: write a tag of BCP 47, such as 'zh-CN'"
NO_CURRENCY = "is no currency: write its code of ISO 4217, such as 'CNY'"
WHOLE = """\
id: demo
title: Demo
brand: {name: {en: Northbound, zh: 北行}, logo: {dark: logo.svg}}
landing_url: https://shop.example/p/{product.id}?v={variant_id}
timezone: Asia/Shanghai
flight: {start: 2026-11-01, end: 2026-11-30}
grade: S
markets:
  - {id: cn, locales: [zh-CN], currency: CNY, feed: feeds/cn.csv}
  - {id: us, locales: [en, es-US], currency: USD}
themes: [double11, lacquer]
catalogue: products.csv
copy: copy.yaml
placements:
  - {id: hero, sizes: [1200x628, 300X250], value_per_day: "1,500.00 CNY", grade: A, byte_budget: 150kB}
  - {id: side, sizes: [160×600]}
"""


def read(tmp_path: Path, text: str) -> Campaign:
    (tmp_path / "campaign.yaml").write_text(text)
    return load_campaign_file(tmp_path)


def refused(tmp_path: Path, text: str) -> str:
    with pytest.raises(BannerError) as caught:
        read(tmp_path, text)
    return str(caught.value).removeprefix(f"{tmp_path / 'campaign.yaml'}, ")


@pytest.fixture
def campaign(tmp_path: Path) -> Campaign:
    return read(tmp_path, WHOLE)


def test_a_whole_campaign(campaign: Campaign) -> None:
    assert campaign.placements[0].sizes == ((1200, 628), (300, 250))
    assert campaign.placements[0].value_per_day == Money(1_500_000_000, "CNY")
    assert campaign.placements[0].byte_budget == 150_000
    assert campaign.placements[1].sizes == ((160, 600),)
    assert campaign.placements[1].value_per_day is None
    assert campaign.copy_file == "copy.yaml"
    assert campaign.flight.end == dt.date(2026, 11, 30)
    assert campaign.locales == ("zh-CN", "en", "es-US")
    assert campaign.placement("side") is campaign.placements[1]
    assert campaign.placement("top") is None
    assert campaign.ladder == (84, 78, 72, 64, 56)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("300X250", "0x250", f"line 15, placements[0].sizes[1]: '0x250' {RANGE}"),
        ("300X250", "300x0", f"line 15, placements[0].sizes[1]: '300x0' {RANGE}"),
        ("300X250", "300x4097", f"line 15, placements[0].sizes[1]: '300x4097' {RANGE}"),
        ("300X250", "wide", f"line 15, placements[0].sizes[1]: 'wide' {NO_SIZE}"),
        ("[160×600]", "[]", "line 16, placements[1].sizes: must not be empty"),
        (
            "2026-11-30",
            "2026-10-31",
            "line 6, flight: the flight ends (2026-10-31) before it starts (2026-11-01)",
        ),
        (
            "2026-11-30",
            "2026-11-31",
            "line 6, flight.end: must be a day, such as 2026-11-01, not '2026-11-31'",
        ),
        ("Asia/Shanghai", "Asia/Shangai", f"line 5, timezone: 'Asia/Shangai' {NO_ZONE}"),
        ("Asia/Shanghai", "/etc/passwd", f"line 5, timezone: '/etc/passwd' {NO_ZONE}"),
        ("Asia/Shanghai", "Asia", f"line 5, timezone: 'Asia' {NO_ZONE}"),
        (
            "{variant_id}",
            "{variant}",
            f"line 4, landing_url: unknown placeholder '{{variant}}'; {PLACEHOLDERS}",
        ),
        (
            "shop.example",
            "{product.id}.example",
            "line 4, landing_url: the landing URL's host cannot hold a placeholder",
        ),
        (
            "https://shop",
            "shop",
            f"line 4, landing_url: 'shop.example/p/{{product.id}}?v={{variant_id}}' {NO_URL}",
        ),
        (
            "https://shop.example",
            "javascript:alert(1)",
            f"line 4, landing_url: 'javascript:alert(1)/p/{{product.id}}?v={{variant_id}}' {NO_URL}",
        ),
        ("id: side", "id: hero", "line 14, placements: placement 'hero' stands twice"),
        ("id: us", "id: cn", "line 8, markets: market 'cn' stands twice"),
        ("es-US", "zh-CN", "line 8, markets: locale 'zh-CN' stands twice"),
        ("[double11, lacquer]", "[lacquer, lacquer]", "line 11, themes: theme 'lacquer' stands twice"),
        ("[double11, lacquer]", "[]", "line 11, themes: must not be empty"),
        ("title: Demo", "title: Demo\nladder: [70, 80]", LADDER),
        ("title: Demo", "title: Demo\nladder: [80, 80]", LADDER),
        ("title: Demo", "title: Demo\nladder: []", LADDER),
        (
            "title: Demo",
            "title: Demo\nladder: [99]",
            "line 3, ladder[0]: input should be less than or equal to 95, not 99",
        ),
        ('"1,500.00 CNY"', "500", f"line 15, placements[0].value_per_day: '500' {NO_PRICE}"),
        ('"1,500.00 CNY"', "CNY 500", f"line 15, placements[0].value_per_day: 'CNY 500' {NO_PRICE}"),
        ("150kB", "lots", f"line 15, placements[0].byte_budget: 'lots' {NO_BUDGET}"),
        ("150kB", "0", f"line 15, placements[0].byte_budget: '0' {NO_BUDGET}"),
        ("grade: A", "grade: D", "line 15, placements[0].grade: unknown value 'D'; known: A, B, C, S"),
        (
            "value_per_day",
            "value_per_dai",
            "line 15, placements[0].value_per_dai: unknown key 'value_per_dai'; "
            "did you mean 'value_per_day'?",
        ),
        ("timezone", "timezon", "line 5, timezon: unknown key 'timezon'; did you mean 'timezone'?"),
        (
            "{dark: logo.svg}",
            "{drak: logo.svg}",
            "line 3, brand.logo.drak: unknown key 'drak'; did you mean 'dark'?",
        ),
        ("id: demo", "id:", f"line 1, id: 'None' {NO_ID}"),
        ("id: demo", "id: ../x", f"line 1, id: '../x' {NO_ID}"),
        ("currency: USD", "currency: usd", f"line 10, markets[1].currency: 'usd' {NO_CURRENCY}"),
        ("es-US", "es_US", f"line 10, markets[1].locales[1]: 'es_US' {NO_LOCALE}"),
        (
            "title: Demo",
            "title: Demo\npolicy: {kind: greedy}",
            "line 3, policy.kind: unknown value 'greedy'; did you mean 'epsilon-greedy'?",
        ),
        (
            "title: Demo",
            "title: Demo\npolicy: {epsilon: 0}",
            "line 3, policy.epsilon: input should be greater than 0, not 0",
        ),
        ("title: Demo\n", "", "title: 'title' is missing"),
    ],
)
def test_mistakes(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in WHOLE
    assert refused(tmp_path, WHOLE.replace(old, new)) == message


def test_a_flight_of_one_day(tmp_path: Path) -> None:
    campaign = read(tmp_path, WHOLE.replace("2026-11-30", "2026-11-01"))
    assert campaign.in_flight(dt.datetime(2026, 11, 1, 12, tzinfo=campaign.zone))


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(BannerError) as caught:
        load_campaign_file(tmp_path)
    assert str(caught.value) == f"{tmp_path / 'campaign.yaml'}: no such file"


@pytest.mark.parametrize(
    ("locale", "market"),
    [("zh-CN", "cn"), ("zh-TW", "cn"), ("en-GB", "us"), ("es-US", "us"), ("es", "us"), ("fr", "cn")],
)
def test_the_market_of_a_locale(campaign: Campaign, locale: str, market: str) -> None:
    assert campaign.market_of(locale).id == market


@pytest.mark.parametrize(
    ("moment", "inside"),
    [
        ("2026-10-31T23:59:59.999999+08:00", False),
        ("2026-11-01T00:00:00+08:00", True),
        ("2026-10-31T16:00:00+00:00", True),
        ("2026-11-30T23:59:59.999999+08:00", True),
        ("2026-11-30T16:00:00+00:00", False),
    ],
)
def test_both_days_of_a_flight_are_in_it_where_the_campaign_is(
    campaign: Campaign, moment: str, inside: bool
) -> None:
    assert campaign.in_flight(dt.datetime.fromisoformat(moment)) is inside


@pytest.mark.parametrize(
    ("texts", "locale", "found"),
    [
        ({"zh-Hans-CN": 1, "zh-Hans": 2, "zh": 3, "en": 4}, "zh-Hans-CN", 1),
        ({"zh": 3, "zh-Hans": 2, "en": 4}, "zh-Hans-CN", 2),
        ({"en": 4, "zh": 3}, "zh-Hans-CN", 3),
        ({"en": 4, "zh-TW": 5}, "zh-Hans-CN", 5),
        ({"de": 6, "en": 4}, "zh", 4),
        ({"de": 6, "fr": 7}, "zh", 6),
        ({}, "zh", None),
    ],
)
def test_what_a_locale_falls_back_to(texts: dict[str, int], locale: str, found: int | None) -> None:
    assert localised(texts, locale) == found


def test_a_brand_by_locale() -> None:
    brand = Brand(name={"en": "Northbound", "zh": "北行"})
    assert (brand.named("zh-CN"), brand.named("fr")) == ("北行", "Northbound")
    assert Brand(name="Northbound").named("zh-CN") == "Northbound"


@pytest.mark.parametrize("text", ["300x250", " 300X250 ", "300×250"])
def test_sizes(text: str) -> None:
    assert parse_size(text) == (300, 250)
