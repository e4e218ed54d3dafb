"""Sampled profiles: plausible, clustered, and each a function of (seed, index) only."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections import Counter
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from banner_engine.errors import BannerError
from banner_engine.load.money import Money
from banner_engine.load.product import Product
from banner_engine.simulate.people import COLD_START, HISTORY_DAYS, QUIET_HOURS, sample_profiles

AS_OF = dt.datetime(2026, 11, 5, 12, tzinfo=dt.UTC)
TYPES = ("Bags", "Climbing", "Cycling", "Footwear", "Jackets", "Navigation", "Ski/boarding", "Trekking")
EVENTS = ("view_item", "add_to_wishlist", "add_to_cart", "purchase")


def product(number: int, product_type: str, **more: object) -> Product:
    values: dict[str, object] = {
        "id": f"{product_type}-{number}",
        "title": f"{product_type} {number}",
        "image_link": "x.webp",
        "image": None,
        "price": Money((20 + 10 * number) * 1_000_000, "USD"),
        "brand": f"{product_type} brand {number % 3}",
        "product_type": product_type,
        "popularity": 100 * (number + 1),
    }
    return Product(**{**values, **more})  # type: ignore[arg-type]


SHOP = [product(number, name) for name in TYPES for number in range(6)]


def in_yuan(item: Product) -> Product:
    assert item.price is not None
    return dataclasses.replace(item, price=Money(item.price.micros * 7, "CNY"))


SHOPS = {"zh-CN": [in_yuan(p) for p in SHOP], "en": SHOP}
BY_ID = {p.id: p for p in SHOP}


def sample(count: int, seed: int = 1, **more: object) -> list[dict]:
    return list(sample_profiles(SHOPS, count, seed, AS_OF, **more))  # type: ignore[arg-type]


MANY = sample(4000)
WARM = [p for p in MANY if "events" in p]


def test_a_profile_depends_on_seed_and_index_only() -> None:
    assert sample(50) == MANY[:50]
    assert sample(20, start=30) == MANY[30:50]
    assert sample(50, seed=2) != MANY[:50]


def test_a_profile_stays_what_it_is() -> None:
    """A seed in a script or a bug report must mean the same people next year."""
    assert json.loads(json.dumps(MANY[10])) == {
        "user_id": "s1-0000010",
        "locale": "zh-CN",
        "affinities": {
            "product_type": {
                "Bags": 0.14,
                "Cycling": 0.45,
                "Footwear": 0.32,
                "Jackets": 0.18,
                "Navigation": 0.74,
                "Trekking": 0.32,
            },
            "brand": {"Cycling brand 0": 0.88, "Cycling brand 2": 0.73, "Navigation brand 1": 0.67},
        },
        "price_band": [420, 490],
        "events": [{"name": "view_item", "item_id": "Navigation-4", "time": "2026-11-03T04:47:05Z"}],
    }


def test_users_of_two_seeds_are_different_users() -> None:
    users = [p["user_id"] for p in (*MANY, *sample(100, seed=2))]
    assert len(set(users)) == len(users)


def test_profiles_are_streamed() -> None:
    endless = sample_profiles(SHOPS, 10**15, 1, AS_OF)
    assert list(islice(endless, 3)) == MANY[:3]


def test_cold_starts_hold_nothing_and_are_as_many_as_said() -> None:
    cold = [p for p in MANY if "events" not in p]
    assert all(set(p) == {"user_id", "locale"} for p in cold)
    assert len(cold) / len(MANY) == pytest.approx(COLD_START, abs=0.02)


def test_locales_share_the_people_and_price_bands_are_in_their_currency() -> None:
    assert Counter(p["locale"] for p in MANY)["en"] / len(MANY) == pytest.approx(0.5, abs=0.03)
    for locale, low, high in (("en", 20, 70), ("zh-CN", 140, 490)):
        bands = [p["price_band"] for p in WARM if p["locale"] == locale]
        assert all(low <= a <= b <= high for a, b in bands)
        assert {low, high} <= {edge for band in bands for edge in band}


def test_affinities_name_what_is_sold_and_lie_between_0_and_1() -> None:
    brands = {p.brand for p in SHOP}
    for profile in WARM:
        affinities = profile["affinities"]
        assert affinities["product_type"] and set(affinities["product_type"]) <= set(TYPES)
        assert set(affinities["brand"]) <= brands
        assert all(0 < x <= 1 for group in affinities.values() for x in group.values())


def test_tastes_come_in_clusters() -> None:
    """Who likes skiing most likes jackets far more often than climbing; nobody likes everything evenly."""
    skiers = [
        tastes
        for p in WARM
        if max(tastes := p["affinities"]["product_type"], key=tastes.__getitem__) == "Ski/boarding"
    ]
    assert len(skiers) > 200
    assert sum("Jackets" in t for t in skiers) > 0.9 * len(skiers)
    assert sum("Climbing" in t for t in skiers) < 0.15 * len(skiers)


def test_every_type_is_liked_most_by_somebody() -> None:
    tops = Counter(max(t := p["affinities"]["product_type"], key=t.__getitem__) for p in WARM)
    assert set(tops) == set(TYPES)


def test_people_look_at_what_they_like() -> None:
    looks = [(p["affinities"], BY_ID[e["item_id"]]) for p in WARM for e in p["events"]]
    assert all(item.product_type in tastes["product_type"] for tastes, item in looks)
    favoured = [item.brand in tastes["brand"] for tastes, item in looks if tastes["brand"]]
    fitting = sum(
        p["price_band"][0] <= price_of(p, e) <= p["price_band"][1] for p in WARM for e in p["events"]
    )
    assert sum(favoured) / len(favoured) > 0.3  # 0.17 by chance
    assert fitting / len(looks) > 0.7


def price_of(profile: dict, event: dict) -> float:
    price = BY_ID[event["item_id"]].price
    assert price is not None
    return price.micros / 1e6 * (7 if profile["locale"] == "zh-CN" else 1)


def test_events_are_in_order_before_as_of_and_denser_towards_it() -> None:
    ages = []
    for profile in WARM:
        times = [dt.datetime.strptime(e["time"], "%Y-%m-%dT%H:%M:%S%z") for e in profile["events"]]
        assert times and times == sorted(times) and times[-1] < AS_OF
        ages += [(AS_OF - t) / dt.timedelta(days=1) for t in times]
    assert max(ages) <= HISTORY_DAYS + QUIET_HOURS / 24 + 1e-6
    weeks = Counter(int(age / 7) for age in ages)
    assert weeks[0] > 1.5 * weeks[1] > 2 * weeks[2] > 0


def test_the_funnel_narrows() -> None:
    names = Counter(e["name"] for p in WARM for e in p["events"])
    assert set(names) == set(EVENTS)
    assert names["view_item"] > 3 * names["add_to_cart"] > 6 * names["purchase"] > 0


def test_what_is_popular_is_looked_at_more() -> None:
    looks = Counter(BY_ID[e["item_id"]].popularity for p in WARM for e in p["events"])
    assert looks[600] > 1.3 * looks[100]


def test_only_repeat_purchases_are_bought_twice_and_stock_that_is_out_never() -> None:
    shop = [
        product(0, "Climbing", repeat_purchase=True),
        product(1, "Climbing"),
        product(2, "Climbing", availability="out_of_stock"),
    ]
    twice, viewed = set(), set()
    for profile in sample_profiles({"en": shop}, 3000, 1, AS_OF):
        events = profile.get("events", [])
        viewed |= {e["item_id"] for e in events if e["name"] == "view_item"}
        bought = Counter(e["item_id"] for e in events if e["name"] == "purchase")
        assert "Climbing-2" not in bought
        twice |= {item for item, times in bought.items() if times > 1}
    assert twice == {"Climbing-0"}
    assert "Climbing-2" in viewed


def test_people_look_at_things_for_one_gender_and_for_all() -> None:
    """With things for women, men and all, no history mixes women's and men's."""
    shop = [product(n, "Jackets", gender=g) for n, g in enumerate(("female", "male", "unisex"))]
    mixed = {"Jackets-0", "Jackets-1"}
    seen = [
        {e["item_id"] for e in p["events"]}
        for p in sample_profiles({"en": shop}, 500, 1, AS_OF)
        if "events" in p
    ]
    assert not any(mixed <= items for items in seen)
    assert {item for items in seen for item in items} == {p.id for p in shop}


def test_sale_prices_count_while_they_hold() -> None:
    sale = product(
        0, "Bags", sale_price=Money(5_000_000, "USD"), sale_dates=(AS_OF, AS_OF + dt.timedelta(days=1))
    )
    for moment, price in ((AS_OF, 5), (AS_OF + dt.timedelta(days=2), 20)):
        profiles = sample_profiles({"en": [sale]}, 30, 1, moment)
        assert {tuple(p["price_band"]) for p in profiles if "events" in p} == {(price, price)}


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.sampled_from(["", "Lipstick", "Sofas", "Cameras", "Bags", "家具"]), min_size=1, max_size=12),
    st.integers(-(2**40), 2**40),
)
def test_any_catalogue_has_plausible_people(types: list[str], seed: int) -> None:
    shop = [product(number, name, brand="" if number % 2 else "B") for number, name in enumerate(types)]
    profiles = list(sample_profiles({"en": shop}, 40, seed, AS_OF))
    assert len(profiles) == 40
    for profile in profiles:
        events = profile.get("events", [])
        assert {e["item_id"] for e in events} <= {p.id for p in shop}
        assert "" not in profile.get("affinities", {}).get("product_type", {})
        assert "" not in profile.get("affinities", {}).get("brand", {})


def test_a_locale_without_priced_products_is_named() -> None:
    with pytest.raises(BannerError, match="no product with a price to sample profiles from in fr-FR"):
        sample_profiles({"en": SHOP, "fr-FR": [product(0, "Bags", price=None)]}, 1, 1, AS_OF)
    with pytest.raises(BannerError, match="no locale"):
        sample_profiles({}, 1, 1, AS_OF)


def test_as_of_needs_a_zone() -> None:
    with pytest.raises(ValueError, match="time zone"):
        sample_profiles(SHOPS, 1, 1, dt.datetime(2026, 11, 5))
