"""Where a line may end: UAX #14 by ICU, and what shops know beyond it.

ICU allows a break between 5 and 折, or between 20 and %; a price or a measure read in two lines is a
mistake, so breaks inside of them are removed. Japanese and Korean break between phrases, Chinese between
words, as headlines do; the other breaks that the standard allows are kept as `inner` ones, for text
that can't be set without them.
"""

from __future__ import annotations

import threading
from typing import Any, NamedTuple

import icu

from banner_engine.text.chars import utf16_to_index
from banner_engine.text.glue import glued_places

SOFT_HYPHEN = "\u00ad"
NEWLINES = "\n\r\x0b\x0c\x85\u2028\u2029"
BLANK = NEWLINES + " \t\u3000\u200b\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2008\u2009\u200a\u205f"

_local = threading.local()


class Break(NamedTuple):
    """A line may end before character `at`. mandatory: it must. inner: inside a word or phrase."""

    at: int
    mandatory: bool
    inner: bool


def line_breaks(text: str, locale: str) -> list[Break]:
    """All breaks of `text` in order, the end of the text included (not mandatory)."""
    if not text:
        return []
    language = locale.split("-")[0].split("_")[0]
    unicode = icu.UnicodeString(text)
    allowed = _boundaries("line", f"{_icu_name(locale)}@lb=strict", text, unicode)
    if len(allowed) == 1:
        return [Break(len(text), mandatory=False, inner=False)]
    preferred: set[int] | None = None
    if language in ("ja", "ko"):
        preferred = set(_boundaries("line", f"{language}@lb=strict;lw=phrase", text, unicode))
    elif language == "zh" and not text.isascii():
        preferred = set(_boundaries("word", "zh", text, unicode))
    glued = glued_places(text)
    out = []
    for at in allowed:
        mandatory = at < len(text) and text[at - 1] in NEWLINES
        if at in glued and not mandatory:
            continue
        inner = preferred is not None and at not in preferred and at < len(text)
        out.append(Break(at, mandatory, inner and not mandatory))
    return out


def _boundaries(kind: str, name: str, text: str, unicode: Any) -> list[int]:
    """Ends of the pieces that ICU cuts `text` into, as indices of characters."""
    iterators: dict[tuple[str, str], Any] = _local.__dict__.setdefault("iterators", {})
    iterator = iterators.get((kind, name))
    if iterator is None:
        create = (
            icu.BreakIterator.createLineInstance if kind == "line" else icu.BreakIterator.createWordInstance
        )
        iterator = iterators[kind, name] = create(icu.Locale(name))
    iterator.setText(unicode)
    found = utf16_to_index(text, list(iterator))
    # The iterator must not point into a string that is gone.
    iterator.setText(_EMPTY)
    return found


_EMPTY = icu.UnicodeString("")


def _icu_name(locale: str) -> str:
    return locale.replace("-", "_")


def visible_end(text: str, start: int, end: int) -> int:
    """Where the ink of text[start:end] can end: blanks and soft hyphens at its end are not set."""
    while end > start and (text[end - 1] in BLANK or text[end - 1] == SOFT_HYPHEN):
        end -= 1
    return end
