"""What of a locale decides layout."""

from __future__ import annotations

RTL_LANGUAGES = frozenset({"ar", "he", "fa", "ur", "ps", "sd", "ug", "yi", "dv", "ckb"})


def is_rtl(locale: str) -> bool:
    """Whether a locale's language is written from right to left."""
    return locale.replace("_", "-").split("-")[0].lower() in RTL_LANGUAGES
