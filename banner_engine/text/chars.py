"""What Unicode says of characters: script, direction, clusters, case. ICU is asked once for each one."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import icu

COMMON = "Zyyy"
INHERITED = "Zinh"
CJK_SCRIPTS = frozenset({"Hani", "Hira", "Kana", "Hang", "Bopo"})
UNTRACKED = frozenset({"Arab", "Syrc", "Mong", "Nkoo", "Mand", "Deva", "Beng", "Guru"})
"""Scripts whose letters join: space between them would break the word."""

_RTL = re.compile(
    "[\u0590-\u08ff\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")
_EMOJI_PRESENTATION = icu.UnicodeSet(r"[\p{Emoji_Presentation}]")
_MODIFIERS = range(0x1F3FB, 0x1F400)
_REGIONAL = range(0x1F1E6, 0x1F200)
ZWJ, TEXT_STYLE, EMOJI_STYLE = 0x200D, 0xFE0E, 0xFE0F


@dataclass(frozen=True, slots=True)
class CharInfo:
    """script: ISO 15924. joins: belongs to the cluster before it. ignorable: needs no glyph of its own.

    wide: punctuation that CJK fonts draw full-width (East Asian width A or W, script common).
    """

    script: str
    joins: bool
    ignorable: bool
    wide: bool
    emoji: bool


@lru_cache(maxsize=1 << 16)
def char_info(char: str) -> CharInfo:
    code = ord(char)
    category = unicodedata.category(char)
    script = icu.Script.getScript(code).getShortName()
    joins = (
        category in ("Mn", "Me", "Mc")
        or code in (ZWJ, TEXT_STYLE, EMOJI_STYLE)
        or code in _MODIFIERS
        or 0xE0020 <= code <= 0xE007F
    )
    ignorable = (
        category in ("Cc", "Zl", "Zp", "Cs")
        or icu.Char.hasBinaryProperty(code, icu.UProperty.DEFAULT_IGNORABLE_CODE_POINT)
        or (category == "Zs" and char != "\u3000")
    )
    wide = script == COMMON and unicodedata.east_asian_width(char) in "AWF" and category[0] in "PS"
    return CharInfo(script, joins, ignorable, wide, _EMOJI_PRESENTATION.contains(char))


def clusters(text: str) -> list[tuple[int, int]]:
    """(start, end) of what must stay in one font: a base and all that joins it, flags, joined emoji."""
    if text.isascii():
        return [(i, i + 1) for i in range(len(text))]
    out: list[tuple[int, int]] = []
    start = 0
    for i, char in enumerate(text):
        if i == start:
            continue
        code, before = ord(char), ord(text[i - 1])
        flag = code in _REGIONAL and before in _REGIONAL and (i - start) % 2 == 1
        if before == ZWJ or flag or char_info(char).joins:
            continue
        out.append((start, i))
        start = i
    if text:
        out.append((start, len(text)))
    return out


def scripts(text: str) -> list[str]:
    """The script of each character, common and inherited ones resolved by their neighbours (UAX #24, 5.1).

    A closing bracket takes the script of the bracket that it closes.
    """
    if text.isascii():
        return ["Latn"] * len(text)
    out: list[str] = []
    current = ""
    opened: list[tuple[str, str]] = []
    for char in text:
        script = char_info(char).script
        if script in (COMMON, INHERITED):
            script = current
            category = unicodedata.category(char)
            if category == "Ps":
                opened.append((char, current))
            elif category == "Pe" and opened:
                pair = icu.Char.getBidiPairedBracket(char)
                while opened:
                    bracket, around = opened.pop()
                    if bracket == pair:
                        script = around
                        break
        else:
            current = script
        out.append(script)
    first = next((s for s in out if s), "Latn")
    return [s or first for s in out]


def levels(text: str, rtl: bool) -> list[int]:
    """The embedding level of each character (UAX #9, by ICU), for a text whose own direction is `rtl`."""
    if not rtl and not _RTL.search(text):
        return [0] * len(text)
    unicode = icu.UnicodeString(text)
    bidi = icu.Bidi()
    bidi.setPara(unicode, 1 if rtl else 0)
    found = list(bidi.getLevels() or ()) if text else []
    if not _ASTRAL.search(text):
        return found
    out, unit = [], 0
    for char in text:
        out.append(found[unit])
        unit += 2 if ord(char) > 0xFFFF else 1
    return out


def visual_order(run_levels: list[int]) -> list[int]:
    """Indices of runs from left to right (UAX #9, rule L2)."""
    order = list(range(len(run_levels)))
    if not any(run_levels):
        return order
    odd = [level for level in run_levels if level % 2]
    for level in range(max(run_levels), (min(odd) if odd else max(run_levels) + 1) - 1, -1):
        start = 0
        while start < len(order):
            end = start
            while end < len(order) and run_levels[order[end]] >= level:
                end += 1
            order[start:end] = reversed(order[start:end])
            start = end + 1
    return order


def upper(text: str, locale: str) -> str:
    """Capitals as the locale writes them (i → İ in Turkish, ß → SS, Greek without accents)."""
    if text.isascii() and locale[:2] not in ("tr", "az", "lt"):
        return text.upper()
    return str(icu.UnicodeString(text).toUpper(icu.Locale(locale.replace("-", "_"))))


_NOTO = {"Hani": "SC", "Hira": "JP", "Kana": "JP", "Hang": "KR", "Bopo": "TC", COMMON: "Symbols 2"}


def font_for(char: str) -> str:
    """A font that has the script of a character: the Noto family has one for nearly all of them."""
    script = icu.Script.getScript(ord(char))
    if char_info(char).emoji:
        return "Noto Color Emoji"
    short = script.getShortName()
    if short in ("Latn", "Cyrl", "Grek", INHERITED):
        return "Noto Sans"
    return f"Noto Sans {_NOTO.get(short) or script.getName().replace('_', ' ')}"


def mirrored(char: str) -> str:
    """The character that is drawn for `char` in a right-to-left run."""
    return str(icu.Char.charMirror(char))


def utf16_to_index(text: str, units: list[int]) -> list[int]:
    """Offsets in UTF-16 units as indices of characters."""
    if not _ASTRAL.search(text):
        return units
    table: list[int] = []
    for i, char in enumerate(text):
        table.extend([i] if ord(char) <= 0xFFFF else [i, i])
    table.append(len(text))
    return [table[unit] for unit in units]
