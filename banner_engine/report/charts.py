"""Charts of a report as inline SVG: what was seen and clicked over time, and rates with their intervals.

Colours are classes of the page's style sheet, so that charts follow its light and dark scheme. Coordinates
are px of the view box.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

WIDTH = 960
LEFT, RIGHT = 56, 12
_BARS, _GAP, _LINES, _FOOT = 110, 26, 130, 22


@dataclass(frozen=True, slots=True)
class Moment:
    """An hour or a day of a chart. low, high: of the rate; None where there were no impressions."""

    label: str
    impressions: int
    ctr: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Dot:
    """A named rate with its interval and a text to the right of it."""

    name: str
    ctr: float
    low: float
    high: float
    text: str


def timeline(moments: Sequence[Moment]) -> str:
    """Impressions as bars above, CTR as a line with its 95 % band below; a gap where nothing was seen."""
    height = _BARS + _GAP + _LINES + _FOOT
    step = (WIDTH - LEFT - RIGHT) / max(len(moments), 1)
    most = _nice(max((one.impressions for one in moments), default=0))
    top = _nice_rate(max((one.ctr or 0 for one in moments), default=0) * 1.5)
    base = _BARS + _GAP + _LINES
    parts = [_grid([(0.0, _BARS), (most, 8)], _short), _grid([(0.0, base), (top, base - _LINES)], _rate)]
    for place, one in enumerate(moments):
        tall = one.impressions / most * (_BARS - 8) if most else 0
        x = LEFT + place * step
        if one.impressions:
            rate = "" if one.ctr is None else f", CTR {one.ctr:.2%}"
            parts.append(
                f'<rect class="bar" x="{x + step * 0.1:.1f}" y="{_BARS - tall:.1f}" width="{step * 0.8:.1f}" '
                f'height="{tall:.1f}"><title>{escape(one.label)}: {one.impressions:,}{rate}</title></rect>'
            )

    def at(place: int, rate: float) -> str:
        return f"{LEFT + (place + 0.5) * step:.1f},{base - min(rate / top, 1.0) * _LINES:.1f}"

    for run in _runs(moments):
        upper = [at(place, moments[place].high or 0) for place in run]
        lower = [at(place, moments[place].low or 0) for place in reversed(run)]
        parts.append(f'<polygon class="band" points="{" ".join(upper + lower)}"/>')
        line = " ".join(at(place, moments[place].ctr or 0) for place in run)
        parts.append(f'<polyline class="line" points="{line}"/>')
        if len(run) == 1:
            left, above = line.split(",")
            parts.append(f'<circle class="dot" cx="{left}" cy="{above}" r="3"/>')
    every = max(1, math.ceil(len(moments) / 12))
    parts += [
        f'<text x="{LEFT + (place + 0.5) * step:.1f}" y="{height - 5}" text-anchor="middle">'
        f"{escape(one.label)}</text>"
        for place, one in enumerate(moments)
        if place % every == 0
    ]
    parts += [
        f'<text x="{LEFT}" y="{_BARS + 18}" class="name">CTR, with its 95 % interval</text>',
        f'<text x="{LEFT}" y="2" dy="9" class="name">Impressions</text>',
    ]
    return _svg(WIDTH, height + 2, parts, "Impressions and CTR over time")


def dots(rates: Sequence[Dot], mean: float | None) -> str:
    """One line for each rate: a dot with its interval, its name to the left, a text to the right.

    The axis spans the intervals, so that what differs is seen to differ; its ends are written below.
    """
    width, row, name, text = 560, 25, 150, 130
    height = row * len(rates) + 22
    ends = [end for one in rates for end in (one.low, one.high)] + ([] if mean is None else [mean])
    low, high = min(ends, default=0.0), max(ends, default=0.01)
    pad = (high - low) * 0.06 or 0.001
    low, high = max(0.0, low - pad), min(1.0, high + pad)

    def at(rate: float) -> float:
        return name + (rate - low) / (high - low) * (width - name - text)

    foot = height - 5
    parts = [
        f'<line class="axis" x1="{name}" x2="{width - text}" y1="{height - 18}" y2="{height - 18}"/>',
        f'<text x="{name}" y="{foot}">{_rate(low)}</text>',
        f'<text x="{width - text}" y="{foot}" text-anchor="end">{_rate(high)}</text>',
    ]
    if mean is not None:
        parts.append(
            f'<line class="mean" x1="{at(mean):.1f}" x2="{at(mean):.1f}" y1="2" y2="{height - 18}"/>'
        )
        if name + 70 < at(mean) < width - text - 70:
            parts.append(f'<text x="{at(mean):.1f}" y="{foot}" text-anchor="middle">all {mean:.2%}</text>')
    for place, one in enumerate(rates):
        y = place * row + row / 2 + 2
        parts.append(
            f"<g><title>{escape(one.name)}: {one.ctr:.3%} ({one.low:.3%} – {one.high:.3%})</title>"
            f'<text class="name" x="{name - 12}" y="{y + 4:.1f}" text-anchor="end">{escape(_cut(one.name, 21))}</text>'
            f'<line class="reach" x1="{at(one.low):.1f}" x2="{at(one.high):.1f}" y1="{y:.1f}" y2="{y:.1f}"/>'
            f'<circle class="dot" cx="{at(one.ctr):.1f}" cy="{y:.1f}" r="4.5"/>'
            f'<text x="{width - text + 14}" y="{y + 4:.1f}">{escape(one.text)}</text></g>'
        )
    return _svg(width, height, parts, "CTR with 95 % intervals")


def sliver(ctr: float, low: float, high: float, top: float) -> str:
    """A rate with its interval as small as a table's cell. top: the rate at its right end."""
    x, a, b = (min(rate / top, 1.0) * 92 + 4 if top else 4.0 for rate in (ctr, low, high))
    return (
        '<svg viewBox="0 0 100 14" style="width:100px" aria-hidden="true">'
        f'<line class="reach" x1="{a:.1f}" x2="{b:.1f}" y1="7" y2="7"/>'
        f'<circle class="dot" cx="{x:.1f}" cy="7" r="3.5"/></svg>'
    )


def _svg(width: float, height: float, parts: Sequence[str], about: str) -> str:
    return f'<svg viewBox="0 0 {width} {height}" role="img" aria-label="{about}">{"".join(parts)}</svg>'


def _runs(moments: Sequence[Moment]) -> list[list[int]]:
    """The places of moments that have a rate, in unbroken runs."""
    runs: list[list[int]] = []
    for place, one in enumerate(moments):
        if one.ctr is None:
            continue
        if runs and runs[-1][-1] == place - 1:
            runs[-1].append(place)
        else:
            runs.append([place])
    return runs


def _grid(lines: Sequence[tuple[float, float]], told: Callable[[float], str]) -> str:
    return "".join(
        f'<line class="axis" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y}" y2="{y}"/>'
        f'<text x="{LEFT - 8}" y="{y + 4}" text-anchor="end">{told(value)}</text>'
        for value, y in lines
    )


def _nice(value: float) -> float:
    """The least of 1, 2, 2.5, 5 × 10ⁿ that is not below a value, 1 for 0."""
    if value <= 0:
        return 1.0
    unit = 10.0 ** math.floor(math.log10(value))
    return next((unit * step for step in (1, 2, 2.5, 5) if unit * step >= value), unit * 10)


def _nice_rate(rate: float) -> float:
    return min(_nice(rate), 1.0) if rate > 0 else 0.01


def _short(number: float) -> str:
    for unit, sign in ((1e6, "M"), (1e3, "k")):
        if number >= unit:
            return f"{number / unit:g} {sign}"
    return f"{number:g}"


def _rate(rate: float) -> str:
    return f"{rate * 100:.3g} %"


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
