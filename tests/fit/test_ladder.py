"""The one ladder: full copy, short forms one by one, slots dropped in the declared order, infeasible."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from canvas_samples import SIZES, WORDS, book, canvas_of, sizes, themes
from hypothesis import given, settings
from hypothesis import strategies as st

from banner_engine.cache import ByteBudget
from banner_engine.errors import BannerError
from banner_engine.fit.blocks import SlotText
from banner_engine.fit.feasible import COMFORTABLE, NEVER_DROPPED, Fitted, Fitter, SlotWords, rungs
from banner_engine.fit.slots import Canvas
from banner_engine.fit.trial import fit_slot
from banner_engine.fit.wording import Wording
from banner_engine.load.theme import Block
from banner_engine.shapes import shape_of

DROP = ("subline", "badge", "old_price", "headline")
ALL_SLOTS = ("badge", "headline", "number", "subline", "old_price", "price", "cta")


def fitter() -> Fitter:
    return Fitter(book(), ByteBudget(16_000_000))


def words(**texts: str | tuple[str, str]) -> dict[str, Wording]:
    return {
        slot: Wording(slot, *((text,) if isinstance(text, str) else text)) for slot, text in texts.items()
    }


def with_layout(canvas: Canvas, drop: tuple[str, ...] | None = None, **blocks: dict[str, Any]) -> Canvas:
    """The canvas with only these blocks."""
    made = {name: Block.model_validate(block) for name, block in blocks.items()}
    change: dict[str, Any] = {"blocks": made} | ({} if drop is None else {"drop": drop})
    layout = canvas.layout.model_copy(update=change)
    digest = f"{canvas.theme.digest} {blocks} {drop}"
    theme = canvas.theme.model_copy(update={"layouts": {"one": layout}, "digest": digest})
    return Canvas(theme, layout, canvas.width, canvas.height, canvas.scale, canvas.locale, canvas.rtl)


def fit(canvas: Canvas, copy: dict[str, Wording], *extra: SlotWords) -> dict[str, str] | None:
    found = fitter().fit(canvas, copy, extra)
    return None if found is None else dict(found.slots)


# -- the rungs --------------------------------------------------------------------------------------


def test_rungs_in_their_order() -> None:
    copy = (
        SlotWords("badge", "Badge", "B"),
        SlotWords("headline", "Headline", "H"),
        SlotWords("subline", "Subline"),
        SlotWords("cta", "Shop now", "Shop"),
    )
    found = [" ".join(text.text for text in texts) for texts in rungs(copy, DROP)]
    assert found == [
        "Badge Headline Subline Shop now",
        "B Headline Subline Shop now",
        "B H Subline Shop now",
        "B H Subline Shop",
        "B H Shop",
        "H Shop",
        "H Shop",
    ]


@given(
    st.lists(st.sampled_from(ALL_SLOTS), unique=True),
    st.lists(st.sampled_from(ALL_SLOTS), unique=True),
    st.data(),
)
def test_rungs_only_shorten_before_they_drop(slots: list[str], drop: list[str], data: st.DataObject) -> None:
    short = data.draw(st.sets(st.sampled_from(ALL_SLOTS)))
    copy = tuple(SlotWords(slot, f"long {slot}", f"{slot}!" if slot in short else None) for slot in slots)
    steps = list(rungs(copy, tuple(drop)))
    assert steps[0] == tuple(SlotText(slot, f"long {slot}") for slot in slots)
    gone: set[str] = set()
    for before, after in itertools.pairwise(steps):
        kept = {text.slot: text.text for text in after}
        # in the layout's order of reading, whatever is dropped
        assert [text.slot for text in after] == [slot for slot in slots if slot in kept]
        shortened = [t.slot for t in before if t.slot in kept and kept[t.slot] != t.text]
        dropped = [text.slot for text in before if text.slot not in kept]
        assert len(shortened) + len(dropped) <= 1
        if dropped:
            gone.update(dropped)
            assert all(text == f"{slot}!" for slot, text in kept.items() if slot in short)
    assert gone == {slot for slot in slots if slot in drop and slot not in NEVER_DROPPED}
    assert NEVER_DROPPED == ("headline", "cta")


# -- what is kept -----------------------------------------------------------------------------------

COPY_BOX = {"box": [0.05, 0.1, 0.45, 0.5], "slots": ["badge", "headline", "subline"]}


def test_where_there_is_room_all_of_it_is_said() -> None:
    canvas = with_layout(canvas_of("base", "wide"), DROP, copy=COPY_BOX)
    copy = words(badge=("Badge long", "Badge"), headline=("Gear up", "Gear"), subline="For trail")
    assert fit(canvas, copy) == {"badge": "Badge long", "headline": "Gear up", "subline": "For trail"}


def test_short_forms_come_before_drops() -> None:
    sentence = "Everything for the trail and the rock and the snow and the road and all weathers"
    copy = words(headline="Gear up", subline=(sentence * 3, "For trail"))
    canvas = with_layout(canvas_of("base", "wide"), DROP, copy=COPY_BOX)
    assert fit(canvas, copy) == {"headline": "Gear up", "subline": "For trail"}
    copy = words(headline="Gear up", subline=(sentence * 3, sentence * 2))
    assert fit(canvas, copy) == {"headline": "Gear up"}


def test_small_sizes_say_less_rather_than_scale_down() -> None:
    copy = words(badge="Now on", headline="Gear up", subline="For trail and rock")
    heights = (0.5, 0.26, 0.2, 0.12)
    kept = []
    for height in heights:
        box = {**COPY_BOX, "box": [0.05, 0.1, 0.45, height]}
        found = fit(with_layout(canvas_of("base", "wide"), DROP, copy=box), copy)
        assert found is not None
        kept.append(list(found))
    assert kept[0] == ["badge", "headline", "subline"]
    assert kept[-1] == ["headline"]
    assert all(set(after) <= set(before) for before, after in itertools.pairwise(kept))


def test_a_comfortable_rung_is_taken_before_a_fuller_one_that_only_just_fits() -> None:
    copy = words(badge="Now on", headline="Gear up", subline="For trail and rock")
    made = fitter()
    for height in range(10, 50):
        box = {**COPY_BOX, "box": [0.05, 0.1, 0.45, height / 100]}
        canvas = with_layout(canvas_of("base", "wide"), DROP, copy=box)
        found = made.fit(canvas, copy, ())
        steps = []
        for texts in rungs(tuple(SlotWords(w.slot, w.text) for w in copy.values()), DROP):
            block = made.block(canvas, "copy", texts)
            steps.append((tuple((t.slot, t.text) for t in texts), -1 if block is None else block.step))
        comfortable = [texts for texts, step in steps if step >= COMFORTABLE]
        fitting = [texts for texts, step in steps if step >= 0]
        expected = (comfortable or fitting or [None])[0]
        assert found == (None if expected is None else Fitted(expected))


def test_the_one_giant_thing_is_dropped_only_where_it_does_not_fit() -> None:
    copy = words(badge="Now on", headline="Gear up", number="-50%")
    boxes = [
        {"box": [0.05, 0.1, 0.45, height / 100], "slots": ["badge", "headline", "number"]}
        for height in range(60, 8, -1)
    ]
    kept = []
    for box in boxes:
        canvas = with_layout(canvas_of("base", "wide"), ("badge", "number"), copy=box)
        found = fit(canvas, copy)
        fits = fitter().block(canvas, "copy", (SlotText("headline", "Gear up"), SlotText("number", "-50%")))
        if found is not None:
            assert ("number" in found) == (fits is not None)
            kept.append(tuple(found))
    assert list(dict.fromkeys(kept)) == [
        ("badge", "headline", "number"), ("headline", "number"), ("headline",),
    ]  # fmt: skip


@pytest.mark.parametrize("slot", NEVER_DROPPED)
def test_headline_price_and_button_are_never_dropped(slot: str) -> None:
    box = {"box": [0.05, 0.1, 0.06, 0.05], "slots": [slot]}
    canvas = with_layout(canvas_of("base", "wide"), (slot,), copy=box)
    assert fit(canvas, words(**{slot: "$1,299,999.99" if slot == "price" else "Unbreakable words"})) is None


def test_a_layout_that_offers_a_price_has_one() -> None:
    box = {"box": [0.05, 0.1, 0.45, 0.5], "slots": ["headline", "price"]}
    canvas = with_layout(canvas_of("base", "wide"), copy=box)
    assert fit(canvas, words(headline="Gear up")) is None
    assert fit(canvas, words(headline="Gear up", price="$99")) == {"headline": "Gear up", "price": "$99"}


def test_extras_go_by_the_same_ladder() -> None:
    box = {"box": [0.05, 0.1, 0.45, 0.5], "slots": ["logo", "headline"]}
    canvas = with_layout(canvas_of("base", "wide"), ("logo",), copy=box)
    found = fit(canvas, words(headline="Gear up"), SlotWords("logo", "Northbound"))
    assert found == {"logo": "Northbound", "headline": "Gear up"}
    small = with_layout(canvas_of("base", "wide"), ("logo",), copy={**box, "box": [0.05, 0.1, 0.45, 0.08]})
    assert fit(small, words(headline="Gear up"), SlotWords("logo", "Northbound")) == {"headline": "Gear up"}


def test_a_label_that_must_be_there_makes_infeasible_where_it_has_no_room() -> None:
    boxes = {"copy": COPY_BOX, "mark": {"box": [0.9, 0.9, 0.01, 0.01], "slots": ["disclosure"]}}
    canvas = with_layout(canvas_of("base", "wide"), DROP, **boxes)
    assert fit(canvas, words(headline="Gear up")) == {"headline": "Gear up"}
    assert fit(canvas, words(headline="Gear up"), SlotWords("disclosure", "Ad")) is None


def test_words_without_a_place_are_left_out() -> None:
    canvas = with_layout(canvas_of("base", "wide"), copy=COPY_BOX)
    assert fit(canvas, words(headline="Gear up", word="GO", disclaimer="x")) == {"headline": "Gear up"}


def test_a_character_that_no_font_has_is_told_with_the_character() -> None:
    with pytest.raises(BannerError) as caught:
        fit(canvas_of("base", "wide"), words(headline="Gear 𒀀", cta="Shop", price="$9"))
    assert caught.value.kind == "font"
    assert "𒀀" in str(caught.value)


@settings(max_examples=60, deadline=None)
@given(sizes(), st.sampled_from(sorted(themes())), st.sampled_from(sorted(WORDS)), st.data())
def test_what_is_kept_fits_and_is_what_the_ladder_allows(
    size: tuple[int, int], theme: str, locale: str, data: st.DataObject
) -> None:
    layout = data.draw(st.sampled_from(themes()[theme].layouts_for(*size)))
    canvas = canvas_of(theme, layout, size, locale)
    vocabulary = WORDS[locale].split()
    copy = {}
    for slot in ("badge", "headline", "number", "word", "subline", "cta", "price_label", "disclaimer"):
        text = " ".join(data.draw(st.lists(st.sampled_from(vocabulary), min_size=1, max_size=4)))
        short = data.draw(st.none() | st.sampled_from(vocabulary))
        copy[slot] = Wording(slot, "-50%" if slot == "number" else text, short)
    copy["price"] = Wording("price", "$129.99")
    copy["old_price"] = Wording("old_price", "$199")
    made = fitter()
    extra = (SlotWords("logo", "Northbound", None, 4.0), SlotWords("disclosure", "Ad"))
    found = made.fit(canvas, copy, extra)
    # another fitter, asked in another order, says the same
    again = fitter()
    again.fit(canvas, {**copy, "headline": Wording("headline", vocabulary[0])}, extra)
    assert again.fit(canvas, copy, extra) == found
    if found is None:
        return
    kept = dict(found.slots)
    assert set(NEVER_DROPPED) | {"disclosure"} <= set(kept)
    known = {slot: {one.text, one.short} for slot, one in copy.items()}
    known |= {one.slot: {one.text} for one in extra}
    assert all(text in known[slot] for slot, text in kept.items())
    for name, block in canvas.layout.blocks.items():
        offered = [slot for row in block.slots for slot in row]
        texts = tuple(
            SlotText(slot, kept[slot], 4.0 if slot == "logo" else 0.0) for slot in offered if slot in kept
        )
        assert made.block(canvas, name, texts) is not None
        # short forms everywhere before anything is dropped
        dropped = [slot for slot in offered if slot in known and slot not in kept]
        if dropped:
            assert set(dropped) <= set(canvas.layout.drop)
            for slot in offered:
                if slot in copy and slot in kept and copy[slot].short:
                    assert kept[slot] == copy[slot].short


def test_one_fitter_answers_for_every_locale_size_and_theme_apart() -> None:
    made = fitter()
    copy = words(headline="Gear up for the winter", cta="Shop now", price="$129.99", subline="For trail")
    canvases = [
        canvas_of(theme, layout, size, locale, scale)
        for theme in themes()
        for size in SIZES[:5]
        for layout in themes()[theme].layouts_for(*size)
        for locale in ("en", "ar")
        for scale in (1, 2)
    ]
    first = [made.fit(canvas, copy, ()) for canvas in canvases]
    fresh = [fitter().fit(canvas, copy, ()) for canvas in canvases]
    assert first == fresh
    for canvas, found in zip(canvases, first, strict=True):
        assert found is not None
        for name in canvas.layout.blocks:
            texts = tuple(
                SlotText(slot, text)
                for slot, text in found.slots
                if any(slot in row for row in canvas.layout.blocks[name].slots)
            )
            assert made.block(canvas, name, texts) == fitter().block(canvas, name, texts)


# -- one slot, as `banner fit` asks -----------------------------------------------------------------


def test_a_slot_on_trial_says_how_it_is_set() -> None:
    theme = themes()["double11"]
    found = fit_slot(theme, "headline", "山野装备狂欢", (1200, 628), "zh-CN")
    largest, smallest = theme.type["headline"].size["wide"]
    assert smallest <= found["size"] <= largest
    assert "".join(found["lines"]) == "山野装备狂欢"
    assert len(found["widths"]) == len(found["lines"])
    assert all(
        0 < width <= theme.layouts["wide"].blocks["copy"].box[2] * 1200 + 9 for width in found["widths"]
    )
    assert found["fonts"][0].startswith("Noto Sans SC")
    assert found["dropped"] == []


def test_a_slot_on_trial_in_visual_order() -> None:
    found = fit_slot(themes()["base"], "headline", "קנו 50% עכשיו", (1200, 628), "he")
    assert found["lines"] == ["50% ונק", "וישכע"]


def test_a_slot_on_trial_that_does_not_fit() -> None:
    found = fit_slot(themes()["base"], "cta", "Rindfleischetikettierung " * 9, (728, 90), "de")
    assert found == {"size": None, "lines": [], "widths": [], "fonts": [], "dropped": ["cta"]}


@pytest.mark.parametrize(
    ("slot", "layout", "message"),
    [
        ("headline", "widest", "no layout for 1200x628"),
        ("hedline", None, "has no slot 'hedline'; did you mean 'headline'?"),
        ("seal", "square", "has no slot 'seal'"),
    ],
)
def test_what_a_trial_cannot_find(slot: str, layout: str | None, message: str) -> None:
    with pytest.raises(BannerError) as caught:
        fit_slot(themes()["base"], slot, "x", (1200, 628), "en", layout)
    assert message in str(caught.value)


def test_a_trial_takes_the_layout_of_the_size_s_shape() -> None:
    theme = themes()["base"]
    for size in SIZES:
        found = fit_slot(theme, "headline", "Gear", size, "en")
        named = fit_slot(theme, "headline", "Gear", size, "en", shape_of(*size))
        assert found == named
        assert found["size"] >= 11
