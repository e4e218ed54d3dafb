"""A committed run's tables, brought into the store of what was decided."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from banner_engine.deliver.files import read_lines
from banner_engine.deliver.run import read_manifest
from banner_engine.errors import BannerError
from banner_engine.track import DecisionRecord, Ingested, RunRecord, Store, VariantRecord


def pseudonym(key: bytes, user_id: str) -> str:
    """A user's keyed pseudonym: HMAC-SHA256, 128 bits, hex. Without the key it leads back to nobody."""
    return hmac.digest(key, b"user\x1f" + user_id.encode(), hashlib.sha256)[:16].hex()


def variant_record(row: dict[str, Any], campaign: str) -> VariantRecord:
    """A line of `variants.jsonl` as the store keeps it."""
    recipe = row["recipe"]
    return VariantRecord(
        variant_id=row["variant_id"],
        campaign=campaign,
        creative_id=row["creative_id"],
        theme=recipe["theme"],
        palette=recipe["palette"],
        seed=recipe["seed"],
        layout=recipe["layout"],
        width=recipe["width"],
        height=recipe["height"],
        locale=recipe["locale"],
        products=tuple(recipe["products"]),
        product_type=row["product_type"],
        copy=row["copy"],
        recipe=json.dumps(recipe, sort_keys=True, separators=(",", ":"), ensure_ascii=False),
    )


def decision_record(
    row: dict[str, Any], campaign: str, moment: dt.datetime, user: str | None, *, simulated: bool = False
) -> DecisionRecord:
    """A decision's row as the store keeps it. user: already a pseudonym."""
    return DecisionRecord(
        decision_id=row["decision_id"],
        run_id=row["run_id"],
        campaign=campaign,
        placement=row["placement"],
        variant_id=row["variant_id"],
        user=user,
        time=moment,
        theme=row["theme"],
        palette=row["palette"],
        layout=row["layout"],
        copy=row["copy"],
        product_type=row["product_type"],
        product=row["product"],
        policy=row["policy"],
        propensity=row["propensity"],
        grade=row["grade"],
        locale=row["locale"],
        simulated=simulated,
    )


def ingest(out: Path, track: Path, key: bytes) -> Ingested:
    """Store the newest committed run of a folder; what is stored already stays. Raises BannerError.

    track: the store's file. key: the campaign's secret, for pseudonyms.
    """
    manifest = read_manifest(out)
    if manifest is None:
        raise BannerError("no committed run here", file=out, hint="finish it with banner render … --resume")
    campaign = manifest["campaign"]
    moment = dt.datetime.fromisoformat(manifest["as_of"])
    run = RunRecord(manifest["run_id"], campaign, moment, json.dumps(_kept(manifest), sort_keys=True))

    def variants() -> Iterator[VariantRecord]:
        return (variant_record(row, campaign) for row in read_lines(out / "variants.jsonl"))

    def decisions() -> Iterator[DecisionRecord]:
        for row in read_lines(out / "assignments.jsonl"):
            yield decision_record(row, campaign, moment, pseudonym(key, row["user_id"]))

    with Store.open(track) as store:
        return store.ingest_run(run, variants(), decisions())


def _kept(manifest: dict[str, Any]) -> dict[str, Any]:
    """What of a manifest decides a run; file paths and counts do not."""
    return {name: manifest[name] for name in ("campaign", "as_of", "seed", "policy", "options", "inputs")}
