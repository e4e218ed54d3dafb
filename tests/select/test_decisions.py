"""Decisions: in the order of profiles and spaces, with ids that meet nowhere."""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import replace
from typing import Any

import pytest
import shelf_samples as samples
from hypothesis import given
from hypothesis import strategies as st
from shelf_samples import NOW, event, product, space

from banner_engine.load.profiles import Profile
from banner_engine.select.decide import Decider, Decision, decision_id
from banner_engine.select.policy import EpsilonGreedy
from banner_engine.select.score import Shelf

KEY = b"secret"
EN = Shelf.of([product(f"en{n}", product_type=samples.TYPES[n % 3]) for n in range(5)], NOW)
ZH = Shelf.of([product(f"zh{n}", product_type=samples.TYPES[n % 3]) for n in range(5)], NOW)
LOCALES = {"en": "en", "en-GB": "en", "zh-CN": "zh-CN", None: "en"}
PLACES = ("card", "hero", "strip")


def decider(**others: Any) -> Decider:
    values: dict[str, Any] = {
        "campaign": "corner",
        "shelves": {"en": EN, "zh-CN": ZH},
        "pools": {
            locale: tuple(samples.pool(placement=place, locale=locale) for place in PLACES)
            for locale in ("en", "zh-CN")
        },
        "policy": EpsilonGreedy(0.4),
        "moment": NOW,
        "seed": 3,
        "run_id": "run-1",
        "key": KEY,
    } | others
    return Decider(**values)


def people(count: int) -> list[Profile]:
    kinds = (None, "en", "zh-CN", "en-GB")
    return [
        Profile(f"user-{n}", locale=kinds[n % 4], types=((samples.TYPES[n % 3], 0.7),)) for n in range(count)
    ]


def decided(profiles: list[Profile], **others: Any) -> list[Decision]:
    found = list(decider(**others).decide(profiles, LOCALES))
    assert all(one is not None for one in found)
    return [one for one in found if one is not None]


def test_decisions_stand_in_the_order_of_profiles_then_spaces() -> None:
    found = decided(people(10))
    assert [(one.profile.user_id, one.space.placement) for one in found] == [
        (f"user-{n}", place) for n in range(10) for place in PLACES
    ]


def test_everybody_is_served_in_a_locale_of_the_campaign() -> None:
    for one in decided(people(12)):
        served = LOCALES[one.profile.locale]
        assert one.space.locale == served
        assert one.choice.option.product.id.startswith(served[:2])
        assert one.choice.option.recipe.locale == served


@given(st.permutations(range(12)), st.integers(0, 12))
def test_decisions_do_not_depend_on_batches_or_order(order: list[int], cut: int) -> None:
    whole = decided(people(12))
    mixed = [people(12)[at] for at in order]
    parts = decided(mixed[:cut]) + decided(mixed[cut:])
    assert parts == [whole[at * len(PLACES) + place] for at in order for place in range(len(PLACES))]


def test_a_new_run_draws_the_same_under_new_ids() -> None:
    tonight, last_night = decided(people(20)), decided(people(20), run_id="run-0")
    assert [one.choice for one in tonight] == [one.choice for one in last_night]
    assert not {one.decision_id for one in tonight} & {one.decision_id for one in last_night}


def test_another_seed_draws_anew_under_the_same_ids() -> None:
    one, two = decided(people(20)), decided(people(20), seed=4)
    assert [a.decision_id for a in one] == [b.decision_id for b in two]
    assert [a.choice for a in one] != [b.choice for b in two]


def test_ids_differ_between_campaigns_spaces_users_runs_and_keys() -> None:
    here = space()
    made = [
        decision_id(key, campaign, where, user, run)
        for key in (KEY, b"other")
        for campaign in ("corner", "harbour")
        for where in (
            here,
            replace(here, placement="hero"),
            replace(here, width=301),
            replace(here, height=9),
        )
        for user in ("u1", "u2", "", "U1")
        for run in ("run-1", "run-2")
    ]
    assert len(set(made)) == len(made) == 128
    assert all(re.fullmatch("[0-9a-f]{32}", one) for one in made)


def test_an_id_is_the_hmac_of_what_it_names() -> None:
    text = "corner\x1fcard\x1f300x250\x1fuser@example\x1frun-1"
    assert (
        decision_id(KEY, "corner", space(), "user@example", "run-1")
        == hmac.new(KEY, text.encode(), hashlib.sha256).hexdigest()[:32]
    )


def test_one_who_can_be_shown_nothing_keeps_a_place_in_the_order() -> None:
    full = Profile("full", events=tuple(event("purchase", one.id) for one in EN.products))
    found = list(decider().decide([people(1)[0], full, people(2)[1]], LOCALES))
    assert [one is None for one in found] == [False] * 3 + [True] * 3 + [False] * 3


def test_no_profiles_no_decisions() -> None:
    assert list(decider().decide([], LOCALES)) == []


def test_an_unserved_locale_is_the_caller_s_mistake() -> None:
    with pytest.raises(KeyError):
        list(decider().decide([Profile("u", locale="fr")], LOCALES))
