"""Finds the number of an arm, and stores arms that are new. Arms never change, so numbers can be kept."""

from __future__ import annotations

import json

from sqlalchemy import Connection, insert, select

from banner_engine.errors import BannerError
from banner_engine.track.records import DecisionRecord
from banner_engine.track.tables import ARM_KEY, arms, variants

Known = dict[tuple[str, ...], int]


class ArmBook:
    """The arms of one transaction. `fresh` holds what it found, to be kept after the commit only."""

    def __init__(self, connection: Connection, known: Known) -> None:
        self._connection = connection
        self._known = known
        self.fresh: Known = {}

    def of_decision(self, decision: DecisionRecord) -> int:
        """BannerError where the variant is unknown."""
        key = (
            decision.campaign,
            decision.placement,
            decision.variant_id,
            decision.theme,
            decision.palette,
            decision.layout,
            decision.copy,
            decision.product_type,
            decision.product,
            decision.policy,
            decision.grade,
            decision.locale,
        )
        found = self._known.get(key) or self.fresh.get(key)
        if found is None:
            self._variant(decision.variant_id)
            found = self._keep(key, key)
        return found

    def of_variant(self, variant_id: str, placement: str) -> int:
        """The arm of an event that names no decision; BannerError where the variant is unknown."""
        short = ("variant", variant_id, placement)
        found = self._known.get(short) or self.fresh.get(short)
        if found is None:
            row = self._variant(variant_id)
            hero = next(iter(json.loads(row["products"])), "")
            shown = {**row, "placement": placement, "product": hero, "policy": "", "grade": ""}
            found = self._keep(short, tuple(shown[name] for name in ARM_KEY))
        return found

    def of_placement(self, campaign: str, placement: str) -> int:
        """The arm of money that names a placement only."""
        short = ("placement", campaign, placement)
        found = self._known.get(short) or self.fresh.get(short)
        if found is None:
            blank = dict.fromkeys(ARM_KEY, "") | {"campaign": campaign, "placement": placement}
            found = self._keep(short, tuple(blank[name] for name in ARM_KEY))
        return found

    def _variant(self, variant_id: str) -> dict[str, str]:
        row = self._connection.execute(select(variants).where(variants.c.variant_id == variant_id)).mappings()
        found = row.first()
        if found is None:
            raise BannerError(
                f"unknown variant '{variant_id}'",
                field="variant_id",
                hint="ingest the run that made it first (banner track ingest)",
            )
        return dict(found)

    def _keep(self, known_as: tuple[str, ...], key: tuple[str, ...]) -> int:
        named = dict(zip(ARM_KEY, key, strict=True))
        same = [arms.c[name] == value for name, value in named.items()]
        seq: int | None = self._connection.execute(select(arms.c.seq).where(*same)).scalar()
        if seq is None:
            seq = self._connection.execute(insert(arms).returning(arms.c.seq), named).scalar_one()
        self.fresh[known_as] = seq
        return seq
