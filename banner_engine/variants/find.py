"""Variants by id: from the newest run's tables, else from the store."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from banner_engine.deliver.files import read_lines
from banner_engine.engine import Engine
from banner_engine.errors import BannerError
from banner_engine.recipe import Recipe


@dataclass(frozen=True, slots=True)
class Found:
    """A variant. row: its line of `variants.jsonl`, or None where only the store knows it; out: its run's folder."""

    variant_id: str
    recipe: Recipe
    copy: str
    row: dict[str, Any] | None
    out: Path | None


def find_variant(engine: Engine, variant_id: str, run: Path | None = None) -> Found:
    """A variant of a campaign. run: a run's folder (default: the newest). Raises BannerError where nobody knows it."""
    variant_id = variant_id.strip().lower()
    out = run or engine.state.last_run()
    if out is not None:
        for row in read_lines(out / "variants.jsonl"):
            if row["variant_id"] == variant_id:
                return Found(variant_id, Recipe.from_data(row["recipe"]), row["copy"], row, out)
    stored = _stored(engine, variant_id)
    if stored is not None:
        return stored
    where = f"{out} and the store" if out else "the store"
    raise BannerError(
        f"no variant '{variant_id}' in {where}", hint="name its run with --run DIR", kind="variant"
    )


def _stored(engine: Engine, variant_id: str) -> Found | None:
    from sqlalchemy import select

    from banner_engine.track import Store
    from banner_engine.track.tables import variants

    if not engine.state.track.exists():
        return None
    with Store.open(engine.state.track, create=False) as store, store.read() as connection:
        row = connection.execute(
            select(variants.c.recipe, variants.c.copy).where(variants.c.variant_id == variant_id)
        ).first()
    if row is None:
        return None
    return Found(variant_id, Recipe.from_data(json.loads(row.recipe)), row.copy, None, None)


def shown_to(out: Path, variant_id: str, user: str | None = None) -> list[dict[str, Any]]:
    """The rows of `assignments.jsonl` that show a variant (to one user)."""
    return [
        row
        for row in read_lines(out / "assignments.jsonl")
        if row["variant_id"] == variant_id and (user is None or row["user_id"] == user)
    ]
