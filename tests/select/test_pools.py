"""Pools: fixed by hash, at most the quota, judged only when asked for."""

from __future__ import annotations

import random

import shelf_samples as samples
from hypothesis import given
from hypothesis import strategies as st
from shelf_samples import COMBINATIONS, product, recipe_of, space

from banner_engine.load.product import Product
from banner_engine.recipe import Recipe
from banner_engine.select.pool import Combination, Option, Pool, Space


def names(options: tuple[Option, ...]) -> list[Combination]:
    return [option.combination for option in options]


def test_the_order_of_a_pool_never_changes() -> None:
    # which variants a placement shows is fixed for the life of a campaign
    found = [
        (one.theme, one.palette, one.copy) for one in names(samples.pool(quota=4).options(product("p1")))
    ]
    assert found == [
        ("double11", "two", "c"),
        ("swiss", "two", "b"),
        ("lacquer", "one", "a"),
        ("lacquer", "two", "b"),
    ]


@given(st.randoms(use_true_random=False), st.integers(1, 25))
def test_a_pool_does_not_depend_on_the_order_of_combinations(chance: random.Random, quota: int) -> None:
    mixed = list(COMBINATIONS)
    chance.shuffle(mixed)
    found = Pool(space(quota), tuple(mixed), recipe_of).options(product("p1"))
    assert found == samples.pool(quota=quota).options(product("p1"))
    assert len(found) == min(quota, len(COMBINATIONS))


@given(st.sets(st.sampled_from(COMBINATIONS)), st.integers(1, 6))
def test_the_first_feasible_ones_up_to_the_quota_are_kept(bad: set[Combination], quota: int) -> None:
    asked: list[Combination] = []

    def judge(thing: Product, one: Combination, where: Space) -> Recipe | None:
        asked.append(one)
        return None if one in bad else recipe_of(thing, one, where)

    pool = samples.pool(judge, quota)
    everything = names(samples.pool().options(product("p1")))
    expected = [one for one in everything if one not in bad][:quota]
    assert names(pool.options(product("p1"))) == expected
    # nothing is judged after the quota is full
    enough = len(expected) == quota
    assert asked == (everything[: everything.index(expected[-1]) + 1] if enough else everything)
    assert (pool.judged, pool.infeasible) == (len(asked), len(bad & set(asked)))


def test_nothing_is_judged_before_it_is_asked_for_and_nothing_twice() -> None:
    asked: list[str] = []

    def judge(thing: Product, one: Combination, where: Space) -> Recipe:
        asked.append(thing.id)
        return recipe_of(thing, one, where)

    pool = samples.pool(judge, 2)
    assert asked == []
    first = pool.options(product("p1"))
    assert pool.options(product("p1")) is first
    assert asked == ["p1", "p1"]


def test_products_placements_sizes_and_locales_have_pools_of_their_own() -> None:
    pools = [
        samples.pool(quota=5).options(product("p1")),
        samples.pool(quota=5).options(product("p2")),
        samples.pool(quota=5, placement="hero").options(product("p1")),
        samples.pool(quota=5, width=301).options(product("p1")),
        samples.pool(quota=5, height=251).options(product("p1")),
        samples.pool(quota=5, locale="zh-CN").options(product("p1")),
    ]
    assert len({tuple(names(options)) for options in pools}) == len(pools)


def test_a_larger_quota_only_adds() -> None:
    small, large = (names(samples.pool(quota=quota).options(product("p1"))) for quota in (4, 9))
    assert large[:4] == small


def test_an_option_names_the_variant_it_shows() -> None:
    thing = product("p1")
    for option in samples.pool().options(thing):
        assert option.product is thing
        assert option.variant_id == option.recipe.variant_id
        assert option.recipe == recipe_of(thing, option.combination, space())
