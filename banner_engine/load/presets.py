"""Presets: the placements of a platform, from `presets.yaml` beside this file."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from banner_engine.errors import BannerError, did_you_mean
from banner_engine.load.campaign import Placement, Strict
from banner_engine.load.yamlio import read_yaml, validate


class Presets(Strict):
    presets: dict[str, tuple[Placement, ...]]


@cache
def presets() -> dict[str, tuple[Placement, ...]]:
    """All presets by name."""
    document = read_yaml(Path(__file__).with_name("presets.yaml"))
    return validate(Presets, document, {"presets": document.data}).presets


def preset(name: str) -> tuple[Placement, ...]:
    """The placements of a preset. Raises BannerError for a name that there is not."""
    if name not in presets():
        raise BannerError(
            f"unknown preset '{name}'", field="--preset", hint=did_you_mean(name, presets()), kind="config"
        )
    return presets()[name]
