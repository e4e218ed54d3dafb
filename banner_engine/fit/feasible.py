"""What can stand where: the one ladder from full copy to infeasible, memoised block by block.

The ladder of a block: all full forms → short forms one after the other, in the layout's order of dropping
→ slots dropped in that order → infeasible. Headline and call to action are never dropped, the price only
where the layout's order names it. The first rung at which the block is set comfortably is taken, else the
first at which it fits at all, so that small sizes say less rather than scale down. Where none fits, panels
lose padding. The one giant thing is dropped where it does not fit, not for comfort.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from banner_engine.cache import ByteBudget, Cache
from banner_engine.fit.blocks import SetBlock, SlotText, set_block
from banner_engine.fit.slots import Canvas
from banner_engine.fit.wording import Wording
from banner_engine.load.theme import Layout
from banner_engine.text import FontBook

COMFORTABLE = 0.45
"""The step (1 largest, 0 smallest sizes) above which a rung of the ladder is taken at once."""
NEVER_DROPPED = ("headline", "cta")
GIANT = ("number", "word")


@dataclass(frozen=True, slots=True)
class SlotWords:
    """A slot's words as the ladder sees them."""

    slot: str
    text: str
    short: str | None = None
    aspect: float = 0.0


@dataclass(frozen=True, slots=True)
class Fitted:
    """A layout's copy, decided: the words of every slot that is kept, in the layout's order."""

    slots: tuple[tuple[str, str], ...]


class Fitter:
    """Answers what fits, lazily. Answers depend on content only, never on users, so they are kept."""

    def __init__(self, book: FontBook, budget: ByteBudget) -> None:
        self.book = book
        self._rungs: Cache[tuple[SlotText, ...] | None] = Cache(budget, "fit ladder", lambda _: 500)
        self._blocks: Cache[SetBlock | None] = Cache(budget, "fitted blocks", lambda _: 4000)

    def fit(self, canvas: Canvas, words: dict[str, Wording], extra: tuple[SlotWords, ...]) -> Fitted | None:
        """The copy that is kept, or None where a block cannot hold what must not be dropped.

        words: the copy set's and product's; extra: logo and disclosure, which no ladder touches.
        Raises BannerError (kind "font") for a character that no font of the theme has.
        """
        known = {w.slot: SlotWords(w.slot, w.text, w.short) for w in words.values()}
        known |= {w.slot: w for w in extra}
        kept: list[tuple[str, str]] = []
        for name, block in canvas.layout.blocks.items():
            here = tuple(known[slot] for row in block.slots for slot in row if slot in known)
            texts = self._ladder(canvas, name, here)
            if texts is None:
                return None
            kept += [(t.slot, t.text) for t in texts]
        return Fitted(tuple(kept)) if _whole(canvas.layout, kept) else None

    def block(self, canvas: Canvas, name: str, texts: tuple[SlotText, ...]) -> SetBlock | None:
        """A block set with exactly these texts, with less padding in its panels where it fits in no other way."""
        return self._set(canvas, name, texts, snug=False) or self._set(canvas, name, texts, snug=True)

    def _set(self, canvas: Canvas, name: str, texts: tuple[SlotText, ...], *, snug: bool) -> SetBlock | None:
        key = (_key(canvas), name, texts, snug)
        return self._blocks.get(key, lambda: set_block(self.book, canvas, name, texts, snug=snug))

    def _ladder(self, canvas: Canvas, name: str, words: tuple[SlotWords, ...]) -> tuple[SlotText, ...] | None:
        return self._rungs.get((_key(canvas), name, words), lambda: self._climb(canvas, name, words))

    def _climb(self, canvas: Canvas, name: str, words: tuple[SlotWords, ...]) -> tuple[SlotText, ...] | None:
        return self._best(canvas, name, words, snug=False) or self._best(canvas, name, words, snug=True)

    def _best(
        self, canvas: Canvas, name: str, words: tuple[SlotWords, ...], *, snug: bool
    ) -> tuple[SlotText, ...] | None:
        first: tuple[SlotText, ...] | None = None
        giant: tuple[SlotText, ...] | None = None
        for texts in rungs(words, canvas.layout.drop):
            found = self._set(canvas, name, texts, snug=snug)
            if found is None:
                continue
            has_giant = any(text.slot in GIANT for text in texts)
            if found.step >= COMFORTABLE:
                return texts if has_giant or giant is None else giant
            first = first or texts
            giant = texts if has_giant else giant
        return first


def rungs(words: tuple[SlotWords, ...], drop: tuple[str, ...]) -> Iterator[tuple[SlotText, ...]]:
    """The rungs of the ladder, from full copy to the least that may be shown."""
    order = [slot for slot in drop if any(w.slot == slot for w in words)]
    shortened = [w.slot for slot in order for w in words if w.slot == slot and w.short]
    shortened += [w.slot for w in words if w.short and w.slot not in shortened]

    def texts(short: list[str], gone: list[str]) -> tuple[SlotText, ...]:
        return tuple(
            SlotText(w.slot, w.short if w.short and w.slot in short else w.text, w.aspect)
            for w in words
            if w.slot not in gone
        )

    yield texts([], [])
    for count in range(1, len(shortened) + 1):
        yield texts(shortened[:count], [])
    for count in range(1, len(order) + 1):
        yield texts(shortened, [s for s in order[:count] if s not in NEVER_DROPPED])


def _whole(layout: Layout, kept: list[tuple[str, str]]) -> bool:
    have = {slot for slot, _ in kept}
    offered = {slot for block in layout.blocks.values() for row in block.slots for slot in row}
    kept_always = NEVER_DROPPED if "price" in layout.drop else (*NEVER_DROPPED, "price")
    return all(slot in have for slot in kept_always if slot in offered)


def _key(canvas: Canvas) -> tuple[object, ...]:
    theme = canvas.theme.digest
    layout = next(name for name, one in canvas.theme.layouts.items() if one is canvas.layout)
    return theme, layout, canvas.width, canvas.height, canvas.scale, canvas.locale, canvas.rtl
