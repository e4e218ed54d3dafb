"""A variant drawn again, and compared with what its run made."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from banner_engine.deliver.run import read_manifest
from banner_engine.encode.versions import drawing_versions
from banner_engine.engine import Engine
from banner_engine.errors import BannerError
from banner_engine.variants.find import find_variant
from banner_engine.workshop import Order


@dataclass(frozen=True, slots=True)
class Again:
    """changed: what differs from the run, by name: "cut-out 1", "fonts", "theme", "library libjpeg_turbo" …"""

    variant_id: str
    data: bytes
    same: bool
    changed: tuple[str, ...]

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


def draw_again(engine: Engine, variant_id: str, run: Path | None = None) -> Again:
    """Draw a variant at the quality its run chose. Raises BannerError where no run's table has it."""
    found = find_variant(engine, variant_id, run)
    if found.row is None or found.out is None:
        raise BannerError(
            f"variant '{found.variant_id}' is known, but no run's table here says how it was made",
            hint="name its run with --run DIR",
            kind="variant",
        )
    made = engine.workshop.rendition(
        Order(found.recipe, found.row["format"], 1 << 40), (found.row["quality"],)
    )
    same = made.sha256 == found.row["sha256"]
    before = found.row["made_of"]
    changed = [name for name, value in made.made_of.items() if before.get(name) != value]
    libraries = (read_manifest(found.out) or {}).get("libraries", {})
    changed += [
        f"library {name}" for name, version in drawing_versions().items() if libraries.get(name) != version
    ]
    return Again(found.variant_id, made.data, same, () if same else tuple(changed))
