"""Choices: drawn by a hash, with the propensity of what is really shown."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
import shelf_samples as samples
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chisquare
from shelf_samples import NOW, event, product, recipe_of

from banner_engine.load.product import Product
from banner_engine.load.profiles import Profile
from banner_engine.recipe import Recipe, unit_draw
from banner_engine.select import choose as module
from banner_engine.select.choose import Choice, choose
from banner_engine.select.policy import Candidates, EpsilonGreedy, Fixed, Floats, Policy, Uniform
from banner_engine.select.pool import Combination, Pool, Space
from banner_engine.select.score import Shelf, best_groups, score

THINGS = [
    product(f"p{number}", product_type=samples.TYPES[number % 4], popularity=number) for number in range(9)
]
SHELF = Shelf.of(THINGS, NOW)
POLICIES: list[Policy] = [
    Uniform(),
    EpsilonGreedy(0.4),
    Fixed((("double11", 0.3), ("lacquer", 2.1), ("swiss", 0.7))),
]


def shared_words(thing: Product, one: Combination, where: Space) -> Recipe | None:
    """Copy sets a and b say the same about every product; p8's and Jackets' arms differ in number."""
    if thing.id == "p8" and one.theme == "swiss":
        return None
    if thing.product_type == "Jackets" and (one.palette, one.theme) != ("one", "lacquer"):
        return None
    return recipe_of(thing, one, where, "same" if one.copy in "ab" else "")


def chosen(
    people: list[Profile], pool: Pool, policy: Policy, seed: int = 7, shelf: Shelf = SHELF
) -> list[Choice | None]:
    return choose(people, score(people, shelf, NOW), shelf, pool, policy, seed)


def one_chosen(profile: Profile, pool: Pool, policy: Policy, seed: int = 7) -> Choice:
    found = chosen([profile], pool, policy, seed)[0]
    assert found is not None
    return found


def distribution(profile: Profile, pool: Pool, policy: Policy) -> dict[str, float]:
    """Probability of every variant for a profile, in plain Python from the policies' documentation."""
    columns = best_groups(score([profile], SHELF, NOW), SHELF)[0]
    arms = [
        (rank, option)
        for rank, column in enumerate(columns)
        if column >= 0
        for option in pool.options(SHELF.products[column])
    ]
    best = [rank for rank, _ in arms].count(min(rank for rank, _ in arms))
    out: dict[str, float] = {}
    for rank, option in arms:
        if isinstance(policy, Uniform):
            share = 1 / len(arms)
        elif isinstance(policy, EpsilonGreedy):
            share = policy.epsilon / len(arms)
            share += (1 - policy.epsilon) / best if rank == min(rank for rank, _ in arms) else 0
        else:
            assert isinstance(policy, Fixed)
            weights = dict(policy.weights)
            total = sum(weights[other.combination.theme] for _, other in arms)
            share = weights[option.combination.theme] / total
        out[option.variant_id] = out.get(option.variant_id, 0) + share
    return out


@settings(max_examples=60)
@given(samples.profiles, st.sampled_from(POLICIES), st.integers(0, 50))
def test_a_propensity_sums_all_arms_that_show_the_variant(one: Profile, policy: Policy, seed: int) -> None:
    pool = samples.pool(shared_words)
    found = one_chosen(one, pool, policy, seed)
    expected = distribution(one, pool, policy)
    assert sum(expected.values()) == pytest.approx(1)
    assert found.propensity == pytest.approx(expected[found.option.variant_id], rel=1e-12)


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.name)
def test_draws_come_out_as_often_as_their_propensity_says(policy: Policy) -> None:
    taste = Profile("", types=(("Bags", 0.9), ("Jackets", 0.8)), events=(event("view_item", "p5", 3),))
    people = [replace(taste, user_id=f"user-{number}") for number in range(12_000)]
    pool = samples.pool(shared_words)
    found = chosen(people, pool, policy)
    expected = distribution(taste, pool, policy)
    seen = Counter(one.option.variant_id for one in found if one is not None)
    assert set(seen) == set(expected)
    counts = [seen[name] for name in expected]
    assert chisquare(counts, [12_000 * share for share in expected.values()]).pvalue > 0.001
    # and inverse propensities weigh every variant the same: their mean is the number of variants
    inverse = np.mean([1 / one.propensity for one in found if one is not None])
    assert inverse == pytest.approx(len(expected), rel=0.05)


@settings(max_examples=50)
@given(
    st.lists(samples.profiles, min_size=1, max_size=8, unique_by=lambda one: one.user_id),
    st.sampled_from(POLICIES),
    st.data(),
)
def test_a_choice_does_not_depend_on_the_batch_or_its_order(
    people: list[Profile], policy: Policy, data: st.DataObject
) -> None:
    whole = chosen(people, samples.pool(shared_words), policy)
    order = data.draw(st.permutations(range(len(people))))
    cut = data.draw(st.integers(0, len(people)))
    mixed = [people[at] for at in order]
    pool = samples.pool(shared_words)
    parts = chosen(mixed[:cut], pool, policy) + chosen(mixed[cut:], pool, policy)
    # equal to the last bit, propensities too: they are written to manifests
    assert parts == [whole[at] for at in order]


def test_a_choice_depends_on_seed_user_placement_and_size_only() -> None:
    people = [Profile(f"user-{number}") for number in range(60)]
    policy = Uniform()

    def shown(seed: int = 7, **where: object) -> list[Combination]:
        found = chosen(people, samples.pool(**where), policy, seed)  # type: ignore[arg-type]
        return [one.option.combination for one in found if one is not None]

    here = shown()
    assert shown() == here
    assert shown(8) != here
    assert shown(placement="hero") != here
    assert shown(width=301) != here
    assert len(set(here)) > 10


def test_the_draw_picks_the_arm_whose_interval_holds_it() -> None:
    pool = samples.pool()
    for number in range(40):
        one = Profile(f"user-{number}")
        column = best_groups(score([one], SHELF, NOW), SHELF)[0]
        arms = [option for c in column for option in pool.options(SHELF.products[c])]
        at = int(unit_draw(7, one.user_id, "card", "300x250") * len(arms))
        assert one_chosen(one, pool, Uniform()).option == arms[at]


def test_the_best_groups_are_three_and_the_best_product_of_each_is_shown() -> None:
    taste = Profile("", types=(("Tents", 0.9), ("Bags", 0.8), ("Jackets", 0.7), ("Footwear", 0.6)))
    people = [replace(taste, user_id=f"user-{number}") for number in range(400)]
    shown = {one.option.product.id for one in chosen(people, samples.pool(), Uniform()) if one is not None}
    # the hottest of each type by popularity: p7 Tents, p8 Bags, p6 Jackets; Footwear comes fourth
    assert shown == {"p7", "p8", "p6"}


def test_match_is_the_share_of_the_best_score() -> None:
    taste = Profile("", types=(("Tents", 1.0), ("Bags", 0.5)))
    people = [replace(taste, user_id=f"user-{number}") for number in range(200)]
    points = dict(zip(SHELF.index, score([taste], SHELF, NOW)[0].tolist(), strict=True))
    for one in chosen(people, samples.pool(), Uniform()):
        assert one is not None
        assert one.match == pytest.approx(points[one.option.product.id] / points["p7"])
    assert one_chosen(Profile("cold"), samples.pool(), EpsilonGreedy(0.001)).match == 1


def test_a_group_without_arms_gives_its_turn_to_the_next() -> None:
    def only_bags(thing: Product, one: Combination, where: Space) -> Recipe | None:
        return recipe_of(thing, one, where) if thing.product_type == "Bags" else None

    taste = Profile("u", types=(("Tents", 1.0), ("Bags", 0.5)))
    found = one_chosen(taste, samples.pool(only_bags), EpsilonGreedy(0.2))
    assert found.option.product.id == "p8"
    assert found.propensity == pytest.approx(1 / len(samples.COMBINATIONS))


def test_nothing_feasible_is_none() -> None:
    people = [Profile("u"), Profile("v")]
    assert chosen(people, samples.pool(lambda *_: None), Uniform()) == [None, None]
    empty = Shelf.of([], NOW)
    assert chosen(people, samples.pool(), Uniform(), shelf=empty) == [None, None]
    assert chosen([], samples.pool(), Uniform()) == []


def test_one_who_bought_everything_sees_nothing_while_others_do() -> None:
    all_bought = Profile("full", events=tuple(event("purchase", one.id) for one in THINGS))
    found = chosen([Profile("u"), all_bought, Profile("v")], samples.pool(), Uniform())
    assert [one is None for one in found] == [False, True, False]


def test_a_theme_of_weight_0_is_never_shown() -> None:
    def lacquer_is_for_bags(thing: Product, one: Combination, where: Space) -> Recipe | None:
        fits = (one.theme == "lacquer") != (thing.product_type == "Bags")
        return recipe_of(thing, one, where) if fits else None

    policy = Fixed((("lacquer", 0.0),))
    people = [Profile(f"user-{number}") for number in range(300)]
    for one in chosen(people, samples.pool(lacquer_is_for_bags), policy):
        assert one is not None
        assert one.option.combination.theme != "lacquer"
        assert one.propensity > 0
    never = Fixed(tuple((theme, 0.0) for theme in ("double11", "lacquer", "swiss")))
    assert chosen(people[:3], samples.pool(), never) == [None] * 3


def test_what_rounding_leaves_goes_to_the_last_arm_that_may_be_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    # as if the probabilities summed to a little less than the draw
    monkeypatch.setattr(module, "unit_draw", lambda *parts: 1.0)
    for policy in (*POLICIES, Fixed((("double11", 0.1), ("lacquer", 0.0), ("swiss", 0.0)))):
        found = one_chosen(Profile("last"), samples.pool(), policy)
        assert found.propensity > 0
        assert found.propensity == pytest.approx(
            distribution(Profile("last"), samples.pool(), policy)[found.option.variant_id]
        )


def test_a_draw_of_0_takes_the_first_arm_that_may_be_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_tents(thing: Product, one: Combination, where: Space) -> Recipe | None:
        return recipe_of(thing, one, where) if thing.product_type != "Tents" else None

    monkeypatch.setattr(module, "unit_draw", lambda *parts: 0.0)
    taste = Profile("u", types=(("Tents", 1.0), ("Bags", 0.5)))
    pool = samples.pool(no_tents)
    assert one_chosen(taste, pool, Uniform()).option == pool.options(SHELF.products[8])[0]


class Rough:
    """Shares that no two arms have in common, so that a sum in another order has other last bits."""

    name = "rough"

    def probabilities(self, candidates: Candidates) -> Floats:
        place = candidates.valid.cumsum(axis=1) + 0.1
        weights = candidates.valid / place
        shares: Floats = weights / weights.cumsum(axis=1)[:, -1:]
        return shares


def test_the_width_of_a_batch_moves_no_last_bit() -> None:
    """Products have different numbers of arms, so others in a batch pad a profile's row differently."""

    def some(thing: Product, one: Combination, where: Space) -> Recipe | None:
        # all arms of a product look the same; p8 has all of them, the others 7 to 13
        alike = replace(one, theme="any", palette="any", copy="any")
        fits = thing.id == "p8" or samples.COMBINATIONS.index(one) < 6 + int(thing.id[1:])
        return recipe_of(thing, alike, where) if fits else None

    def person(number: int, liked: int) -> Profile:
        acts = (event("add_to_cart", f"p{liked}"), event("purchase", "p8" if liked != 8 else "p4"))
        return Profile(f"user-{number}", events=acts)

    pool = samples.pool(some)
    alone = [chosen([person(n, 1 + n % 7)], pool, Rough())[0] for n in range(60)]
    crowd = chosen([*(person(n, 1 + n % 7) for n in range(60)), person(60, 8)], pool, Rough())
    assert crowd[:60] == alone
    assert crowd[60] is not None
