"""Banners joined from zones are byte for byte what a full paint and one encode give: every theme, shape, palette
and size, whatever was assembled before, in copy, quality and restart interval that vary.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from canvas_samples import themes
from drawn_samples import open_workshop, recipe_of
from hypothesis import given, settings
from hypothesis import strategies as st

from banner_engine.cache import ByteBudget
from banner_engine.encode.assemble import Assembler
from banner_engine.encode.segments import jpeg
from banner_engine.errors import BannerError
from banner_engine.plan.items import Plan
from banner_engine.recipe import Recipe

ODD = ((1201, 629), (999, 523), (313, 263), (301, 611), (163, 607), (733, 97))
"""Widths with odd right edges, heights with partial bottom rows."""
CASES = [(theme, layout) for theme in themes() for layout in themes()[theme].layouts]


def whole(plan: Plan, quality: int) -> bytes:
    """The plan's bytes without any zone."""
    return jpeg(open_workshop().painter.paint(plan), quality, plan.restart_blocks)


def warm_assembler() -> Assembler:
    """One with zones of its own, so that a test's zones come from its own variants."""
    return Assembler(open_workshop().painter, ByteBudget(256 << 20))


def plan_of(recipe: Recipe) -> Plan:
    return open_workshop().plan(recipe)


@pytest.mark.parametrize(("theme", "layout"), CASES, ids=lambda value: str(value))
def test_every_theme_shape_and_palette(theme: str, layout: str) -> None:
    """Products and copies of two locales in turn, so that each banner finds some of its zones and misses others."""
    assembler, seen = warm_assembler(), 0
    for palette in themes()[theme].palettes:
        for locale in ("en", "ar"):
            for number, copy in enumerate(("number", "word", "number")):
                recipe = recipe_of(theme, layout, palette, locale, copy, number % 2)
                if recipe is None:
                    continue
                plan = plan_of(recipe)
                assert assembler.one(assembler.intern(plan, 86)) == whole(plan, 86), (palette, locale, copy)
                seen += 1
    assert seen >= 2 * len(themes()[theme].palettes)
    assert assembler.stats.hits + assembler.stats.misses > 0


@pytest.mark.parametrize("theme", list(themes()))
def test_sizes_that_no_block_divides(theme: str) -> None:
    assembler, seen = warm_assembler(), 0
    for size in ODD:
        for layout in themes()[theme].layouts_for(*size):
            for interval in (1, 4, 5, 7, 38):
                recipe = recipe_of(theme, layout, number=interval % 3, size=size)
                if recipe is not None:
                    plan = replace(plan_of(recipe), restart_blocks=interval)
                    assert assembler.one(assembler.intern(plan, 80)) == whole(plan, 80), (size, interval)
                    seen += 1
    assert seen >= 15


recipes = st.builds(
    recipe_of,
    theme=st.sampled_from(list(themes())),
    layout=st.sampled_from(["wide", "square", "tall", "skyscraper", "leaderboard"]),
    locale=st.sampled_from(["en", "zh-CN", "ar", "th"]),
    copy=st.sampled_from(["number", "word"]),
    number=st.integers(0, 5),
).filter(lambda recipe: recipe is not None)
changes = st.tuples(
    st.integers(1, 24), st.sampled_from([40, 74, 86, 95]), st.integers(0, 2), st.text("Agfjy ", max_size=9)
)


@settings(max_examples=25)
@given(st.lists(st.tuples(recipes, changes), min_size=1, max_size=4))
def test_seeds_intervals_qualities_and_text_of_one_user(
    cases: list[tuple[Recipe, tuple[int, int, int, str]]],
) -> None:
    assembler = warm_assembler()
    for recipe, (interval, quality, seed, name) in cases:
        text = dict(recipe.slots)
        text["headline"] = f"{name} {text['headline']}".strip()
        own = replace(recipe, seed=seed, slots=tuple(text.items()))
        for one in (recipe, own):
            try:
                plan = replace(plan_of(one), restart_blocks=interval)
            except BannerError:
                continue  # the longer headline does not fit
            assert assembler.one(assembler.intern(plan, quality)) == whole(plan, quality)
            assert assembler.one(assembler.intern(plan, quality)) == whole(plan, quality)


def test_a_small_budget_changes_no_byte_and_holds() -> None:
    """Zones of 12 banners do not fit; each banner is still right, and what is kept stays under the limit."""
    budget = ByteBudget(600_000)
    assembler = Assembler(open_workshop().painter, budget)
    made = [recipe_of("lacquer", "wide", number=number) for number in range(12)]
    plans = [plan_of(recipe) for recipe in made if recipe is not None]
    for plan in (*plans, *reversed(plans)):
        assert assembler.one(assembler.intern(plan, 80)) == whole(plan, 80)
        assert assembler.stats.nbytes <= budget.limit // 2
    assert assembler.stats.evictions > 0


def test_logo_and_disclosure_part_no_zones_but_are_part_of_their_keys() -> None:
    recipe = recipe_of("lacquer", "wide")
    assert recipe is not None
    assembler = warm_assembler()
    first = assembler.intern(plan_of(recipe), 80)
    slots = tuple((slot, "PR" if slot == "disclosure" else text) for slot, text in recipe.slots)
    other = assembler.intern(plan_of(replace(recipe, slots=slots)), 80)
    assert first.zones.digest == other.zones.digest
    assert first.keys != other.keys
    assert assembler.batch([first, other])[1] == whole(other.plan, 80)
