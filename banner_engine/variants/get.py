"""The picture of a variant: as its run kept it, else made of its recipe."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from banner_engine.deliver.packs import read_member
from banner_engine.encode import steps_of
from banner_engine.engine import Engine
from banner_engine.variants.find import Found, find_variant
from banner_engine.workshop import Order


@dataclass(frozen=True, slots=True)
class Picture:
    """source: "file", "pack" or "recipe". changed: its run made other bytes of the same recipe."""

    variant_id: str
    format: str
    data: bytes
    source: str
    changed: bool


def get_picture(
    engine: Engine, variant_id: str, run: Path | None = None, format: str | None = None
) -> Picture:
    """A variant's picture. format: the run's own where None (JPEG where only the store knows the variant).

    Made of the recipe, its bytes are those that `banner render` would write. Raises BannerError where nobody
    knows the variant, or where it fits its byte budget at no step of the ladder.
    """
    found = find_variant(engine, variant_id, run)
    row = found.row
    wanted = format or (row["format"] if row else "jpeg")
    if row is None or row["format"] != wanted:
        return Picture(found.variant_id, wanted, _made(engine, found, wanted), "recipe", False)
    kept = _kept(found)
    if kept is not None:
        return Picture(found.variant_id, wanted, kept, "pack" if "pack" in row else "file", False)
    data = _made(engine, found, wanted)
    return Picture(found.variant_id, wanted, data, "recipe", _digest(data) != row["sha256"])


def _kept(found: Found) -> bytes | None:
    """The bytes that the run kept, if they are there, whole."""
    row, out = found.row, found.out
    assert row is not None and out is not None
    where = row.get("pack") or row["path"]
    data = None if where is None else read_member(out / where, row.get("offset", 0), row["bytes"])
    return data if data is not None and _digest(data) == row["sha256"] else None


def _made(engine: Engine, found: Found, format: str) -> bytes:
    campaign, recipe = engine.loaded.campaign, found.recipe
    # a size that no placement has any more was still asked for, by whoever asks now
    budget = engine.byte_budgets.get((recipe.width, recipe.height), max(engine.byte_budgets.values()))
    made = engine.workshop.rendition(Order(recipe, format, budget), steps_of(format, campaign.ladder))
    engine.workshop.flush()
    return made.data


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
