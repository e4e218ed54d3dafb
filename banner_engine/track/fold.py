"""Folds receipts into roll-ups, one at a time, in any order: what is net, where and in which hour.

Net: the first valid receipt of each (decision, kind) by its own time. A receipt that turns out to be
earlier than the first one known takes its place, and what was counted in the other hour is taken back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from banner_engine.track.hours import LocalHours
from banner_engine.track.records import KINDS
from banner_engine.track.rules import MICRO, Rules
from banner_engine.track.tables import MEASURES

IMPRESSION = KINDS.index("impression") + 1
SHOWN, CLICKED, SEEN = range(3)
IMPRESSIONS, CLICKS, IMPRESSIONS_GROSS, CLICKS_GROSS, WITHOUT, FLAGGED = range(len(MEASURES))

First = list[Any]
"""[time of the first valid impression, of the first valid click, 1 where any impression came]"""


@dataclass(slots=True)
class Deltas:
    """What receipts add. hourly: (simulated, hour, arm) → measures. reasons: (simulated, campaign, hour,
    reason) → receipts. firsts: (decision, simulated) → what is known of it now.
    """

    hourly: dict[tuple[int, int, int], list[int]] = field(default_factory=dict)
    reasons: dict[tuple[int, str, int, str], int] = field(default_factory=dict)
    firsts: dict[tuple[int, int], First] = field(default_factory=dict)


class Folder:
    """Folds rows of `events` by the rules of their campaigns; where there are none, Rules() hold."""

    def __init__(self, rules: Mapping[str, Rules]) -> None:
        self._rules = rules
        self._known: dict[str, tuple[int, int, LocalHours]] = {}

    def hour(self, campaign: str, time: int) -> int:
        """The start of the hour, local to the campaign, that holds an instant."""
        return self._for(campaign)[2](time)

    def fold(self, rows: Iterable[Any], into: Deltas) -> None:
        """rows: (kind, time, arm, campaign, decision, lag, flags, simulated, shown, clicked, seen); the last
        three as the roll-ups know them before these rows (seen None: nothing is known).
        """
        for kind, time, arm, campaign, decision, lag, flags, simulated, shown, clicked, seen in rows:
            early, late, hour_of = self._known.get(campaign) or self._for(campaign)
            hour = hour_of(time)
            cell = into.hourly.get((simulated, hour, arm))
            if cell is None:
                cell = into.hourly[simulated, hour, arm] = [0] * len(MEASURES)
            net = IMPRESSIONS if kind == IMPRESSION else CLICKS
            cell[net + IMPRESSIONS_GROSS] += 1
            valid = not flags and (lag is None or early <= lag <= late)
            if not valid:
                cell[FLAGGED] += 1
                why = flags.split(",") if flags else []
                if lag is not None and not early <= lag <= late:
                    why.append("early" if lag < early else "late")
                for reason in why:
                    key = (simulated, campaign, hour, reason)
                    into.reasons[key] = into.reasons.get(key, 0) + 1
            if decision is None:
                cell[net] += valid
                continue
            first = into.firsts.get((decision, simulated))
            if first is None:
                first = into.firsts[decision, simulated] = [shown, clicked, seen or 0]
            if kind == IMPRESSION and not first[SEEN]:
                first[SEEN] = 1
                if first[CLICKED] is not None:
                    _cell(into, simulated, hour_of(first[CLICKED]), arm)[WITHOUT] -= 1
            if not valid:
                continue
            place = SHOWN if kind == IMPRESSION else CLICKED
            before = first[place]
            if before is not None and before <= time:
                continue
            if before is not None:
                _move(_cell(into, simulated, hour_of(before), arm), net, -1, first)
            _move(cell, net, 1, first)
            first[place] = time

    def _for(self, campaign: str) -> tuple[int, int, LocalHours]:
        found = self._known.get(campaign)
        if found is None:
            rules = self._rules.get(campaign, Rules())
            found = (-(rules.early // MICRO), rules.late // MICRO, LocalHours(rules.zone))
            self._known[campaign] = found
        return found


def _cell(into: Deltas, simulated: int, hour: int, arm: int) -> list[int]:
    return into.hourly.setdefault((simulated, hour, arm), [0] * len(MEASURES))


def _move(cell: list[int], net: int, by: int, first: First) -> None:
    cell[net] += by
    if net == CLICKS and not first[SEEN]:
        cell[WITHOUT] += by
