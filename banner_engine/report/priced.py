"""Spend of placements that are bought at a price for each click or for 1,000 impressions.

For each variant, placement and hour: CPC × net clicks, or CPM × net impressions ÷ 1,000 to the nearest micro.
So it adds up the same however a report is grouped.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from banner_engine.report.facts import Facts, Money
from banner_engine.report.settings import CampaignSettings
from banner_engine.track.tables import MEASURES


def with_prices(settings: CampaignSettings, facts: Facts) -> Facts:
    """The facts with what their impressions and clicks cost, beside the spend that was told."""
    if not settings.prices or not len(facts.spot):
        return facts
    money = list(facts.spend)
    placement_of = np.array([placement for _, placement in facts.spots], object)[facts.spot]
    for placement, price in sorted(settings.prices.items()):
        cells = np.flatnonzero(placement_of == placement)
        measure = "clicks" if price.per == "click" else "impressions"
        counted = facts.measures[cells, MEASURES.index(measure)]
        # a row without an hour holds what was not wanted by the hour; impressions always have theirs
        micros = counted * price.micros if price.per == "click" else (counted * price.micros + 500) // 1_000
        money += [
            Money(int(facts.spot[cell]), int(facts.hour[cell]), price.currency, int(amount))
            for cell, amount in zip(cells.tolist(), micros.tolist(), strict=True)
            if amount
        ]
    return replace(facts, spend=money)
