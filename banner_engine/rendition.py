"""The bytes of a variant, and the fingerprint that says what they depend on besides the recipe."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass

from banner_engine.encode.versions import drawing_versions
from banner_engine.plan.items import Plan


@dataclass(frozen=True, slots=True)
class Rendition:
    """format: "jpeg", "png", "webp" or "avif". quality: the step of the ladder that fitted the budget.

    made_of: the parts of the fingerprint that are the variant's own (cut-outs, fonts, theme).
    """

    variant_id: str
    format: str
    quality: int
    fingerprint: str
    made_of: dict[str, str]
    data: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


def made_of(plan: Plan) -> dict[str, str]:
    """The parts of a plan's fingerprint that are its own, by name, so that a difference can be named."""
    named = {f"cut-out {i + 1}": product.digest[:16] for i, product in enumerate(plan.products)}
    named["fonts"] = digest(plan.fonts)[:16]
    named["theme"] = plan.scene.theme_digest
    return named


def fingerprint(plan: Plan) -> str:
    """80 bits, hex, over the plan's own parts and the versions of everything that draws."""
    return digest([json.dumps({**made_of(plan), **drawing_versions()}, sort_keys=True)])[:20]


def digest(texts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()
