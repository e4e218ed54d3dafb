"""Variants that are ready to be joined: drawn once, known to the store, their zones in memory or on the disk."""

from __future__ import annotations

import json
from dataclasses import dataclass

from banner_engine.deliver.links import said
from banner_engine.encode.assemble import Join
from banner_engine.engine import Engine
from banner_engine.errors import BannerError
from banner_engine.recipe import Recipe, creative_id
from banner_engine.rendition import fingerprint
from banner_engine.track import RunRecord, Store, VariantRecord
from banner_engine.track.runs import variant_record

Interned = tuple[bytes, tuple[bytes, ...], Join]
"""Header, zones' keys and join: `Assembler.warm` makes a picture of them."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A variant whose picture was made and fits its budget. alt: what it says; etag: of its JPEG, unquoted."""

    variant_id: str
    recipe: Recipe
    record: VariantRecord
    fingerprint: str
    quality: int
    interned: Interned
    alt: str

    @property
    def etag(self) -> str:
        return f"{self.variant_id}.{self.fingerprint}.q{self.quality}.jpg"


class Shelf:
    """The ready variants of one opened campaign. `draw` is slow and belongs into the studio."""

    def __init__(self, engine: Engine, store: Store, run: RunRecord) -> None:
        self._engine, self._store, self._run = engine, store, run
        self._ready: dict[str, Ready] = {}
        self.drawn = 0
        """Pictures that were made, or joined from zones on the disk."""

    def __len__(self) -> int:
        return len(self._ready)

    def get(self, variant_id: str) -> Ready | None:
        return self._ready.get(variant_id)

    def picture(self, ready: Ready) -> bytes | None:
        """The JPEG, joined from zones in memory; None where one has been dropped."""
        return self._engine.workshop.assembler.warm(*ready.interned)

    def draw(self, recipe: Recipe, copy: str, product_type: str) -> bytes:
        """Make a variant ready, tell the store what it shows, and give its picture.

        On return the store has it on the disk: whatever is shown can be counted. Raises BannerError where
        the variant fits its byte budget at no quality, or shows what is not there any more.
        """
        engine, workshop = self._engine, self._engine.workshop
        plan = workshop.plan(recipe)
        size = (recipe.width, recipe.height)
        budget = engine.byte_budgets.get(size, max(engine.byte_budgets.values()))
        encoded = workshop.assembler.jpeg(plan, engine.loaded.campaign.ladder, budget)
        workshop.flush()
        self.drawn += 1
        if recipe.variant_id not in self._ready:
            one = workshop.assembler.intern(plan, encoded.quality)
            record = record_of(recipe, copy, product_type, engine.loaded.campaign.id)
            self._store.ingest_run(self._run, [record], [])
            self._ready[recipe.variant_id] = Ready(
                recipe.variant_id,
                recipe,
                record,
                fingerprint(plan),
                encoded.quality,
                (one.header, one.keys, one.join),
                said(engine.loaded.campaign, recipe, self._title(recipe)),
            )
        return encoded.data

    def _title(self, recipe: Recipe) -> str:
        """Of the first product, '' where the catalogue does not have it any more."""
        campaign = self._engine.loaded.campaign
        products = self._engine.loaded.products[campaign.market_of(recipe.locale).id]
        return next((product.title for product in products if product.id == recipe.products[0]), "")


def record_of(recipe: Recipe, copy: str, product_type: str, campaign: str) -> VariantRecord:
    row = {
        "variant_id": recipe.variant_id,
        "creative_id": creative_id(recipe, copy),
        "copy": copy,
        "product_type": product_type,
        "recipe": json.loads(recipe.canonical()),
    }
    return variant_record(row, campaign)


def recipe_of(record: VariantRecord) -> Recipe:
    """The recipe that a store keeps. Raises BannerError for one of another version of this program."""
    try:
        return Recipe.from_data(json.loads(record.recipe))
    except ValueError as error:
        raise BannerError(f"variant '{record.variant_id}' cannot be read: {error}", kind="variant") from None
