"""The conformance tests of UAX #9 and UAX #14: all cases, and the few decided otherwise, with the reason."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

from banner_engine.text.breaks import line_breaks
from banner_engine.text.chars import levels, visual_order
from banner_engine.text.glue import glued_places

DATA = Path(__file__).parent / "data"
REMOVED = "x"
"""The level of a character that rule X9 takes away."""

OTHER_LEVELS = {
    # A mark on a bracket (N0) takes the bracket's direction only where text follows: ICU's.
    "0061 0028 0062 0029 0331",
    "0061 0028 0332 0062 0029 0333",
    "05D0 0028 05D1 0029 0331",
    "05D0 0028 0332 05D1 0029 0333",
    "0661 0028 0662 0029 0331",
    "0661 0028 0332 0662 0029 0333",
    "0041 200F 005B 05D0 005D 200D 20D6",
    "0041 200F 005B 200D 20D6 05D0 005D 200D 20D6",
    "0041 200F 005B 200D 200B 20D6 05D0 005D 200B 200D 20D6",
    # An isolate between embeddings inside of an override.
    "202E 0061 202A 0062 202C 2066 0063 2069 202A 0064 202C 0065 202C",
    "202D 0661 202B 0662 202C 2068 0663 2069 202B 0664 202C 0665 202C",
    # An embedding in a text of one direction: no level is asked for, the order is the same.
    "0061 202A 0062 202C 0020 0031 0020 0032",
    # More than 63 brackets in each other: ICU pairs them all.
    " ".join(["0061", *["0028"] * 64, "0062", *["0029"] * 64]),
}

NEWER_RULES = """
LB 20a, a word's hyphen (Unicode 16)
× 002D ÷ 0023 ÷
× 002D × 0308 ÷ 0023 ÷
× 002D ÷ 00A7 ÷
× 002D × 0308 ÷ 00A7 ÷
× 002D ÷ 50005 ÷
× 002D × 0308 ÷ 50005 ÷
× 002D ÷ 0E01 ÷
× 002D × 0308 ÷ 0E01 ÷
LB 21a, a hyphen between Hebrew letters (Unicode 16)
× 05D0 × 002D × 05D0 ÷
LB 25, a number that begins with its point or follows a letter's (Unicode 16)
× 002C ÷ 0030 ÷
× 002C × 0308 ÷ 0030 ÷
× 0065 × 0071 × 0075 × 0061 × 006C × 0073 × 0020 × 002E ÷ 0033 × 0035 × 0020 ÷ 0063 × 0065 × 006E × 0074 × 0073 ÷
× 0061 × 002E ÷ 0032 × 0020 ÷
× 0061 × 002E ÷ 0032 × 0020 ÷ 0915 ÷
× 0061 × 002E ÷ 0032 × 0020 ÷ 672C ÷
× 0061 × 002E ÷ 0032 × 3000 ÷ 672C ÷
× 0061 × 002E ÷ 0032 × 3000 ÷ 307E ÷
× 0061 × 002E ÷ 0032 × 3000 ÷ 0033 ÷
× 0061 × 002E ÷ 0032 × 3000 ÷ 300C ÷
× 0041 × 002E ÷ 0031 × 0020 ÷ BABB ÷
× BD24 ÷ C5B4 × 002E × 0020 ÷ 0041 × 002E ÷ 0032 × 0020 ÷ BCFC ÷
× BD10 ÷ C694 × 002E × 0020 ÷ 0041 × 002E ÷ 0033 × 0020 ÷ BABB ÷
× C694 × 002E × 0020 ÷ 0041 × 002E ÷ 0034 × 0020 ÷ BABB ÷
LB 15a and 15b, quotes and the blanks beside them (Unicode 15.1)
× 0022 × 0020 × 2329 ÷
× 0022 × 0308 × 0020 × 2329 ÷
× 0022 × 0020 × 0028 ÷
× 0022 × 0308 × 0020 × 0028 ÷
× 0061 × 006D × 0062 × 0069 × 0067 × 0075 × 0028 × 00AB × 0020 ÷ 0308 × 0020 ÷ 00BB × 0029 ÷ 0028 × 0065 × 0308 × 0029 ÷
× 0061 × 006D × 0062 × 0069 × 0067 × 0075 × 00AB × 0020 × 0028 × 0020 × 0308 × 0020 × 0029 × 0020 ÷ 00BB × 0028 × 0065 × 0308 × 0029 ÷
× 0061 × 006D × 0062 × 0069 × 0067 × 0075 × 007B × 00AB × 0020 ÷ 0308 × 0020 ÷ 00BB × 007D ÷ 0028 × 0065 × 0308 × 0029 ÷
× 0061 × 006D × 0062 × 0069 × 0067 × 0075 × 00AB × 0020 × 007B × 0020 × 0308 × 0020 × 007D × 0020 ÷ 00BB × 0028 × 0065 × 0308 × 0029 ÷
"""  # noqa: E501 (cases as the file has them)


def cases(name: str) -> Iterator[str]:
    for line in gzip.decompress((DATA / name).read_bytes()).decode().splitlines():
        if not line.startswith("#"):
            yield line


def characters(codes: list[str]) -> str:
    return "".join(chr(int(code, 16)) for code in codes)


def test_uax9_levels_and_order() -> None:
    wrong: set[str] = set()
    number = 0
    for line in cases("BidiCharacterTest-15.0.0.txt.gz"):
        codes, direction, _, expected, order = line.split(";")
        if direction == "2":
            # The direction of a banner's text is its locale's, never guessed from its first letter.
            continue
        number += 1
        found = levels(characters(codes.split()), direction == "1")
        told = expected.split()
        kept = [at for at, level in enumerate(told) if level != REMOVED]
        shown = [kept[at] for at in visual_order([found[at] for at in kept])]
        same = len(found) == len(told) and all(str(found[at]) == told[at] for at in kept)
        if not same or shown != [int(at) for at in order.split()]:
            wrong.add(codes)
    print(f"{number} cases, {len(wrong)} decided otherwise")
    assert number > 90_000
    assert wrong == OTHER_LEVELS


def test_uax14_breaks() -> None:
    """`glue` takes breaks away (a number and its unit hold together) and never adds one."""
    wrong = []
    number = 0
    for line in cases("LineBreakTest-15.0.0.txt.gz"):
        number += 1
        parts = line.split()
        text = characters(parts[1::2])
        allowed = [at for at, sign in enumerate(parts[0::2]) if sign == "÷"]
        glued = glued_places(text)
        expected = [at for at in allowed if at == len(text) or at not in glued]
        if [here.at for here in line_breaks(text, "en")] != expected:
            wrong.append(line)
    print(f"{number} cases, {len(wrong)} by newer rules")
    assert number > 7_500
    assert set(wrong) == {line for line in NEWER_RULES.strip().splitlines() if line[0] == "×"}
