"""Among all ways to break a text at one size: the one that reads best."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

from banner_engine.text.measure import Measures, Row

WIDOW = 4.0
"""A last line of one short word or one hanzi: taken only where there is no other way."""
WEAK_END = 0.25
"""A line that ends with "the", "für" …"""
INNER = 0.3
"""A line that ends inside a word."""
PAUSE = -0.08
"""A line that ends with punctuation, where a reader pauses anyway."""

_PAUSES = ",.;:!?—–·，。；：！？、…・،؛؟।"


@dataclass(frozen=True, slots=True)
class Limits:
    """width, height: of the slot, in em. lines: the most allowed."""

    width: float
    height: float
    lines: int


def best_lines(measures: Measures, limits: Limits, balance: bool) -> list[int] | None:
    """Where the lines end (numbers of segments): as few lines as fit, and of these the best ones."""
    whole = measures.whole
    if whole and whole.width <= limits.width and whole.bottom - whole.top <= limits.height:
        return [measures.count]
    for count in range(2, limits.lines + 1):
        budget = limits.height - (count - 1) * measures.shaped.leading
        found = _cheapest(measures, count, limits.width, budget, balance)
        if found is not None:
            return found
    return None


class _Way(NamedTuple):
    """Lines up to some segment. top: of the first one."""

    cost: float
    top: float
    widest: float
    ends: tuple[int, ...]


def _cheapest(measures: Measures, count: int, width: float, budget: float, balance: bool) -> list[int] | None:
    """The cheapest `count` lines whose top and bottom are within `budget` em, if any."""
    # For each place and top of the first line the cheapest way: heights differ by few tops only.
    ways: dict[tuple[int, float], _Way] = {(0, 0.0): _Way(0.0, 0.0, 0.0, ())}
    for number in range(count):
        last = number == count - 1
        following: dict[tuple[int, float], _Way] = {}
        for (start, _), way in ways.items():
            if start == measures.count or not measures.can_hold(start, count - number, width):
                continue
            for row in _rows(measures, start, width, last):
                top = -row.top if number == 0 else way.top
                if last and top + row.bottom > budget:
                    continue
                cost = way.cost + _cost(measures, start, row, width, balance, last)
                widest = max(way.widest, row.width)
                if last and count > 1 and _is_widow(measures, start, row, widest):
                    cost += WIDOW
                key = (row.end, top)
                known = following.get(key)
                if known is None or cost < known.cost:
                    following[key] = _Way(cost, top, widest, (*way.ends, row.end))
        ways = following
    best = min(ways.values(), key=lambda way: (way.cost, way.ends), default=None)
    return list(best.ends) if best is not None else None


def _rows(measures: Measures, start: int, width: float, last: bool) -> list[Row]:
    if not last:
        return measures.rows(start, width)
    row = measures.tail(start)
    return [row] if row is not None and row.width <= width else []


def _cost(measures: Measures, start: int, row: Row, width: float, balance: bool, last: bool) -> float:
    filled = row.width / width if math.isfinite(width) else 1.0
    # Squares of widths are least where widths are equal; squares of what is left, where lines are full.
    cost = filled * filled if balance else 0.0 if last else (1 - filled) ** 2
    if last:
        return cost
    segment = measures.shaped.segments[row.end - 1]
    if segment.mandatory:
        return cost
    if segment.inner:
        cost += INNER
    if segment.weak:
        cost += WEAK_END
    elif segment.visible > segment.start and measures.shaped.text[segment.visible - 1] in _PAUSES:
        cost += PAUSE
    return cost


def _is_widow(measures: Measures, start: int, row: Row, widest: float) -> bool:
    segments = measures.shaped.segments
    if start and segments[start - 1].mandatory:
        return False
    return row.width < widest / 3 and measures.is_one_piece(start)
