"""Why a variant looks as it does, and why its product was chosen for somebody."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from banner_engine.engine import Engine
from banner_engine.errors import BannerError
from banner_engine.load.profiles import Profile, read_profiles
from banner_engine.plan.items import Plan, ScrimItem, TextItem
from banner_engine.recipe import Recipe
from banner_engine.select.score import explain


def plan_summary(plan: Plan) -> dict[str, Any]:
    """A plan in words and numbers: boxes in px, sizes of type, colours."""
    return {
        "size": [plan.width, plan.height],
        "scene": {"theme": plan.scene.theme, "palette": plan.scene.palette, "seed": plan.scene.seed},
        "products": [
            {"box": list(p.box), "effects": list(p.clip), "ground": round(p.ground, 1)} for p in plan.products
        ],
        "copy": [
            {
                "slot": item.slot,
                "size": round(item.text.size, 2),
                "lines": [line.text for line in item.text.lines],
                "ink": [round(v, 1) for v in item.ink],
                "fill": item.paint.fill
                if isinstance(item.paint.fill, str)
                else [c for _, c in item.paint.fill],
                "fonts": list(item.text.fonts),
            }
            for item in plan.copy
            if isinstance(item, TextItem)
        ],
        "scrims": sum(isinstance(item, ScrimItem) for item in plan.copy),
    }


def explain_for(engine: Engine, recipe: Recipe, profiles: Path, user: str) -> dict[str, Any]:
    """The parts of the product's score for one profile of a file. Raises BannerError where it is not there."""
    for profile in read_profiles(profiles):
        if isinstance(profile, Profile) and profile.user_id == user:
            shelf = engine.shelves[engine.served_locale(profile.locale)]
            column = shelf.index.get(recipe.products[0])
            if column is None:
                raise BannerError(
                    f"product '{recipe.products[0]}' cannot be shown to '{user}' now", kind="variant"
                )
            parts = explain(profile, shelf.products[column], shelf, engine.moment)
            return {"user": user, "product": recipe.products[0], "score": sum(parts.values()), "parts": parts}
    raise BannerError(f"no profile '{user}'", file=profiles, field="user_id")
