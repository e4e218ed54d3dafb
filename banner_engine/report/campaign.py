"""A campaign's settings as reports need them."""

from __future__ import annotations

import datetime as dt

from banner_engine.load.campaign import Campaign, Placement
from banner_engine.report import CampaignSettings, PlacementValue, Price, Windows
from banner_engine.track import Rules, Store


def settings_of(campaign: Campaign, store: Store | None = None) -> CampaignSettings:
    """store: whose rules say how early or late a receipt may be; the usual windows without it."""
    rules = Rules() if store is None else store.rules(campaign.id)
    grades = {p.id: p.grade or campaign.grade for p in campaign.placements}
    values = {
        p.id: PlacementValue(p.value_per_day.micros, p.value_per_day.currency, grades[p.id])
        for p in campaign.placements
        if p.value_per_day is not None
    }
    prices = {p.id: price for p in campaign.placements if (price := _price(p)) is not None}
    return CampaignSettings(
        campaign.id,
        campaign.timezone,
        values,
        flight_of(campaign),
        Windows(rules.early, rules.late),
        grades,
        prices,
    )


def _price(placement: Placement) -> Price | None:
    if placement.cpc is not None:
        return Price("click", placement.cpc.micros, placement.cpc.currency)
    if placement.cpm is not None:
        return Price("mille", placement.cpm.micros, placement.cpm.currency)
    return None


def flight_of(campaign: Campaign) -> tuple[dt.datetime, dt.datetime]:
    """[start, end) of the flight as instants."""
    zone = campaign.zone
    last = campaign.flight.end + dt.timedelta(days=1)
    return (
        dt.datetime.combine(campaign.flight.start, dt.time(), zone),
        dt.datetime.combine(last, dt.time(), zone),
    )
