"""The lines of a run's tables."""

from __future__ import annotations

import json
from typing import Any

from banner_engine.deliver.run import FileEntry
from banner_engine.engine import Engine
from banner_engine.recipe import creative_id
from banner_engine.select.decide import Decision


def variant_row(decision: Decision, format: str, entry: FileEntry) -> dict[str, Any]:
    """A line of `variants.jsonl`."""
    option = decision.choice.option
    recipe = option.recipe
    return {
        "variant_id": option.variant_id,
        "creative_id": creative_id(recipe, option.combination.copy),
        "copy": option.combination.copy,
        "product_type": option.product.product_type,
        "recipe": json.loads(recipe.canonical()),
        "size": f"{recipe.width}x{recipe.height}",
        "format": format,
        "quality": entry.quality,
        "fingerprint": entry.fingerprint,
        "bytes": entry.bytes,
        "sha256": entry.sha256,
        **entry.place,
        "made_of": entry.made_of,
    }


def decision_row(decision: Decision, engine: Engine, run_id: str) -> dict[str, Any]:
    """A decision without its user, as `assignments.jsonl` holds it and the store ingests it."""
    option, space = decision.choice.option, decision.space
    c = option.combination
    return {
        "placement": space.placement,
        "variant_id": option.variant_id,
        "decision_id": decision.decision_id,
        "run_id": run_id,
        "propensity": round(decision.choice.propensity, 9),
        "policy": engine.loaded.campaign.policy.kind,
        "theme": c.theme,
        "palette": c.palette,
        "layout": c.layout,
        "copy": c.copy,
        "product_type": option.product.product_type,
        "product": option.product.id,
        "size": f"{space.width}x{space.height}",
        "locale": space.locale,
        "grade": space.grade,
        "match": round(decision.choice.match, 4),
        "discount": round(option.product.discount_at(engine.moment), 4),
    }
