"""How another system names its columns: YAML files, three of them shipped, anybody's own beside them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field

from banner_engine.errors import BannerError, did_you_mean
from banner_engine.load.campaign import Strict
from banner_engine.load.yamlio import read_yaml, validate

_FOLDER = Path(__file__).parent / "data" / "mappings"
# 80 bits in base32; in a name or in a URL's utm_content.
VARIANT = r"(?<![a-z0-9])([a-z2-7]{16})(?![a-z0-9])"


def _pattern(value: object) -> object:
    try:
        groups = re.compile(value).groups if isinstance(value, str) else 0
    except re.error as error:
        raise ValueError(f"'{value}' is no pattern: {error}") from None
    if groups != 1:
        raise ValueError(f"'{value}' must have one group: it is what the id is taken from")
    return value


class Columns(Strict):
    """Names that a column may have, the first that is there is read; case and blanks around do not matter."""

    day: tuple[str, ...]
    last_day: tuple[str, ...] = ()
    hour: tuple[str, ...] = ()
    variant: tuple[str, ...] = ()
    placement: tuple[str, ...] = ()
    impressions: tuple[str, ...]
    clicks: tuple[str, ...]
    spend: tuple[str, ...] = ()
    spend_micros: tuple[str, ...] = ()
    currency: tuple[str, ...] = ()


class Mapping(Strict):
    """variant: a pattern whose one group is the variant's id in what its column says. placements: what the
    other system calls each of the campaign's. decimal: "." or ",", whichever begins the fraction.
    """

    title: str
    columns: Columns
    variant: Annotated[str, BeforeValidator(_pattern)] = VARIANT
    placements: dict[str, str] = Field(default_factory=dict)
    decimal: str = "."


def shipped_mappings() -> list[str]:
    return sorted(path.stem for path in _FOLDER.glob("*.yaml"))


def read_mapping(name: str) -> tuple[str, Mapping]:
    """(source, mapping): a shipped one by its name, or a YAML file. BannerError for what is neither."""
    path = Path(name)
    if path.suffix not in (".yaml", ".yml"):
        path = _FOLDER / f"{name}.yaml"
        if name not in shipped_mappings():
            raise BannerError(
                f"there is no mapping '{name}'",
                field="--format",
                hint=f"{did_you_mean(name, shipped_mappings())} or the path of a YAML file",
            )
    return path.stem, validate(Mapping, read_yaml(path))
