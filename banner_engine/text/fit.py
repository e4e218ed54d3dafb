"""The largest size at which a text stays inside its slot, and the lines it then has: arithmetic, no drawing.

Everything that is measured is linear in the size, so the size need not be searched: for each number of
lines, a dynamic programme over the breaks finds the lines whose widest one is narrowest, and the slot
divided by that width (and by the ink's height) is the size. A second one chooses, among all lines that fit
at that size, the ones that read best.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from banner_engine.errors import BannerError
from banner_engine.text.choice import Limits, best_lines
from banner_engine.text.face import Box
from banner_engine.text.measure import Measures
from banner_engine.text.settext import SetText, composed
from banner_engine.text.shaped import Shaped
from banner_engine.text.style import Align

EPSILON = 1e-9
"""Relative: a size computed from a width must not fail that width by the last bit."""

LIKELY = 0.9
"""A text that fills its lines up to this share at the largest size is tried at once."""


def fit_text(
    shaped: Shaped,
    *,
    width: float,
    height: float,
    min_size: float,
    max_size: float,
    max_lines: int,
    step: float = 1.0,
    balance: bool = False,
    align: Align = "start",
) -> SetText | None:
    """The text at the largest size whose ink stays inside width × height px in at most max_lines lines.

    Sizes are max_size, the multiples of `step` below it, and min_size. Words (in Japanese and Korean,
    phrases) are broken inside only where a text fits in no other way. balance: lines of like width.
    Returns None if not even min_size fits. Raises BannerError (kind "font") if a character has no glyph.
    """
    _check(min_size, max_size, max_lines, step)
    shaped.need_all()
    if not shaped.text:
        return composed(shaped, [], max_size, align)
    one = _one_line(shaped, max_size, width, height, align)
    if one is not None:
        return one
    if max_lines == 1 and shaped.whole is not None:
        top = _largest_whole(shaped.ink, width, height)
        sizes = _grid(top, min_size, max_size, step)
        return next(filter(None, (_one_line(shaped, size, width, height, align) for size in sizes)), None)
    for inner in _levels(shaped):
        measures = Measures.of(shaped, inner, width / max_size)
        if min_size == max_size or _likely_fits(measures, width / max_size, max_lines):
            found = _set(measures, max_size, width, height, max_lines, balance, align)
            if found is not None:
                return found
            if min_size == max_size:
                continue
        top = _largest(measures, width, height, min_size, max_size, max_lines)
        for size in _grid(top, min_size, max_size, step):
            found = _set(measures, size, width, height, max_lines, balance, align)
            if found is not None:
                return found
    return None


def set_text(
    shaped: Shaped,
    *,
    size: float,
    width: float,
    max_lines: int,
    height: float = math.inf,
    balance: bool = False,
    align: Align = "start",
) -> SetText | None:
    """The text at a fixed size, in the best lines whose ink stays inside; None if there are none.

    Raises BannerError (kind "font") if a character has no glyph.
    """
    _check(size, size, max_lines, 1.0)
    shaped.need_all()
    if not shaped.text:
        return composed(shaped, [], size, align)
    one = _one_line(shaped, size, width, height, align)
    if one is not None or (max_lines == 1 and shaped.whole is not None):
        return one
    for inner in _levels(shaped):
        found = _set(Measures.of(shaped, inner, width / size), size, width, height, max_lines, balance, align)
        if found is not None:
            return found
    return None


def _likely_fits(measures: Measures, width: float, max_lines: int) -> bool:
    """Whether to try a size at once at which the slot is `width` em wide."""
    whole = measures.whole
    if whole is not None and (max_lines == 1 or whole.width <= width):
        return whole.width <= width
    return measures.can_hold(0, max_lines, width * LIKELY)


def _check(min_size: float, max_size: float, max_lines: int, step: float) -> None:
    if not 0 < min_size <= max_size or max_lines < 1 or step <= 0:
        raise BannerError(
            f"can't fit text at sizes {min_size}–{max_size} px in {max_lines} lines by steps of {step}",
            hint="sizes, steps and lines must be above 0, and the smallest size not above the largest",
        )


def _levels(shaped: Shaped) -> tuple[bool, ...]:
    return (False, True) if any(s.inner for s in shaped.segments) else (False,)


def _grid(top: float, min_size: float, max_size: float, step: float) -> Iterator[float]:
    """Sizes to try, from the largest that arithmetic allows downwards; nearly always the first one holds."""
    if top >= max_size * (1 - EPSILON):
        yield max_size
        index = math.ceil(max_size / step - EPSILON) - 1
    else:
        index = math.floor(top / step * (1 + EPSILON))
    while index * step > min_size:
        yield index * step
        index -= 1
    if top >= min_size * (1 - EPSILON) and min_size < max_size:
        yield min_size


def _largest(
    measures: Measures, width: float, height: float, min_size: float, max_size: float, max_lines: int
) -> float:
    """The largest size of any lines, 0 where there are none at min_size."""
    best = 0.0
    for count in range(1, min(max_lines, measures.pieces) + 1):
        # Only lines that would allow a larger size than the best so far are of interest.
        limit = width / max(best, min_size) * (1 + EPSILON)
        best = max(best, _largest_in(measures, count, width, height, limit, best, max_size))
        if best >= max_size:
            break
    return best


def _largest_in(
    measures: Measures,
    count: int,
    width: float,
    height: float,
    limit: float,
    floor: float,
    ceiling: float,
) -> float:
    """The largest size above `floor` in exactly `count` lines of at most `limit` em.

    Any size at or above `ceiling` is as good as another.

    The block's height depends on the tops of its first line and the bottoms of its last one. Where the
    height decides, a partition with lower ends may allow a larger size than the narrowest one, so every
    pair of a highest top and a lowest bottom is tried.
    """
    if count == 1:
        return (
            floor
            if measures.whole is None
            else max(floor, _largest_whole(measures.shaped.ink, width, height))
        )
    if not measures.can_hold(0, count, limit):
        return floor
    pitch = (count - 1) * measures.shaped.leading
    best = floor
    for top in measures.tops:
        for bottom in measures.bottoms:
            tall = top + bottom + pitch
            by_height = height / tall if tall > 0 else math.inf
            if by_height <= best:
                continue
            # Wider lines than this would not beat the best size.
            reach = min(limit, width / best * (1 + EPSILON)) if best else limit
            narrowest = _narrowest(measures, count, reach, top, bottom)
            if narrowest is None:
                break
            by_width = width / narrowest if narrowest > 0 else math.inf
            best = max(best, min(by_width, by_height))
            if best >= ceiling:
                return best
            if by_width <= by_height:
                # Lower ends can only make the lines wider.
                break
    return best


def _largest_whole(ink: Box, width: float, height: float) -> float:
    """The largest size in one line whose ink is known, in em."""
    wide, tall = ink[2] - ink[0], ink[3] - ink[1]
    return min(width / wide if wide > 0 else math.inf, height / tall if tall > 0 else math.inf)


def _one_line(shaped: Shaped, size: float, width: float, height: float, align: Align) -> SetText | None:
    """The text in one line at this size, or None where its ink leaves the slot, or it must be broken."""
    ink = shaped.ink
    if shaped.whole is None or ink[2] - ink[0] > width / size * (1 + EPSILON):
        return None
    return (
        composed(shaped, [shaped.whole], size, align)
        if ink[3] - ink[1] <= height / size * (1 + EPSILON)
        else None
    )


def _narrowest(measures: Measures, count: int, limit: float, top: float, bottom: float) -> float | None:
    """The least possible width of the widest of `count` lines, in em, if it is at most `limit`."""
    enough = min(limit, measures.enough(count))
    found = _narrowest_within(measures, count, enough, top, bottom)
    if found is None and enough < limit:
        return _narrowest_within(measures, count, limit, top, bottom)
    return found


def _narrowest_within(
    measures: Measures, count: int, limit: float, top: float, bottom: float
) -> float | None:
    reached = {0: 0.0}
    for number in range(count - 1):
        following: dict[int, float] = {}
        for start, widest in reached.items():
            if not measures.can_hold(start, count - number, limit):
                continue
            for row in measures.rows(start, limit):
                if number == 0 and -row.top > top:
                    break
                wide = max(widest, row.width)
                if wide < following.get(row.end, math.inf):
                    following[row.end] = wide
        reached = following
    best: float | None = None
    for start, widest in reached.items():
        if start < measures.count and measures.can_hold(start, 1, limit):
            tail = measures.tail(start)
            if tail is not None and tail.bottom <= bottom and tail.width <= limit:
                wide = max(widest, tail.width)
                best = wide if best is None else min(best, wide)
    return best


def _set(
    measures: Measures, size: float, width: float, height: float, max_lines: int, balance: bool, align: Align
) -> SetText | None:
    """The block at this size, or None where its ink leaves the slot."""
    shaped = measures.shaped
    limits = Limits(width / size * (1 + EPSILON), height / size * (1 + EPSILON), max_lines)
    ends = best_lines(measures, limits, balance)
    if ends is None:
        return None
    starts = [0, *ends[:-1]]
    lines = [shaped.line(a, b) for a, b in zip(starts, ends, strict=True)]
    block = composed(shaped, lines, size, align)
    # A middle line may rise over the first one, and a contextual letter may differ from its measure.
    inside = block.width <= width * (1 + 1e-6) and block.height <= height * (1 + 1e-6)
    return block if inside else None
