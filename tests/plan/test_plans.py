"""Plans: frozen, the same for the same recipe, with copy that reads on what is really painted beneath it."""

from __future__ import annotations

import dataclasses
import itertools
import json

import numpy as np
import pytest
from canvas_samples import book, canvas_of, themes
from drawn_samples import LOCALES, MOMENT, SCRIPTS, open_workshop, recipe_of, recipes
from PIL import Image

from banner_engine.cache import ByteBudget
from banner_engine.errors import BannerError
from banner_engine.fit.blocks import SlotText, set_block
from banner_engine.load.theme import TypeEffect
from banner_engine.paint.compose import Painter
from banner_engine.paint.panel import draw_panel, draw_scrim
from banner_engine.plan.build import default_restart
from banner_engine.plan.colours import beneath, hex_rgb, relative_luminance, required, worst_contrast
from banner_engine.plan.copy import block_items
from banner_engine.plan.items import LogoItem, PanelItem, Plan, ScrimItem, TextItem, Unit, content_of
from banner_engine.prepare.scenes import luminance
from banner_engine.recipe import Recipe
from banner_engine.text import draw_text
from banner_engine.workshop import Workshop

SHAPES = ("wide", "square", "tall", "skyscraper", "leaderboard")


def without_text(plan: Plan) -> Plan:
    units = []
    for unit in plan.copy_units:
        items = tuple(item for item in unit.items if not isinstance(item, TextItem))
        units.append(Unit.of(unit.name, unit.kind, unit.bounds, items))
    return dataclasses.replace(plan, copy_units=tuple(units))


def unread(painter: Painter, plan: Plan, scale: int = 1) -> list[str]:
    """The texts of a plan that lack the contrast of WCAG 2.2, measured on its pixels without any text."""
    light = luminance(painter.paint(without_text(plan)))
    found = []
    for item in plan.copy:
        if not isinstance(item, TextItem):
            continue
        fill = item.paint.fill
        colours = [fill] if isinstance(fill, str) else [colour for _, colour in fill]
        if item.paint.outline:
            ground = np.array([relative_luminance(hex_rgb(item.paint.outline.colour))], np.float32)
        else:
            x, y, w, h = item.ink
            ground = light[int(y) : int(y + h) + 1, int(x) : int(x + w) + 1]
        parts = [glyphs.scale for line in item.text.lines for _, glyphs in line.shape.pieces]
        need = required(item.text.size * min(parts), scale)
        reached = min(worst_contrast(hex_rgb(colour), ground) for colour in colours)
        if reached < need - 0.05:
            found.append(f"{item.slot} {item.text.size:.0f} px: {reached:.2f} of {need}")
    return found


# -- one recipe, one plan ---------------------------------------------------------------------------


@pytest.mark.parametrize("shape", SHAPES)
def test_a_plan_is_frozen_hashable_and_the_same_for_the_same_recipe(shape: str) -> None:
    fresh = Workshop(open_workshop().loaded, open_workshop().cutouts, None, MOMENT, ByteBudget(64 << 20))
    for locale in ("en", "ar"):
        recipe = recipe_of("double11", shape, "coral", locale)
        assert recipe is not None
        again = Recipe.from_data(json.loads(recipe.canonical()))
        plan, other = open_workshop().plan(recipe), open_workshop().plan(again)
        assert other == plan
        assert hash(other) == hash(plan)
        # another process has faces of its own, and the same content
        other = fresh.plan(again)
        assert [unit.key for unit in other.units] == [unit.key for unit in plan.units]
        units = {"product_units": plan.product_units, "copy_units": plan.copy_units}
        assert dataclasses.replace(other, **units) == plan  # type: ignore[arg-type]
        with pytest.raises(dataclasses.FrozenInstanceError):
            plan.width = 3  # type: ignore[misc]


def test_a_plan_says_what_it_is_made_of() -> None:
    recipe = recipe_of("double11", "wide")
    assert recipe is not None
    plan = open_workshop().plan(recipe)
    assert (plan.width, plan.height) == (1200, 628)
    assert [unit.name for unit in plan.product_units] == ["product"]
    texts = {item.slot: item for item in plan.copy if isinstance(item, TextItem)}
    assert {slot for slot, _ in recipe.slots} == {*texts, "logo"}
    logos = [item for item in plan.copy if isinstance(item, LogoItem)]
    assert [logo.digest for logo in logos] == [recipe.logo]
    assert plan.units == plan.product_units + plan.copy_units
    faces = {face.digest for item in texts.values() for face in item.text.faces}
    assert plan.fonts == tuple(sorted(faces))
    # the shape of a line, joined, is the recipe's text
    for slot in ("headline", "cta", "disclosure"):
        words = "".join(line.text for line in texts[slot].text.lines).replace(" ", "")
        assert words == recipe.text[slot].replace(" ", "")


def test_units_are_keyed_by_what_they_show() -> None:
    def keys(**others: object) -> dict[str, str]:
        recipe = recipe_of("lacquer", "wide", **{"palette": "emerald", **others})  # type: ignore[arg-type]
        assert recipe is not None
        return {unit.name: unit.key for unit in open_workshop().plan(recipe).units}

    one, other_product, other_copy = keys(), keys(number=3), keys(copy="word")
    changed = {name for name in one if one[name] != other_product[name]}
    assert changed == {"product", "copy", "offer"}  # the copy shows the discount
    assert {name for name in one if one[name] != other_copy[name]} == {"copy"}
    assert keys() == one


def test_a_key_does_not_know_where_files_lie() -> None:
    recipe = recipe_of("lacquer", "wide")
    assert recipe is not None
    for unit in open_workshop().plan(recipe).units:
        text = repr([content_of(item) for item in unit.items])
        assert "/" not in text.replace("/.", "")
        assert Unit.of(unit.name, unit.kind, unit.bounds, unit.items) == unit


def test_a_button_of_another_words_is_another_unit() -> None:
    canvas = canvas_of("double11", "wide")
    light = np.zeros((628, 1200), np.float32)
    units = []
    for text in ("Shop now", "Shop later"):
        block = set_block(book(), canvas, "offer", (SlotText("cta", text), SlotText("price", "$9")))
        assert block is not None
        items = tuple(block_items(canvas, "hot", block, light, None))
        units.append(Unit.of("offer", "offer", (0, 0, 1200, 628), items))
    assert units[0].key != units[1].key
    assert units[0].key != Unit.of("offer", "offer", (0, 0, 1199, 628), units[0].items).key


# -- geometry of whole banners ----------------------------------------------------------------------


@pytest.mark.parametrize("theme", sorted(themes()))
def test_copy_keeps_apart_from_copy_and_from_the_product(theme: str) -> None:
    for recipe in recipes(theme, LOCALES, ("number", "word"), palettes=1):
        plan = open_workshop().plan(recipe)
        boxes = []
        for item in plan.copy:
            if isinstance(item, TextItem):
                x, y, w, h = item.ink
                boxes.append((item.slot, (x, y, x + w, y + h)))
            elif isinstance(item, LogoItem):
                boxes.append(("logo", tuple(map(float, item.box))))
        for slot, (x0, y0, x1, y1) in boxes:
            assert x0 > -1, slot
            assert y0 > -1, slot
            assert x1 < plan.width + 1, slot
            assert y1 < plan.height + 1, slot
        for (one, a), (two, b) in itertools.combinations(boxes, 2):
            crossed = min(a[2], b[2]) - max(a[0], b[0]) > 0.5 and min(a[3], b[3]) - max(a[1], b[1]) > 0.5
            assert not crossed, (one, two, recipe)
        for product in plan.products:
            for slot, a in boxes:
                b = product.box
                crossed = min(a[2], b[2]) - max(a[0], b[0]) > 0.5 and min(a[3], b[3]) - max(a[1], b[1]) > 0.5
                assert not crossed, (slot, recipe)


@pytest.mark.parametrize("theme", sorted(themes()))
def test_nothing_that_copy_draws_is_cut_off_by_its_bounds(theme: str) -> None:
    """Bounds are static; what a block draws at its largest must lie inside of them (or off the canvas)."""
    for recipe in recipes(theme, SCRIPTS, ("number", "word"), palettes=1):
        plan = open_workshop().plan(recipe)
        for unit in plan.copy_units:
            x0, y0, x1, y1 = unit.bounds
            for item in unit.items:
                if isinstance(item, TextItem):
                    rasters = [draw_text(item.text, item.paint, item.x, item.y)]
                elif isinstance(item, PanelItem):
                    rasters = draw_panel(item)
                elif isinstance(item, ScrimItem):
                    rasters = draw_scrim(item)
                else:
                    continue
                for raster in rasters:
                    # of 255: what is fainter is not seen when it ends
                    seen = raster.alpha.point([0] * 10 + [255] * 246).getbbox()
                    if seen is None:
                        continue
                    left, top = raster.x + seen[0], raster.y + seen[1]
                    right, bottom = raster.x + seen[2], raster.y + seen[3]
                    inside = (
                        max(left, 0) >= x0 and max(top, 0) >= y0
                        and min(right, plan.width) <= x1 and min(bottom, plan.height) <= y1
                    )  # fmt: skip
                    assert inside, (unit.name, item)


@pytest.mark.parametrize("layout", SHAPES)
def test_at_twice_the_scale_every_length_is_twice_as_long(layout: str) -> None:
    for theme in ("base", "lacquer"):
        recipe = recipe_of(theme, layout)
        assert recipe is not None
        one = open_workshop().plan(recipe)
        two = open_workshop().plan(dataclasses.replace(recipe, scale=2))
        assert (two.width, two.height) == (2 * one.width, 2 * one.height)
        for a, b in zip(one.copy, two.copy, strict=False):
            if isinstance(a, TextItem) and isinstance(b, TextItem):
                assert b.ink == pytest.approx([2 * v for v in a.ink], abs=0.01)
        # a photo at twice the scale may be drawn from its own pixels once more
        assert two.products[0].clip == pytest.approx([2 * v for v in one.products[0].clip], abs=1)


# -- contrast ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("theme", sorted(themes()))
def test_every_text_reads_on_the_pixels_beneath(theme: str) -> None:
    """Every palette and shape, in scripts of both directions, on what is painted without the text."""
    shop = open_workshop()
    painter = Painter(shop.scenes, ByteBudget(8 << 20))
    bad = {}
    for at, recipe in enumerate(recipes(theme, SCRIPTS)):
        # other seeds, too: scenery that moves may come to lie beneath copy
        seeds = themes()[theme].seeds
        recipe = dataclasses.replace(recipe, seed=seeds[at % len(seeds)])
        found = unread(painter, shop.plan(recipe))
        if found:
            bad[f"{recipe.palette} {recipe.layout} {recipe.locale}"] = found
    assert not bad


@pytest.mark.parametrize(
    ("size", "scale"), [((970, 90), 1), ((970, 90), 2), ((336, 280), 2), ((600, 600), 1), ((120, 600), 1)]
)
def test_texts_read_at_other_sizes_and_scales(size: tuple[int, int], scale: int) -> None:
    shop = open_workshop()
    painter = Painter(shop.scenes, ByteBudget(8 << 20))
    for theme in themes().values():
        layout = theme.layouts_for(*size)[0]
        for number, palette in enumerate(theme.palettes):
            recipe = recipe_of(theme.name, layout, palette, "zh-CN", number=number, size=size)
            assert recipe is not None
            plan = shop.plan(dataclasses.replace(recipe, scale=scale))
            assert unread(painter, plan, scale) == [], (theme.name, palette)


@pytest.mark.parametrize(
    ("ground", "ink", "shadow"),
    [
        ("#202020", "#1C1C1E", "#000000"),
        ("#404040", "#303030", "#000000"),
        ("#C8C8C8", "#FFFFFF", "#101010"),
        ("#909090", "#F4F4F4", "#101010"),
        ("#8A7A7A", "#B04A4A", "#101010"),
        ("#6A6A6A", "#989898", "#202020"),
    ],
)
@pytest.mark.parametrize("size", [(1200, 628), (500, 262)])
def test_where_no_colour_reads_a_scrim_helps_to_the_last_letter(
    ground: str, ink: str, shadow: str, size: tuple[int, int]
) -> None:
    base = themes()["base"]
    names = ("ink", "ink-2", "price", "old-price", "accent")
    palette = {**base.palettes["plain"], "ground": ground, "shadow": shadow, **dict.fromkeys(names, ink)}
    canvas = dataclasses.replace(
        canvas_of("base", "wide", size), theme=base.model_copy(update={"palettes": {"plain": palette}})
    )
    picture = Image.new("RGB", size, ground)
    texts = []
    for name, words in (
        ("copy", (SlotText("headline", "Gear up"), SlotText("subline", "For trail"))),
        ("offer", (SlotText("price", "$9"), SlotText("old_price", "$12"))),
        ("foot", (SlotText("disclaimer", "While stocks last"),)),
    ):
        block = set_block(book(), canvas, name, words)
        assert block is not None
        items = list(block_items(canvas, "plain", block, luminance(picture), None))
        assert sum(isinstance(item, ScrimItem) for item in items) == len(words)
        for item in items:
            if isinstance(item, ScrimItem):
                for raster in draw_scrim(item):
                    raster.onto(picture)
            elif isinstance(item, TextItem):
                texts.append(item)
    light = luminance(picture)
    for item in texts:
        assert isinstance(item.paint.fill, str)
        need = required(item.text.size, 1)
        assert worst_contrast(hex_rgb(item.paint.fill), beneath(light, item.ink)) >= need, item.slot


def scrims(fill: list[str], effect: TypeEffect | None = None) -> list[ScrimItem]:
    """Scrims of a button whose ink is its panel's own colour, on mid-grey."""
    canvas = canvas_of("base", "wide")
    kind = canvas.theme.type["cta"]
    assert kind.panel is not None
    panel = kind.panel.model_copy(update={"fill": tuple(fill)})
    kind = kind.model_copy(update={"panel": panel, "colour": ("#777777",), "effect": effect or TypeEffect()})
    theme = canvas.theme.model_copy(update={"type": {**canvas.theme.type, "cta": kind}})
    block = set_block(book(), canvas, "offer", (SlotText("cta", "Shop"),))
    assert block is not None
    light = np.full((628, 1200), relative_luminance((0x77,) * 3), np.float32)
    items = block_items(dataclasses.replace(canvas, theme=theme), "plain", block, light, None)
    return [item for item in items if isinstance(item, ScrimItem)]


def test_no_scrim_where_none_can_help() -> None:
    assert len(scrims(["#777777/.3"])) == 1
    assert scrims(["#777777"]) == []
    assert scrims(["#777777/.3"], TypeEffect(outline=(0.1, "#777777"))) == []


def test_a_scrim_stays_inside_what_its_block_may_touch() -> None:
    found = 0
    for recipe in (*recipes("base", ("en",)), *recipes("double11", SCRIPTS)):
        plan = open_workshop().plan(recipe)
        for unit in plan.copy_units:
            for item in unit.items:
                if isinstance(item, ScrimItem):
                    found += 1
                    x, y, w, h = item.box
                    for side, bound in zip((x, y), unit.bounds[:2], strict=True):
                        assert side >= bound - 0.5 or bound == 0
                    assert x + w <= unit.bounds[2] + 0.5 or unit.bounds[2] == plan.width
                    assert y + h <= unit.bounds[3] + 0.5 or unit.bounds[3] == plan.height
    assert found


# -- what is no longer there ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"theme": "gone"}, "theme 'gone' has no longer what the recipe names"),
        ({"palette": "gone"}, "has no longer what the recipe names"),
        ({"layout": "gone"}, "has no longer what the recipe names"),
        ({"logo": "gone"}, "the recipe's logo is no longer in the campaign"),
        ({"pictures": ("0123456789abcdef",)}, "no cut-out of picture 0123456789ab…; banner products prepare"),
        (
            {"slots": (("headline", "Rindfleischetikettierung " * 20),)},
            "the copy of block 'copy' no longer fits",
        ),
    ],
)
def test_what_a_recipe_names_and_is_no_longer_there_is_told(change: dict[str, object], message: str) -> None:
    recipe = recipe_of("base", "wide")
    assert recipe is not None
    with pytest.raises(BannerError) as caught:
        open_workshop().plan(dataclasses.replace(recipe, **change))  # type: ignore[arg-type]
    assert message in str(caught.value)


def test_restart_intervals_are_the_theme_s_or_go_by_the_width() -> None:
    assert [default_restart(width) for width in (160, 599, 600, 728, 899, 900, 1200)] == [
        5,
        5,
        10,
        10,
        10,
        15,
        15,
    ]
    shop = open_workshop()
    theme = themes()["base"].model_copy(update={"restart_blocks": {"1200x628": 7}})
    measured = Workshop(
        dataclasses.replace(shop.loaded, themes={"base": theme}),
        shop.cutouts,
        None,
        MOMENT,
        ByteBudget(9 << 20),
    )
    recipe = recipe_of("base", "wide")
    assert recipe is not None
    assert shop.plan(recipe).restart_blocks == 15
    assert measured.plan(recipe).restart_blocks == 7
