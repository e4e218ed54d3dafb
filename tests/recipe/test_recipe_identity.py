"""Recipes: one spelling, an identity that any change of any field changes, and draws without state."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from banner_engine.recipe import Recipe, creative_id, short_hash, unit_draw

GOLDEN = Recipe(
    theme="double11",
    theme_digest="0123456789abcdef",
    palette="hot",
    seed=11,
    layout="wide",
    width=1200,
    height=628,
    scale=1,
    products=("outdoor-001",),
    pictures=("ab" * 32,),
    slots=(("headline", "山野装备狂欢"), ("number", "5折"), ("cta", "立即“抢购”"), ("price", "¥1,299")),
    locale="zh-CN",
    direction="ltr",
    logo="cd" * 32,
    disclosure="广告",
)
CANONICAL = (
    '{"direction":"ltr","disclosure":"广告","height":628,"layout":"wide","locale":"zh-CN",'
    f'"logo":"{"cd" * 32}","palette":"hot","pictures":["{"ab" * 32}"],"products":["outdoor-001"],'
    '"scale":1,"seed":11,"slots":[["headline","山野装备狂欢"],["number","5折"],["cta","立即“抢购”"],'
    '["price","¥1,299"]],"theme":"double11","theme_digest":"0123456789abcdef","width":1200}'
)

texts = st.text(max_size=12)
numbers = st.integers(-(2**40), 2**40)
recipes = st.builds(
    Recipe,
    theme=texts, theme_digest=texts, palette=texts, seed=numbers, layout=texts,
    width=numbers, height=numbers, scale=numbers,
    products=st.lists(texts, max_size=3).map(tuple),
    pictures=st.lists(texts, max_size=3).map(tuple),
    slots=st.lists(st.tuples(texts, texts), max_size=4).map(tuple),
    locale=texts, direction=st.sampled_from(["ltr", "rtl"]), logo=texts, disclosure=texts,
)  # fmt: skip


def test_the_canonical_spelling_never_changes() -> None:
    # every metric ever stored hangs on this string: if this test fails, the code is wrong, not the test
    assert GOLDEN.canonical() == CANONICAL
    assert GOLDEN.variant_id == "3li5mgudjikpfzc7"


def test_the_id_is_80_bits_of_the_canonical_spelling() -> None:
    number = int.from_bytes(hashlib.sha256(CANONICAL.encode()).digest()[:10], "big")
    letters = "abcdefghijklmnopqrstuvwxyz234567"
    spelled = "".join(letters[number >> shift & 31] for shift in range(75, -1, -5))
    assert GOLDEN.variant_id == short_hash(CANONICAL) == spelled


@given(recipes)
def test_an_id_is_sixteen_letters_of_base32(recipe: Recipe) -> None:
    assert re.fullmatch("[a-z2-7]{16}", recipe.variant_id)


@given(recipes)
def test_from_data_reads_what_canonical_spells(recipe: Recipe) -> None:
    again = Recipe.from_data(json.loads(recipe.canonical()))
    assert again == recipe
    assert hash(again) == hash(recipe)
    assert again.canonical() == recipe.canonical()


@given(recipes, recipes)
def test_recipes_share_an_id_only_where_they_are_equal(one: Recipe, two: Recipe) -> None:
    assert (one.variant_id == two.variant_id) == (one == two)


def _changed(value: Any) -> list[Any]:
    if isinstance(value, int):
        return [value + 1, -value]
    if isinstance(value, str):
        return [value + " ", value[:-1], value.upper() + "x"]
    pair = isinstance(value[0], tuple)
    return [
        value[:-1],
        value + value[:1],
        value + ((("word", "GO"),) if pair else ("x",)),
        (*value[1:], "y"),
    ]


@pytest.mark.parametrize("name", [field.name for field in dataclasses.fields(Recipe)])
def test_any_change_of_any_field_changes_the_id(name: str) -> None:
    changed = [dataclasses.replace(GOLDEN, **{name: v}) for v in _changed(getattr(GOLDEN, name))]
    ids = {recipe.variant_id for recipe in changed}
    assert len(ids) == len(changed)
    assert GOLDEN.variant_id not in ids


def test_the_order_and_the_owner_of_words_count() -> None:
    swapped = dataclasses.replace(GOLDEN, slots=(GOLDEN.slots[1], GOLDEN.slots[0], *GOLDEN.slots[2:]))
    moved = dataclasses.replace(GOLDEN, slots=(("subline", "山野装备狂欢"), *GOLDEN.slots[1:]))
    assert len({GOLDEN.variant_id, swapped.variant_id, moved.variant_id}) == 3


def test_unknown_and_lacking_keys_are_no_recipe() -> None:
    data = json.loads(CANONICAL)
    with pytest.raises(ValueError, match="colour"):
        Recipe.from_data({**data, "colour": "red"})
    del data["seed"]
    with pytest.raises(ValueError, match="seed"):
        Recipe.from_data(data)


def test_recipes_are_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        GOLDEN.seed = 12  # type: ignore[misc]


def test_a_creative_is_the_same_for_every_price() -> None:
    cheaper = dataclasses.replace(
        GOLDEN,
        slots=(("headline", "山野装备狂欢"), ("number", "4折"), ("cta", "立即“抢购”"), ("price", "¥999")),
    )
    assert cheaper.variant_id != GOLDEN.variant_id
    assert creative_id(cheaper, "discount") == creative_id(GOLDEN, "discount")


@pytest.mark.parametrize(
    "change",
    [
        {"theme": "lacquer"}, {"palette": "coral"}, {"seed": 24}, {"layout": "wide-2"}, {"width": 1201},
        {"height": 627}, {"products": ("outdoor-002",)}, {"locale": "en"},
    ],
)  # fmt: skip
def test_a_creative_differs_with_what_is_seen(change: dict[str, Any]) -> None:
    assert creative_id(dataclasses.replace(GOLDEN, **change), "discount") != creative_id(GOLDEN, "discount")


def test_a_creative_differs_with_its_copy_set() -> None:
    assert creative_id(GOLDEN, "launch") != creative_id(GOLDEN, "discount")


def test_draws_never_change() -> None:
    # a sticky placement shows the same variant tonight as last night: these are for ever
    assert unit_draw(7, "user-1", "home-hero", "1200x628") == 0.2963068496583192
    assert unit_draw("a") == 0.2537936105758485


def test_draws_are_exact_multiples_below_one() -> None:
    for number in range(2000):
        draw = unit_draw("range", number)
        assert 0 <= draw < 1
        assert (draw * 2**53).is_integer()


def test_the_largest_hash_draws_less_than_one(monkeypatch: pytest.MonkeyPatch) -> None:
    class Largest:
        def __init__(self, data: bytes, digest_size: int) -> None:
            self.size = digest_size

        def digest(self) -> bytes:
            return b"\xff" * self.size

    monkeypatch.setattr("banner_engine.recipe.hashlib.blake2b", Largest)
    assert unit_draw("any") == 1 - 2**-53


def test_draws_are_uniform_in_every_counter() -> None:
    for parts in (("seed", 1), (2, "placement")):
        for draws in (
            np.array([unit_draw(*parts, n) for n in range(20_000)]),
            np.array([unit_draw(n, *parts) for n in range(20_000)]),
        ):
            counts = np.histogram(draws, 100, (0, 1))[0]
            # 99 degrees of freedom: a chi-square above 160 has p < 0.0001
            assert ((counts - 200) ** 2 / 200).sum() < 160
            # neighbouring counters tell nothing about each other
            assert abs(np.corrcoef(draws[:-1], draws[1:])[0, 1]) < 4 / math.sqrt(len(draws))


def test_parts_do_not_run_into_each_other() -> None:
    assert len({unit_draw("ab", "c"), unit_draw("a", "bc"), unit_draw("abc"), unit_draw("c", "ab")}) == 4
    assert unit_draw(1, "2") == unit_draw("1", 2)
