"""What a report can group and filter by, and each line's value of it.

A line belongs to a variant (or none: money of a whole placement), a placement and a local hour.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, select

from banner_engine.errors import BannerError, did_you_mean
from banner_engine.report.settings import CampaignSettings
from banner_engine.report.split import Ints
from banner_engine.track.hours import day_label, hour_label
from banner_engine.track.tables import variants

BY_VARIANT: dict[str, Callable[[Any], str]] = {
    "variant": lambda row: row.variant_id,
    "creative": lambda row: row.creative_id,
    "theme": lambda row: row.theme,
    "palette": lambda row: row.palette,
    "layout": lambda row: row.layout,
    "product": lambda row: next(iter(json.loads(row.products)), ""),
    "product_type": lambda row: row.product_type,
    "copy": lambda row: row.copy,
    "size": lambda row: f"{row.width}x{row.height}",
    "locale": lambda row: row.locale,
}
BY_PLACEMENT = ("placement", "grade")
BY_TIME = ("hour", "day")
DIMENSIONS = (*BY_VARIANT, *BY_PLACEMENT, *BY_TIME)
# Hours that were not sold have these and no others.
OF_UNSOLD = frozenset((*BY_PLACEMENT, *BY_TIME))


def check_dimensions(names: Sequence[str]) -> None:
    """BannerError for a name that a report does not know."""
    for name in names:
        if name not in DIMENSIONS:
            raise BannerError(
                f"a report has no '{name}'", field=name, hint=did_you_mean(name, DIMENSIONS), kind="report"
            )


@dataclass(frozen=True, slots=True)
class Coded:
    """A line's value of one dimension is labels[codes[line]]. Labels are sorted, None at the end."""

    codes: Ints
    labels: list[str | None]


def _coded(labels: Sequence[str | None], of_line: Ints) -> Coded:
    """labels: of each entity; of_line: shape (n,), each line's entity, -1 for none."""
    known = [*sorted({label for label in labels if label is not None}), None]
    place = {label: position for position, label in enumerate(known)}
    codes = np.array([place[label] for label in [*labels, None]], np.int64)
    return Coded(codes[of_line], known)


class Lines:
    """Who, where and when of each line; shape (n,) each. variant: place in variant_ids, -1 for none."""

    def __init__(
        self,
        settings: CampaignSettings,
        variant_ids: Sequence[str],
        placements: Sequence[str],
        variant: Ints,
        placement: Ints,
        hour: Ints,
    ) -> None:
        self._settings = settings
        self._variant_ids = variant_ids
        self._placements = placements
        self._variant, self.placement, self._hour = variant, placement, hour

    def coded(self, connection: Connection, names: Sequence[str], zone: ZoneInfo) -> dict[str, Coded]:
        """The named dimensions of all lines. zone: that hours and days are named in."""
        found: dict[str, Coded] = {}
        shown = self._shown(connection) if any(name in BY_VARIANT for name in names) else []
        for name in names:
            if name in BY_VARIANT:
                labels = [BY_VARIANT[name](row) for row in shown]
                found[name] = _coded(labels, self._variant)
            elif name == "placement":
                found[name] = _coded(self._placements, self.placement)
            elif name == "grade":
                labels = [self._settings.grade(placement) for placement in self._placements]
                found[name] = _coded(labels, self.placement)
            else:
                label = hour_label if name == "hour" else day_label
                hours, of_line = np.unique(self._hour, return_inverse=True)
                # By instant, not by text: two hours of an autumn night differ in their offset only.
                texts = list(map(partial(label, zone), hours.tolist()))
                found[name] = _in_order(texts, of_line)
        return found

    def _shown(self, connection: Connection) -> list[Any]:
        columns = [column for column in variants.c if column.name != "recipe"]
        query = select(*columns).where(variants.c.campaign == self._settings.campaign)
        rows = {row.variant_id: row for row in connection.execute(query).all()}
        return [rows[variant_id] for variant_id in self._variant_ids]


def _in_order(texts: Sequence[str], of_line: Ints) -> Coded:
    """As _coded, for labels that stand in order and may repeat (hours of one day)."""
    labels: list[str | None] = list(dict.fromkeys(texts))
    place = {label: position for position, label in enumerate(labels)}
    return Coded(np.array([place[text] for text in texts], np.int64)[of_line], labels)


def matching(
    coded: Mapping[str, Coded], where: Mapping[str, Sequence[str]], size: int
) -> tuple[npt.NDArray[np.bool_], list[str]]:
    """The lines that have one of the values of each name, and a note for each value that no line has."""
    kept = np.ones(size, bool)
    notes = []
    for name, values in where.items():
        labels = coded[name].labels
        known = [label for label in labels if label is not None]
        wanted = [labels.index(value) for value in values if value in known]
        kept &= np.isin(coded[name].codes, wanted)
        notes += [
            f"nothing was counted for {name} '{value}'; {did_you_mean(value, known)}"
            if known
            else f"nothing was counted for {name} '{value}'"
            for value in values
            if value not in known
        ]
    return kept, notes
