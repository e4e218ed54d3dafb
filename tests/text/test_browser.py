"""Text against a browser with the same font files: order of glyphs, places of breaks, widths.

Skipped where no Chromium is installed. A table of the differences is printed.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import unicodedata
from dataclasses import dataclass
from html import escape
from pathlib import Path

import icu
import pytest
from browser_strings import strings

from banner_engine.text import FontBook, Span, TextStyle, set_text, shape_text
from banner_engine.text.breaks import line_breaks
from banner_engine.text.chars import char_info
from banner_engine.text.fonts import is_cjk

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
SIZE = 40
FAMILIES = [("Inter", 700), ("Playfair Display", 500)]
WIDTHS_WITHIN = 0.01

SCRIPT = """
const out = [];
for (const p of document.querySelectorAll('p')) {
  const node = p.firstChild, text = node.data, range = document.createRange();
  const box = (i, j) => { range.setStart(node, i); range.setEnd(node, j); return range.getBoundingClientRect(); };
  const units = [];
  for (let i = 0; i < text.length;) {
    const j = i + (text.codePointAt(i) > 0xffff ? 2 : 1), r = box(i, j);
    units.push([r.left, r.right, r.top]);
    i = j;
  }
  out.push({width: box(0, text.length).width, units});
}
document.title = 'done';
const pre = document.createElement('pre');
pre.textContent = JSON.stringify(out);
document.body.replaceChildren(pre);
"""


@dataclass(frozen=True)
class Seen:
    """What the browser did with a text. units: (left, right, top) of each character."""

    width: float
    units: list[tuple[float, float, float]]


def style_for(family: str, weight: int, locale: str) -> TextStyle:
    """In CJK text, quotes and dots are the CJK font's here, whatever the order: there only if it comes first."""
    cjk = "Noto Sans SC"
    return TextStyle((cjk, family) if is_cjk(locale) else (family, cjk), weight)


def page(book: FontBook, cases: list[tuple[TextStyle, str, bool, str]], narrow: bool) -> str:
    faces = []
    for file in book.files:
        low, high = file.weights
        faces.append(
            f"@font-face {{font-family: '{file.family}'; src: url('{file.path.resolve().as_uri()}');"
            f"font-weight: {low} {high}; font-style: {'italic' if file.italic else 'normal'}}}"
        )
    body = []
    for style, locale, rtl, text in cases:
        chain = book.faces(style.families, style.weight, style.italic, locale)
        families = ", ".join(f"'{name}'" for name in dict.fromkeys(face.file.family for face in chain))
        body.append(
            f'<p lang="{locale}" dir="{"rtl" if rtl else "ltr"}" '
            f'style="font-weight: {style.weight}; font-family: {escape(families)}">{escape(text)}</p>'
        )
    width = "width: 1px; line-break: strict" if narrow else "white-space: pre; width: max-content"
    return (
        f"<!doctype html><meta charset=utf-8><style>{''.join(faces)}"
        f"p {{font-size: {SIZE}px; {width}; text-rendering: geometricPrecision; font-synthesis: none;"
        "text-spacing-trim: space-all; text-autospace: no-autospace; margin: 0; position: relative}</style>"
        f"{''.join(body)}<script>document.fonts.ready.then(() => {{ {SCRIPT} }})</script>"
    )


def seen(tmp_path: Path, html: str) -> list[Seen]:
    file = tmp_path / "page.html"
    file.write_text(html, encoding="utf-8")
    assert CHROMIUM is not None
    done = subprocess.run(
        [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files",
         f"--user-data-dir={tmp_path / 'profile'}", "--virtual-time-budget=60000", "--dump-dom", file.as_uri()],
        capture_output=True, text=True, timeout=180, check=True,
    )  # fmt: skip
    start = done.stdout.index("<pre>") + 5
    text = done.stdout[start : done.stdout.index("</pre>", start)]
    return [Seen(item["width"], item["units"]) for item in json.loads(text)]


@pytest.fixture(scope="module")
def compared(
    book: FontBook, tmp_path_factory: pytest.TempPathFactory
) -> list[tuple[TextStyle, str, bool, str, Seen, Seen]]:
    if CHROMIUM is None:
        pytest.skip("no Chromium is installed")
    cases = [
        (style, locale, rtl, text)
        for family, weight in FAMILIES
        for locale, rtl, text in strings()
        for style in [style_for(family, weight, locale)]
        if not shape_text(book, (Span(text, style),), locale, rtl).missing
    ]
    folder = tmp_path_factory.mktemp("browser")
    wide = seen(folder, page(book, cases, narrow=False))
    narrow = seen(folder, page(book, cases, narrow=True))
    return [(*case, a, b) for case, a, b in zip(cases, wide, narrow, strict=True)]


def same_pair(char: str) -> str:
    """A bracket and its mirror image as one character."""
    return min(char, str(icu.Char.charMirror(char)))


def order_of(text: str, units: list[tuple[float, float, float]]) -> str:
    """Letters as the browser shows them, from left to right; marks belong to their letters."""
    found = [(left + right, char) for char, (left, right, _) in zip(text, units, strict=True) if counts(char)]
    return "".join(same_pair(char) for _, char in sorted(found, key=lambda item: item[0]))


def counts(char: str) -> bool:
    info = char_info(char)
    return not (info.ignorable or info.joins or unicodedata.category(char).startswith("M"))


def test_there_are_two_hundred_strings() -> None:
    assert len({text for _, _, text in strings()}) >= 200


def test_glyphs_stand_in_the_same_order(book: FontBook, compared: list) -> None:  # type: ignore[type-arg]
    wrong = []
    for style, locale, rtl, text, wide, _ in compared:
        block = set_text(
            shape_text(book, (Span(text, style),), locale, rtl), size=SIZE, width=1e9, max_lines=1
        )
        assert block is not None
        ours = "".join(same_pair(char) for char in block.lines[0].text if counts(char))
        theirs = order_of(text, wide.units)
        if ours != theirs:
            wrong.append(f"{locale} {text!r}: {ours!r} here, {theirs!r} there")
    print(*wrong, sep="\n")
    assert not wrong


def test_breaks_are_ones_that_the_browser_allows(compared: list) -> None:  # type: ignore[type-arg]
    wrong = []
    for style, locale, _, text, _, narrow in compared:
        if FAMILIES[0][0] not in style.families:
            continue
        tops = [top for _, _, top in narrow.units]
        allowed = {i for i in range(1, len(text)) if tops[i] > tops[i - 1] + SIZE / 2}
        # The browser measures a blank after a break on the line before it.
        wrong += [
            f"{locale} {text[: here.at]!r} | {text[here.at :]!r}"
            for here in line_breaks(text, locale)
            if here.at < len(text) and here.at not in allowed
        ]
    print(*wrong, sep="\n")
    assert not wrong


def test_widths_agree_within_one_percent(book: FontBook, compared: list) -> None:  # type: ignore[type-arg]
    rows = []
    for style, locale, rtl, text, wide, _ in compared:
        block = set_text(
            shape_text(book, (Span(text, style),), locale, rtl), size=SIZE, width=1e9, max_lines=1
        )
        assert block is not None
        ours = block.lines[0].width
        rows.append((abs(ours / wide.width - 1), ours, wide.width, locale, style.families[0], text))
    rows.sort(reverse=True)
    print(f"{'off':>8} {'here':>9} {'browser':>9}")
    for off, ours, theirs, locale, family, text in rows[:40]:
        print(f"{off:8.3%} {ours:9.2f} {theirs:9.2f} {locale:6} {family}: {text}")
    assert all(row[0] <= WIDTHS_WITHIN for row in rows)
