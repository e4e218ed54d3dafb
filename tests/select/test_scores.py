"""Scores: what the documentation of `score` promises, in exact points."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest
import shelf_samples as samples
from hypothesis import given
from hypothesis import strategies as st
from shelf_samples import NOW, event, product

from banner_engine.load.money import Money
from banner_engine.load.product import Product
from banner_engine.load.profiles import Profile
from banner_engine.select.score import NEVER, Shelf, band_points, best_groups, event_points, explain, score


def points_of(profile: Profile, *products: Product) -> dict[str, int]:
    shelf = Shelf.of(products, NOW)
    row = score([profile], shelf, NOW)[0]
    return {one.id: int(points) for one, points in zip(shelf.products, row, strict=True)}


# -- what a single score is made of -----------------------------------------------------------------


def test_cart_beats_wishlist_beats_view() -> None:
    things = [product(name) for name in "abcd"]
    acts = (event("add_to_cart", "c"), event("add_to_wishlist", "b"), event("view_item", "a"))
    assert points_of(Profile("u", events=acts), *things) == {"a": 700, "b": 1800, "c": 3000, "d": 0}


def test_events_add_up_and_halve_every_week() -> None:
    acts = (event("add_to_cart", "a", 7), event("view_item", "a", 14), event("view_item", "a", 0))
    assert points_of(Profile("u", events=acts), product("a")) == {"a": 1500 + 175 + 700}


@given(st.sampled_from(["view_item", "add_to_wishlist", "add_to_cart"]), st.floats(0, 400), st.floats(0, 60))
def test_older_events_never_count_more(name: str, age: float, more: float) -> None:
    assert 0 <= event_points(name, age + more) <= event_points(name, age)
    assert event_points(name, age + 7) == pytest.approx(event_points(name, age) / 2, abs=1)


def test_events_of_the_future_do_not_count_yet() -> None:
    soon = (event("add_to_cart", "a", -0.001), event("purchase", "b", -0.001))
    assert points_of(Profile("u", events=soon), product("a"), product("b")) == {"a": 0, "b": 0}


def test_events_on_things_that_are_not_on_the_shelf_do_nothing() -> None:
    acts = (event("add_to_cart", "gone"), event("purchase", "gone"))
    assert points_of(Profile("u", events=acts), product("a")) == {"a": 0}


def test_affinities_are_thousandths() -> None:
    boot = product("boot", product_type="Footwear", brand="Kestrel")
    cap = product("cap", product_type="Hats", brand="Kestrel")
    profile = Profile("u", types=(("Footwear", 0.5), ("Unknown", 1.0)), brands=(("Kestrel", 0.25),))
    assert points_of(profile, boot, cap) == {"boot": 500 + 150, "cap": 150}


def test_price_band_falls_to_nothing_one_width_outside() -> None:
    prices = (50, 100, 150, 200, 250, 300, 350)
    things = [product(f"{price:03d}", price=Money(price * 1_000_000, "USD")) for price in prices]
    found = points_of(Profile("u", price_band=(150, 250)), *things)
    assert list(found.values()) == [0, 150, 300, 300, 300, 150, 0]


def test_points_of_a_band_are_whole_and_rounded_down() -> None:
    assert band_points(np.array([[100.0, 200.0]]), np.array([90.1, 209.9])).tolist() == [[270, 270]]
    assert band_points(np.array([[np.nan, np.nan]]), np.array([90.1])).tolist() == [[0]]


def test_a_band_of_one_price_knows_that_price_only() -> None:
    prices = np.array([99.99, 100.0, 100.01])
    assert band_points(np.array([[100.0, 100.0]]), prices).tolist() == [[0, 300, 0]]


def test_the_price_that_counts_is_the_one_to_pay() -> None:
    sale = (NOW - dt.timedelta(days=1), NOW + dt.timedelta(days=1))
    bag = product(
        "bag", price=Money(400_000_000, "USD"), sale_price=Money(200_000_000, "USD"), sale_dates=sale
    )
    later = Shelf.of([bag], NOW + dt.timedelta(days=2))
    assert Shelf.of([bag], NOW).price.tolist() == [200.0]
    assert later.price.tolist() == [400.0]


# -- what is never shown ----------------------------------------------------------------------------


def test_what_was_bought_is_never_shown_unless_it_is_bought_again_and_again() -> None:
    acts = tuple(event(name, item) for item in "ab" for name in ("add_to_cart", "purchase", "add_to_cart"))
    found = points_of(Profile("u", events=acts), product("a"), product("b", repeat_purchase=True))
    assert found == {"a": NEVER, "b": 6000}


@given(samples.shelves)
def test_a_shelf_holds_what_is_in_stock_and_priced_in_id_order(things: list[Product]) -> None:
    shelf = Shelf.of(things, NOW)
    expected = sorted(p.id for p in things if p.availability == "in_stock" and p.price is not None)
    assert [p.id for p in shelf.products] == expected
    assert shelf.index == {name: at for at, name in enumerate(expected)}


def test_a_shelf_may_be_empty() -> None:
    shelf = Shelf.of([product("a", availability="out_of_stock")], NOW)
    assert score([Profile("u"), Profile("v")], shelf, NOW).shape == (2, 0)
    assert best_groups(score([Profile("u")], shelf, NOW), shelf).tolist() == [[-1, -1, -1]]


@given(samples.shelves, st.lists(samples.profiles, min_size=1, max_size=4))
def test_what_was_bought_never_stands_in_a_group(things: list[Product], people: list[Profile]) -> None:
    shelf = Shelf.of(things, NOW)
    columns = best_groups(score(people, shelf, NOW), shelf)
    for profile, row in zip(people, columns, strict=True):
        bought = {e.item_id for e in profile.events if e.name == "purchase" and e.time <= NOW}
        shown = [shelf.products[column] for column in row if column >= 0]
        assert all(one.repeat_purchase for one in shown if one.id in bought)


# -- the cold start, and ties -----------------------------------------------------------------------


def test_the_cold_start_shows_hot_sellers() -> None:
    sold = {"a": 5, "b": 900, "c": 5, "d": 0, "e": 31}
    things = [product(name, product_type=name, popularity=units) for name, units in sold.items()]
    # points go by rank: 0, 5, 31 and 900 are four ranks
    assert points_of(Profile("new"), *things) == {"a": 66, "b": 200, "c": 66, "d": 0, "e": 133}
    shelf = Shelf.of(things, NOW)
    columns = best_groups(score([Profile("new")], shelf, NOW), shelf)
    assert [shelf.products[column].id for column in columns[0]] == ["b", "e", "a"]


def test_ties_go_to_the_smaller_id_within_a_group_and_between_groups() -> None:
    things = [product(name, product_type=kind) for name, kind in zip("zyxwv", "BABAC", strict=True)]
    shelf = Shelf.of(things, NOW)
    columns = best_groups(score([Profile("u")], shelf, NOW), shelf)
    assert [shelf.products[column].id for column in columns[0]] == ["v", "w", "x"]


@given(samples.shelves, st.lists(samples.profiles, min_size=1, max_size=4), st.integers(1, 4))
def test_groups_are_the_best_products_of_the_best_types(
    things: list[Product], people: list[Profile], groups: int
) -> None:
    shelf = Shelf.of(things, NOW)
    points = score(people, shelf, NOW)
    columns = best_groups(points, shelf, groups)
    assert columns.shape == (len(people), groups)
    for row, found in zip(points, columns, strict=True):
        ranked = sorted(
            (c for c in range(len(shelf.products)) if row[c] != NEVER),
            key=lambda c: (-row[c], shelf.products[c].id),
        )
        best_of: dict[str, int] = {}
        for column in ranked:
            best_of.setdefault(shelf.products[column].product_type, column)
        expected = list(best_of.values())[:groups]
        assert found.tolist() == expected + [-1] * (groups - len(expected))


# -- batches and explanations -----------------------------------------------------------------------


@given(samples.shelves, st.lists(samples.profiles, min_size=1, max_size=6), st.data())
def test_a_score_does_not_depend_on_the_batch_or_its_order(
    things: list[Product], people: list[Profile], data: st.DataObject
) -> None:
    shelf = Shelf.of(things, NOW)
    whole = score(people, shelf, NOW)
    assert whole.dtype == np.int32
    order = data.draw(st.permutations(range(len(people))))
    shuffled = score([people[at] for at in order], Shelf.of(list(reversed(things)), NOW), NOW)
    assert (shuffled == whole[order]).all()
    cut = data.draw(st.integers(0, len(people)))
    parts = [score(part, shelf, NOW) for part in (people[:cut], people[cut:])]
    assert (np.concatenate(parts) == whole).all()


@given(samples.shelves, samples.profiles, st.data())
def test_the_order_of_events_does_not_matter(
    things: list[Product], one: Profile, data: st.DataObject
) -> None:
    shelf = Shelf.of(things, NOW)
    mixed = replace(one, events=tuple(data.draw(st.permutations(one.events))))
    assert (score([mixed], shelf, NOW) == score([one], shelf, NOW)).all()


@given(samples.shelves, samples.profiles)
def test_an_explanation_sums_to_the_score(things: list[Product], one: Profile) -> None:
    shelf = Shelf.of(things, NOW)
    row = score([one], shelf, NOW)[0]
    for thing, points in zip(shelf.products, row, strict=True):
        parts = explain(one, thing, shelf, NOW)
        assert set(parts) == {"events", "product_type", "brand", "price_band", "popularity"}
        if points != NEVER:
            assert sum(parts.values()) == points


def test_an_explanation_leaves_out_what_has_not_happened_yet() -> None:
    shelf = Shelf.of([product("a")], NOW)
    one = Profile("u", events=(event("view_item", "a", -1), event("add_to_cart", "a", 7)))
    assert explain(one, shelf.products[0], shelf, NOW)["events"] == 1500
