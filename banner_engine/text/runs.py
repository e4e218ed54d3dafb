"""A text cut into runs: one level, one script, one style, one face, by coverage."""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

from banner_engine.text.breaks import NEWLINES
from banner_engine.text.chars import levels, scripts, upper
from banner_engine.text.coverage import Chain
from banner_engine.text.face import Face
from banner_engine.text.fonts import FontBook
from banner_engine.text.style import Span


class Run(NamedTuple):
    """Characters start:end of the text, shaped together. span: the index of the span they come from."""

    start: int
    end: int
    level: int
    script: str
    face: Face
    span: int


class Itemised(NamedTuple):
    """The text of all spans in a row (case applied), its runs in logical order, what no face can draw."""

    text: str
    runs: tuple[Run, ...]
    missing: tuple[str, ...]


def itemise(book: FontBook, spans: tuple[Span, ...], locale: str, rtl: bool) -> Itemised:
    """Levels, scripts and faces of each character. Missing characters are reported, and in no run."""
    parts = [_clean(span.text) for span in spans]
    parts = [
        upper(part, locale) if span.style.case == "upper" else part
        for span, part in zip(spans, parts, strict=True)
    ]
    text = "".join(parts)
    chains = [book.chain(s.style.families, s.style.weight, s.style.italic, locale) for s in spans]
    if not rtl and all(chain.plain.issuperset(part) for chain, part in zip(chains, parts, strict=True)):
        return Itemised(text, _plain(parts, chains), ())
    level_of, script_of = levels(text, rtl), scripts(text)
    runs: list[Run] = []
    missing: dict[str, None] = {}
    at = 0
    for number, (chain, part) in enumerate(zip(chains, parts, strict=True)):
        face_of, end = chain.cover(text, at, at + len(part), script_of), at + len(part)
        start = at
        for i in range(at + 1, end + 1):
            if i < end and (
                face_of[i - at] is face_of[start - at]
                and level_of[i] == level_of[start]
                and script_of[i] == script_of[start]
            ):
                continue
            face = face_of[start - at]
            if face is not None:
                runs.append(Run(start, i, level_of[start], script_of[start], face, number))
            start = i
        if None in face_of:
            lost = [text[at + i] for i, face in enumerate(face_of) if face is None]
            missing.update(dict.fromkeys([c for c in lost if not chain.has(c)] or lost))
        at = end
    return Itemised(text, tuple(runs), tuple(missing))


def _plain(parts: list[str], chains: list[Chain]) -> tuple[Run, ...]:
    """The runs of an ASCII text that the first face of each span has: one for each span."""
    runs: list[Run] = []
    at = 0
    for number, (chain, part) in enumerate(zip(chains, parts, strict=True)):
        if part:
            runs.append(Run(at, at + len(part), 0, "Latn", chain.faces[0], number))
        at += len(part)
    return tuple(runs)


def _clean(text: str) -> str:
    """Composed (fonts rarely have e and an accent apart), tabs as spaces, no control but line breaks."""
    if text.isascii() and text.isprintable():
        return text
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\t", " "))
    if text.isprintable():
        return text
    return "".join(c for c in text if c in NEWLINES or unicodedata.category(c) not in ("Cc", "Cs"))
