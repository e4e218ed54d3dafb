"""Recipes and identities: what a variant is, without pixels and without a user."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import asdict, dataclass, fields
from typing import Any


@dataclass(frozen=True, slots=True)
class Recipe:
    """Every decision behind a variant, frozen.

    width, height: px at 1×; scale 2 makes a HiDPI rendition of the same variant's design. slots:
    (slot, resolved text) of the slots that are kept, in the layout's order. pictures: digests of the
    source pictures, one for each product. logo: digest of the logo's file, "" where none is shown.
    """

    theme: str
    theme_digest: str
    palette: str
    seed: int
    layout: str
    width: int
    height: int
    scale: int
    products: tuple[str, ...]
    pictures: tuple[str, ...]
    slots: tuple[tuple[str, str], ...]
    locale: str
    direction: str
    logo: str
    disclosure: str

    def canonical(self) -> str:
        """The one spelling of this recipe: JSON with sorted keys and no spaces (after RFC 8785)."""
        return json.dumps(asdict(self), sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    @property
    def variant_id(self) -> str:
        """80 bits of SHA-256 over the canonical recipe, base32, 16 lower-case characters."""
        return short_hash(self.canonical())

    @property
    def text(self) -> dict[str, str]:
        return dict(self.slots)

    @staticmethod
    def from_data(data: dict[str, Any]) -> Recipe:
        """The recipe that `canonical` spelled. Raises ValueError for keys that no recipe has."""
        known = {field.name for field in fields(Recipe)}
        if set(data) != known:
            raise ValueError(f"no recipe: {sorted(set(data) ^ known)} differ")
        return Recipe(
            **{
                **data,
                "products": tuple(data["products"]),
                "pictures": tuple(data["pictures"]),
                "slots": tuple((slot, text) for slot, text in data["slots"]),
            }
        )


def short_hash(text: str) -> str:
    """80 bits of SHA-256, base32, 16 lower-case characters without padding."""
    return base64.b32encode(hashlib.sha256(text.encode()).digest()[:10]).decode().lower()


def creative_id(recipe: Recipe, copy_set: str) -> str:
    """A creative is a variant without its resolved copy: the same for every price and discount."""
    parts = (recipe.theme, recipe.palette, recipe.seed, recipe.layout, recipe.width, recipe.height,
             recipe.products, copy_set, recipe.locale)  # fmt: skip
    return short_hash(json.dumps(parts, ensure_ascii=False))


def unit_draw(*parts: str | int) -> float:
    """A number in [0, 1) that depends on `parts` only: 53 bits of BLAKE2b (counter-based, no state)."""
    data = "\x1f".join(map(str, parts)).encode()
    # shifted, not divided: 64 bits rounded to a float could give 1
    return (int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "big") >> 11) * 2**-53
