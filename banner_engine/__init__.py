"""banner_engine: banners in bulk, one variant for each taste.

    from datetime import datetime
    from pathlib import Path
    from banner_engine import Engine, Options, render

    engine = Engine.open(Path("examples/double11"), as_of=datetime(2026, 11, 10))
    summary = render(engine, Path("people.jsonl"), Path("out"), Options(workers=2))

What is named here is the API; it is imported when it is first used. Reports have a module of their own:
`from banner_engine.report import report`.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from banner_engine.engine import Engine, Spaces
    from banner_engine.errors import BannerError, BannerErrors
    from banner_engine.job.pin import Options
    from banner_engine.job.render import Summary, render
    from banner_engine.recipe import Recipe
    from banner_engine.simulate.people import sample_profiles
    from banner_engine.simulate.users import simulate_users
    from banner_engine.track import Store, import_events
    from banner_engine.track.runs import ingest

_WHERE = {
    "BannerError": "errors",
    "BannerErrors": "errors",
    "Engine": "engine",
    "Options": "job.pin",
    "Recipe": "recipe",
    "Spaces": "engine",
    "Store": "track",
    "Summary": "job.render",
    "import_events": "track",
    "ingest": "track.runs",
    "render": "job.render",
    "sample_profiles": "simulate.people",
    "simulate_users": "simulate.users",
}

__all__ = [
    "BannerError",
    "BannerErrors",
    "Engine",
    "Options",
    "Recipe",
    "Spaces",
    "Store",
    "Summary",
    "import_events",
    "ingest",
    "render",
    "sample_profiles",
    "simulate_users",
]


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module 'banner_engine' has no attribute '{name}'")
    return getattr(importlib.import_module(f"banner_engine.{_WHERE[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
