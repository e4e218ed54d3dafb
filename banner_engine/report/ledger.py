"""All lines of a report in one matrix: counts with what they earned, spend, and unsold hours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from banner_engine.report.dimensions import Lines
from banner_engine.report.facts import NO_HOUR, Facts
from banner_engine.report.settings import CampaignSettings
from banner_engine.report.split import Ints
from banner_engine.report.worth import Worth
from banner_engine.track.tables import MEASURES

# value_clicks: clicks in placements that have a value. has_value, has_spend: lines that speak of one.
COLUMNS = (*MEASURES, "value", "value_clicks", "unsold", "unsold_hours", "has_value", "spend", "has_spend")
AT = {name: place for place, name in enumerate(COLUMNS)}
_VALUE = [AT[name] for name in ("value", "value_clicks", "unsold", "unsold_hours", "has_value")]

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Ledger:
    """matrix: shape (lines, len(COLUMNS)). currency: each line's place in currencies (None is the last)."""

    lines: Lines
    matrix: Ints
    currency: Ints
    currencies: list[str | None]

    @property
    def unsold(self) -> Mask:
        return self.matrix[:, AT["unsold_hours"]] > 0

    def by_currency(self, kept: Mask) -> Iterator[tuple[str | None, Mask, Ints]]:
        """For each currency: the lines of the placements that have money in it, and the matrix of it.

        A count stands in every currency in which its placement has money; money in its own only.
        """
        money = (self.matrix[:, AT["unsold_hours"]] > 0) | (self.matrix[:, AT["has_spend"]] > 0)
        priced = money | (self.matrix[:, AT["has_value"]] > 0)
        without = np.ones(len(self.matrix), bool)
        for code, name in enumerate(self.currencies):
            if name is None:
                mine = kept & without
            else:
                inside = (self.currency == code) & priced
                here = np.isin(self.lines.placement, self.lines.placement[inside])
                without &= ~here
                mine = kept & here & ~(money & (self.currency != code))
            if mine.any():
                matrix = self.matrix.copy()
                matrix[np.ix_(self.currency != code, _VALUE)] = 0
                yield name, mine, matrix


def without_hours(facts: Facts, earned: Worth) -> tuple[Facts, Worth]:
    """The same with one line for each spot, for reports that name no hour: far fewer lines to group."""
    starts = np.flatnonzero(np.diff(facts.spot, prepend=-1))
    if not len(starts):
        return facts, earned
    spot = facts.spot[starts]
    measures = np.add.reduceat(facts.measures, starts, axis=0)
    hours = np.full(len(starts), NO_HOUR, np.int64)
    return (
        replace(facts, spot=spot, hour=hours, measures=measures),
        Worth(np.add.reduceat(earned.earned, starts), earned.unsold),
    )


def ledger(settings: CampaignSettings, facts: Facts, earned: Worth) -> Ledger:
    """Counts first, then spend, then unsold hours."""
    variant_ids = sorted({variant_id for variant_id, _ in facts.spots if variant_id})
    placements = sorted({*settings.placements, *(placement for _, placement in facts.spots)})
    values = settings.placements.values()
    named = sorted({value.currency for value in values} | {money.currency for money in facts.spend})
    currencies: list[str | None] = [*named, None]
    variant_at: dict[str, int] = {variant_id: place for place, variant_id in enumerate(variant_ids)}
    placement_at = {placement: place for place, placement in enumerate(placements)}
    currency_at = {name: place for place, name in enumerate(currencies)}

    variant_of_spot = np.array([variant_at.get(variant_id, -1) for variant_id, _ in facts.spots], np.int64)
    placement_of_spot = np.array([placement_at[placement] for _, placement in facts.spots], np.int64)
    currency_of_placement = np.array(
        [
            currency_at[value.currency if (value := settings.placements.get(placement)) else None]
            for placement in placements
        ],
        np.int64,
    )

    def codes(spend: Sequence[int], unsold: Sequence[int], counted: Ints) -> Ints:
        return np.concatenate([counted, np.array(spend, np.int64), np.array(unsold, np.int64)])

    spots = [money.spot for money in facts.spend]
    variant = codes(variant_of_spot[spots].tolist(), [-1] * len(earned.unsold), variant_of_spot[facts.spot])
    placement = codes(
        placement_of_spot[spots].tolist(),
        [placement_at[name] for name, _, _ in earned.unsold],
        placement_of_spot[facts.spot],
    )
    hour = codes([money.hour for money in facts.spend], [hour for _, hour, _ in earned.unsold], facts.hour)
    currency = currency_of_placement[placement]
    matrix = np.zeros((len(placement), len(COLUMNS)), np.int64)
    counted = len(facts.spot)
    paid = counted + len(facts.spend)
    matrix[:counted, : len(MEASURES)] = facts.measures
    matrix[:counted, AT["value"]] = earned.earned
    valued = currency[:counted] != currency_at[None]
    matrix[:counted, AT["has_value"]] = valued
    matrix[:counted, AT["value_clicks"]] = facts.measures[:, MEASURES.index("clicks")] * valued
    matrix[counted:paid, AT["spend"]] = [money.micros for money in facts.spend]
    matrix[counted:paid, AT["has_spend"]] = 1
    currency[counted:paid] = [currency_at[money.currency] for money in facts.spend]
    matrix[paid:, AT["unsold"]] = [micros for _, _, micros in earned.unsold]
    matrix[paid:, AT["unsold_hours"]] = 1
    matrix[paid:, AT["has_value"]] = 1
    return Ledger(
        Lines(settings, variant_ids, placements, variant, placement, hour), matrix, currency, currencies
    )
