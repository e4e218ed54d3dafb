"""A text cut into runs: one level, one script, one style, one face, by coverage."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from banner_engine.text.breaks import NEWLINES
from banner_engine.text.chars import CJK_SCRIPTS, EMOJI_STYLE, char_info, clusters, levels, scripts, upper
from banner_engine.text.face import Face
from banner_engine.text.fonts import FontBook, is_cjk
from banner_engine.text.style import Span


@dataclass(frozen=True, slots=True)
class Run:
    """Characters start:end of the text, shaped together. span: the index of the span they come from."""

    start: int
    end: int
    level: int
    script: str
    face: Face
    span: int


@dataclass(frozen=True, slots=True)
class Itemised:
    """The text of all spans in a row (case applied), its runs in logical order, what no face can draw."""

    text: str
    runs: tuple[Run, ...]
    missing: tuple[str, ...]


def itemise(book: FontBook, spans: tuple[Span, ...], locale: str, rtl: bool) -> Itemised:
    """Levels, scripts and faces of each character. Missing characters are reported, and in no run."""
    composed = [_clean(span.text) for span in spans]
    parts = [
        upper(part, locale) if span.style.case == "upper" else part
        for span, part in zip(spans, composed, strict=True)
    ]
    text = "".join(parts)
    level_of, script_of = levels(text, rtl), scripts(text)
    runs: list[Run] = []
    missing: dict[str, None] = {}
    at = 0
    for number, (span, part) in enumerate(zip(spans, parts, strict=True)):
        style = span.style
        faces = book.faces(style.families, style.weight, style.italic, locale)
        for start, end, face in _faces_of(text, at, at + len(part), script_of, faces, is_cjk(locale)):
            if face is None:
                cluster = text[start:end]
                missing.update(dict.fromkeys([c for c in cluster if not _drawn_by(c, faces)] or cluster))
                continue
            _add(runs, start, end, level_of, script_of, face, number)
        at += len(part)
    return Itemised(text, tuple(runs), tuple(missing))


def _clean(text: str) -> str:
    """Composed (fonts rarely have e and an accent apart), tabs as spaces, no control but line breaks."""
    if text.isprintable() and text.isascii():
        return text
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\t", " "))
    return "".join(c for c in text if c in NEWLINES or unicodedata.category(c) not in ("Cc", "Cs"))


def _add(
    runs: list[Run], start: int, end: int, levels: list[int], scripts: list[str], face: Face, span: int
) -> None:
    """Add a cluster, to the last run where it goes on."""
    level, script = levels[start], scripts[start]
    if runs:
        last = runs[-1]
        if (last.end, last.level, last.script, last.span) == (start, level, script, span) and (
            last.face is face
        ):
            runs[-1] = Run(last.start, end, level, script, face, span)
            return
    runs.append(Run(start, end, level, script, face, span))


def _faces_of(
    text: str, start: int, end: int, scripts: list[str], faces: tuple[Face, ...], cjk: bool
) -> list[tuple[int, int, Face | None]]:
    """(start, end, face) of each cluster of text[start:end]; None where no face has all of its characters."""
    out: list[tuple[int, int, Face | None]] = []
    han = _han_face(faces) if cjk and any(s in CJK_SCRIPTS for s in scripts[start:end]) else None
    before: Face | None = None
    for a, b in clusters(text[start:end]):
        a, b = start + a, start + b
        char = text[a]
        info = char_info(char)
        needed = [c for c in text[a:b] if not char_info(c).ignorable]
        face: Face | None
        if not needed and before is not None and char != "\u200b":
            face = before
        elif info.emoji or (b - a > 1 and any(ord(c) == EMOJI_STYLE for c in text[a:b])):
            face = _first(needed, [f for f in faces if f.has_colour]) or _first(needed, faces)
        elif han is not None and info.wide and scripts[a] in CJK_SCRIPTS and _has(han, needed):
            # Quotes, dashes and points between hanzi are drawn by the CJK font, full-width.
            face = han
        elif char == " " and before is not None and before.glyph(32):
            face = before
        else:
            face = _first(needed, faces) or (before or faces[0] if not needed else None)
        out.append((a, b, face))
        before = face or before
    return out


def _han_face(faces: tuple[Face, ...]) -> Face | None:
    return next((f for f in faces if f.glyph(0x4E00)), None)


def _has(face: Face, chars: list[str]) -> bool:
    return all(face.glyph(ord(c)) for c in chars)


def _first(chars: list[str], faces: list[Face] | tuple[Face, ...]) -> Face | None:
    """The first face that has all of `chars`."""
    return next((f for f in faces if _has(f, chars)), None)


def _drawn_by(char: str, faces: tuple[Face, ...]) -> bool:
    return char_info(char).ignorable or any(f.glyph(ord(char)) for f in faces)
