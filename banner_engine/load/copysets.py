"""`copy.yaml`: what banners say, by locale, with short forms, placeholders and conditions."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from pydantic import Field, field_validator, model_validator

from banner_engine.errors import BannerError, did_you_mean
from banner_engine.load.campaign import Grade, Id, Strict, localised
from banner_engine.load.yamlio import Document, read_yaml, validate

PLACEHOLDERS = (
    "product.title", "product.brand", "price", "old_price", "discount", "discount_percent",
)  # fmt: skip
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


class CopyText(Strict):
    """One slot's words, with an optional short form for where the room ends."""

    text: str = Field(min_length=1, max_length=300)
    short: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, value: Any) -> Any:
        if isinstance(value, bool | float):  # YAML has read it: 1.50 is 1.5 by now
            raise ValueError(f"{value} is no text: put quotes around what is meant")
        return {"text": str(value)} if isinstance(value, str | int) else value

    @field_validator("text", "short")
    @classmethod
    def _placeholders(cls, value: str | None) -> str | None:
        for name in placeholders(value or ""):
            if name not in PLACEHOLDERS:
                raise ValueError(f"unknown placeholder '{{{name}}}'; {did_you_mean(name, PLACEHOLDERS)}")
        if set("{}") & set(_PLACEHOLDER.sub("", value or "")):
            raise ValueError("a brace stands alone: placeholders are written {product.title}")
        return value


def placeholders(text: str) -> list[str]:
    """The names in braces, in order."""
    return _PLACEHOLDER.findall(text)


def fill(text: str, values: dict[str, str]) -> str:
    """`text` with its placeholders filled; those without a value stay as they are."""
    return _PLACEHOLDER.sub(lambda m: values.get(m[1], m[0]), text)


class SlotTexts(Strict):
    """The words of one copy set in one locale."""

    badge: CopyText | None = None
    headline: CopyText
    number: CopyText | None = None
    word: CopyText | None = None
    subline: CopyText | None = None
    cta: CopyText
    price_label: CopyText | None = None
    disclaimer: CopyText | None = None


class Requires(Strict):
    """Conditions on the product that a copy set speaks of."""

    min_discount: float | None = Field(default=None, ge=0, le=1)
    max_discount: float | None = Field(default=None, ge=0, le=1)
    product_types: tuple[str, ...] = ()
    on_sale: bool | None = None


class CopySet(Strict):
    id: Id
    grades: tuple[Grade, ...] = ("S", "A", "B", "C")
    requires: Requires = Requires()
    themes: tuple[str, ...] = ()
    """Only with these themes (all where empty)."""
    text: dict[str, SlotTexts] = Field(min_length=1)

    def for_locale(self, locale: str) -> SlotTexts:
        found = localised(self.text, locale)
        assert isinstance(found, SlotTexts)
        return found


class CopyFile(Strict):
    copy_sets: tuple[CopySet, ...] = Field(min_length=1)


def load_copy(file: Path) -> tuple[CopySet, ...]:
    """All copy sets of a file. Raises BannerError(s) with file, line and field."""
    document: Document = read_yaml(file)
    sets = validate(CopyFile, document).copy_sets
    seen: set[str] = set()
    for index, one in enumerate(sets):
        if one.id in seen:
            raise BannerError(
                f"copy set '{one.id}' stands twice",
                file=file,
                line=document.line_of(("copy_sets", index, "id")),
                field=f"copy_sets[{index}].id",
                kind="config",
            )
        seen.add(one.id)
    return sets
