"""YAML: every mistake knows its file, line and field, and several are told at once."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Literal

import pytest
from pydantic import Field

from banner_engine.errors import BannerError, BannerErrors
from banner_engine.load.campaign import Strict
from banner_engine.load.yamlio import read_text, read_yaml, spelled, validate


class Lamp(Strict):
    name: str | dict[str, str]
    watts: int = 5
    kind: Literal["warm", "cold"] = "warm"


class Room(Strict):
    title: str
    lamps: tuple[Lamp, ...] = Field(min_length=1)
    opened: dt.date | None = None
    size: tuple[float, float] = (1, 1)
    shelves: dict[Literal["left", "right"], int] = Field(default_factory=dict)
    copy_file: str | None = Field(default=None, alias="copy")


def read(tmp_path: Path, text: str | bytes) -> Room:
    file = tmp_path / "room.yaml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return validate(Room, read_yaml(file))


def refused(tmp_path: Path, text: str | bytes) -> list[str]:
    with pytest.raises(BannerError) as caught:
        read(tmp_path, text)
    return [line.removeprefix(f"{tmp_path / 'room.yaml'}") for line in str(caught.value).split("\n")]


GOOD = "title: Hall\nlamps:\n  - name: one\n"


def test_a_document_knows_the_line_of_every_key(tmp_path: Path) -> None:
    file = tmp_path / "room.yaml"
    file.write_text("# a hall\ntitle: Hall\nlamps:\n  - name: one\n\n  - {name: two,\n     watts: 4}\n")
    document = read_yaml(file)
    assert document.data == {"title": "Hall", "lamps": [{"name": "one"}, {"name": "two", "watts": 4}]}
    assert document.lines == {
        ("title",): 2,
        ("lamps",): 3,
        ("lamps", 0): 4,
        ("lamps", 0, "name"): 4,
        ("lamps", 1): 6,
        ("lamps", 1, "name"): 6,
        ("lamps", 1, "watts"): 7,
    }
    assert document.line_of(("lamps", 1, "colour")) == 6
    assert document.line_of(("door",)) is None


def test_plain_values_come_out(tmp_path: Path) -> None:
    file = tmp_path / "room.yaml"
    file.write_text(
        "a: 1\nb: 1.50\nc: true\nd: no\ne: 2026-11-01\nf:\ng: 'x'\nh: |\n  two\n  lines\n"
        "8: 0x250\ni: &i [1]\nj: *i\n"
    )
    data = read_yaml(file).data
    expected = {
        "a": 1, "b": 1.5, "c": True, "d": "no", "e": "2026-11-01", "f": None, "g": "x", "h": "two\nlines\n",
        8: "0x250", "i": [1], "j": [1],
    }  # fmt: skip
    assert data == expected
    assert [type(value) for value in data.values()] == [type(value) for value in expected.values()]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("title: [Hall\n", 2, "expected ',' or ']', but got '<stream end>'"),
        ("title: Hall\n\tlamps: 1\n", 2, "found character '\\t' that cannot start any token"),
        (
            "title: Hall\nlamps: []\ntitle: Den\n",
            3,
            'found duplicate key "title" with value "Den" (original value: "Hall")',
        ),
        ("title: Hall\nlamps: *l\n", 2, "found undefined alias 'l'"),
        (
            "title: Hall\n---\ntitle: Den\n",
            2,
            "expected a single document in the stream, but found another document",
        ),
        ("title: Hall\nlamps: \x07\n", 2, "the character U+0007 is not allowed"),
    ],
)
def test_bad_syntax(tmp_path: Path, text: str, line: int, message: str) -> None:
    assert refused(tmp_path, text) == [f", line {line}: is not valid YAML: {message}"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", ": is empty"),
        ("# nothing\n", ": is empty"),
        ("- a\n- b\n", ", line 1: must be a mapping of keys to values"),
        ("Hall\n", ", line 1: must be a mapping of keys to values"),
        (b"title: Hall\nlamps: \xff\n", ", line 2: is not valid UTF-8; save it as UTF-8"),
    ],
)
def test_what_is_no_mapping(tmp_path: Path, text: str | bytes, message: str) -> None:
    assert refused(tmp_path, text) == [message]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (GOOD + "tilte: x\n", ", line 4, tilte: unknown key 'tilte'; did you mean 'title'?"),
        (GOOD + "copi: x\n", ", line 4, copi: unknown key 'copi'; did you mean 'copy'?"),
        (
            GOOD + "zzz: x\n",
            ", line 4, zzz: unknown key 'zzz'; known: copy, lamps, opened, shelves, size, title",
        ),
        (
            GOOD + "    wats: 3\n",
            ", line 4, lamps[0].wats: unknown key 'wats'; did you mean 'watts'?",
        ),
        ("lamps:\n  - name: one\n", ", title: 'title' is missing"),
        ("title: Hall\nlamps:\n  - watts: 1\n", ", line 3, lamps[0].name: 'name' is missing"),
        ("title: Hall\nlamps: []\n", ", line 2, lamps: must not be empty"),
        ("title: Hall\nlamps:\n", ", line 2, lamps: must be a list"),
        ("title: Hall\nlamps: bright\n", ", line 2, lamps: must be a list, not 'bright'"),
        ("title: 5\nlamps:\n  - name: one\n", ", line 1, title: must be text, not 5"),
        ("title: !x Hall\nlamps:\n  - name: one\n", ", line 1, title: must be text"),
        ("title: Hall\nlamps:\n  - one\n", ", line 3, lamps[0]: must be a mapping of keys to values"),
        ("title: Hall\nlamps:\n  - name: 5\n", ", line 3, lamps[0].name: must be text, not 5"),
        ("title: Hall\nlamps:\n  - name:\n      en: 5\n", ", line 4, lamps[0].name.en: must be text, not 5"),
        (
            GOOD + "    kind: warn\n",
            ", line 4, lamps[0].kind: unknown value 'warn'; did you mean 'warm'?",
        ),
        (GOOD + "shelves: {lef: 3}\n", ", line 4, shelves.lef: unknown key 'lef'; did you mean 'left'?"),
        (GOOD + "size: [1]\n", ", line 4, size[1]: item 2 of the list is missing"),
        (
            GOOD + "opened: 2026-11-31\n",
            ", line 4, opened: must be a day, such as 2026-11-01, not '2026-11-31'",
        ),
        (
            GOOD + "opened: 2026-11-01T09:00:00\n",
            ", line 4, opened: must be a day, such as 2026-11-01, not '2026-11-01T09:00:00'",
        ),
    ],
)
def test_mistakes(tmp_path: Path, text: str, message: str) -> None:
    found = refused(tmp_path, text)
    assert found[0].startswith(message)
    assert len(found) == 1


def test_several_mistakes_stand_each_on_a_line(tmp_path: Path) -> None:
    text = "lamps:\n  - {name: one, watts: many}\n  - {wats: 3}\nopened: soon\n"
    with pytest.raises(BannerErrors) as caught:
        read(tmp_path, text)
    file = tmp_path / "room.yaml"
    assert str(caught.value).split("\n") == [
        f"{file}, title: 'title' is missing",
        f"{file}, line 2, lamps[0].watts: input should be a valid integer, "
        "unable to parse string as an integer, not 'many'",
        f"{file}, line 3, lamps[1].name: 'name' is missing",
        f"{file}, line 3, lamps[1].wats: unknown key 'wats'; did you mean 'watts'?",
        f"{file}, line 4, opened: must be a day, such as 2026-11-01, not 'soon'",
    ]
    assert [error.kind for error in caught.value.errors] == ["config"] * 5
    assert (caught.value.exit_code, caught.value.line, caught.value.field) == (2, None, "title")


def test_a_path_as_users_write_it() -> None:
    assert spelled(("placements", 0, "sizes", 1)) == "placements[0].sizes[1]"


def test_text_of_a_file(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(b"\xef\xbb\xbfone\n")
    assert read_text(file) == "one\n"
    with pytest.raises(BannerError) as caught:
        read_text(tmp_path / "b.txt", what="copy file")
    assert str(caught.value) == f"{tmp_path / 'b.txt'}: no such copy file"
    with pytest.raises(BannerError) as caught:
        read_text(tmp_path)
    assert str(caught.value) == f"{tmp_path}: is a folder, not a file"
