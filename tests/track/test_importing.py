"""Files of events: what is taken, what is told, and that again is the same as once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select
from track_samples import ingest

from banner_engine.errors import BannerError
from banner_engine.track import Imported, Store, import_events
from banner_engine.track.tables import events, spend

GOOD = """\
event_id,event_name,timestamp,decision_id,variant_id,placement,amount,currency,browser
e1,impression,2026-11-11T20:01:00+08:00,d0,,,,,Firefox
e2,view_promotion,1794398520000000,d1,,,,,
e3,click,2026-11-11T12:03:00Z,d0,v0,home,,,
e4,select_promotion,2026-11-11T12:03:00.5Z,,v1,mail,,,
s1,spend,2026-11-11T12:00:00Z,,,home,12.50,CNY,
s2,spend,2026-11-11T12:00:00Z,d1,,,0.000001,CNY,
"""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "track.db") as opened:
        ingest(opened)
        yield opened


def written(tmp_path: Path, content: str | bytes, name: str = "events.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def numbers(done: Imported) -> tuple[int, int, int, int]:
    return done.rows, done.accepted, done.duplicates, done.rejected


def told(done: Imported) -> list[str]:
    return [str(error).partition("events.")[2].partition(", ")[2] for error in done.errors]


Rows = list[tuple[object, ...]]


def kept(store: Store) -> tuple[Rows, Rows]:
    received = select(events.c.event_id, events.c.kind, events.c.time, events.c.flags)
    paid = select(spend.c.event_id, spend.c.amount_micros, spend.c.currency)
    with store.read() as connection:
        first, second = (
            [tuple(row) for row in connection.execute(query.order_by("event_id"))]
            for query in (received, paid)
        )
    return first, second


KEPT = (
    [
        ("e1", 1, 1_794_398_460_000_000, ""),
        ("e2", 1, 1_794_398_520_000_000, ""),
        ("e3", 2, 1_794_398_580_000_000, ""),
        ("e4", 2, 1_794_398_580_500_000, ""),
    ],
    [("s1", 12_500_000, "CNY"), ("s2", 1, "CNY")],
)


def test_a_csv_is_taken_once(store: Store, tmp_path: Path) -> None:
    path = written(tmp_path, GOOD)
    assert numbers(import_events(store, path, campaign="double11")) == (6, 6, 0, 0)
    assert numbers(import_events(store, path, campaign="double11")) == (6, 0, 6, 0)
    assert kept(store) == KEPT


def as_json_lines() -> str:
    header, *lines = GOOD.splitlines()
    names = header.split(",")
    return "".join(
        json.dumps(
            {
                name: float(cell) if name == "amount" else int(cell) if cell.isdigit() else cell
                for name, cell in zip(names, line.split(","), strict=True)
                if cell
            }
        )
        + "\n"
        for line in lines
    )


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("events.tsv", GOOD.replace(",", "\t")),
        ("events.jsonl", as_json_lines()),
        ("events.ndjson", "\n" + as_json_lines().replace("\n", "\r\n\r\n")),
        ("events.CSV", "\ufeff" + GOOD.replace("\n", "\r\n")),
    ],
)
def test_formats_say_the_same(store: Store, tmp_path: Path, name: str, content: str) -> None:
    done = import_events(store, written(tmp_path, content, name), campaign="double11")
    assert (numbers(done), kept(store)) == ((6, 6, 0, 0), KEPT)


def test_parquet_says_the_same(store: Store, tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    lines = [json.loads(line, parse_float=Decimal) for line in as_json_lines().splitlines()]
    for line in lines:
        line["timestamp"] = str(line["timestamp"])
    names = [name for name in GOOD.splitlines()[0].split(",") if name != "amount"]
    schema = [*((name, pyarrow.string()) for name in names), ("amount", pyarrow.decimal128(12, 6))]
    table = pyarrow.Table.from_pylist(lines, pyarrow.schema(schema))
    parquet.write_table(table, tmp_path / "events.parquet")
    done = import_events(store, tmp_path / "events.parquet", campaign="double11")
    assert (numbers(done), kept(store)) == ((6, 6, 0, 0), KEPT)


HEAD = b"event_id,kind,time,decision_id,amount,currency,placement,flags\n"
WHEN = b"2026-11-11T12:01:00Z"
BAD_ROWS = {
    b"e1,viewed," + WHEN + b",d0,,,,": "row 2, kind: unknown kind 'viewed'; known: click, impression, spend",
    b"e1,klick," + WHEN + b",d0,,,,": "row 2, kind: unknown kind 'klick'; did you mean 'click'?",
    b"e1,click,yesterday,d0,,,,": "row 2, time: 'yesterday' is no time; "
    "write 2026-11-11T20:00:00+08:00, or microseconds since 1970",
    b"e1,click,2026-11-11T12:01:00,d0,,,,": "row 2, time: time 2026-11-11T12:01:00 has no zone; "
    "write 2026-11-11T20:00:00+08:00",
    b"e1,click,1794398520,d0,,,,": "row 2, time: time 1794398520 is not in the years 2000 to 2199; "
    "numbers are microseconds since 1970, with 15 or 16 digits",
    b"e1,click,,d0,,,,": "row 2, time: there is no time; write 2026-11-11T20:00:00+08:00",
    b",click," + WHEN + b",d0,,,,": "row 2, event_id: an event needs an id",
    b"e1,click," + WHEN + b",d9,,,,": "row 2, decision_id: unknown decision 'd9'; "
    "ingest the run that made it first (banner track ingest)",
    b"e1,click," + WHEN + b",,,,,": "row 2, variant_id: neither a decision nor a variant in a placement; "
    "name decision_id, or variant_id and placement",
    b"e1,spend," + WHEN + b",d0,twelve,CNY,,": "row 2, amount: 'twelve' is no amount; write it like 12.50",
    b"e1,spend," + WHEN + b",d0,NaN,CNY,,": "row 2, amount: 'NaN' is no amount; write it like 12.50",
    b"e1,spend,"
    + WHEN
    + b",d0,Infinity,CNY,,": "row 2, amount: 'Infinity' is no amount; write it like 12.50",
    b"e1,spend," + WHEN + b",d0,0.0000001,CNY,,": "row 2, amount: '0.0000001' is finer than a millionth",
    b"e1,spend," + WHEN + b",d0,-1,CNY,,": "row 2, amount: -1000000 is no amount; "
    "give micros, 0 or more, as an integer",
    b"e1,spend," + WHEN + b",d0,,CNY,,": "row 2, amount: spend without an amount; write it like 12.50",
    b"e1,spend," + WHEN + b",d0,1,,,": "row 2, currency: '' is no currency; write it like CNY",
    b"e1,click," + WHEN + b",d0,,,,,,": "row 2: 10 cells for 8 columns; quote such cells",
    b"e\xff1,click," + WHEN + b",d0,,,,": "row 2, event_id: this is not UTF-8; save the file as UTF-8",
    b"e1,click," + WHEN + b",d0,,,,Bad Flag": "row 2, flags: 'Bad' is no flag; write it like own_ip",
}


@pytest.mark.parametrize("row", BAD_ROWS)
def test_a_bad_row_is_told_alone_and_the_rest_goes_on(store: Store, tmp_path: Path, row: bytes) -> None:
    good = b"g%d,impression," + WHEN + b",d%d,,,,\n"
    content = HEAD + good % (1, 1) + row + b"\n" + good % (2, 2)
    done = import_events(store, written(tmp_path, content))
    assert (numbers(done), told(done)) == ((3, 2, 0, 1), [BAD_ROWS[row]])


BAD_LINES = {
    '{"event_id" "e"}': "row 1: this row is no JSON (Expecting ':' delimiter); write one object a line",
    "[1]": 'row 1: this row is no JSON object; write {"event_id": …}',
    '{"event_id": [], "kind": "click", "time": 1794398520000000}': "row 1, event_id: [] is no text",
    '{"event_id": "e", "kind": ["click"], "time": 1}': "row 1, kind: unknown kind '['click']'; "
    "did you mean 'click'?",
    '{"event_id": "e", "kind": "click", "time": true}': "row 1, time: 'True' is no time; "
    "write 2026-11-11T20:00:00+08:00, or microseconds since 1970",
    '{"event_id": "\\ud800", "kind": "click", "time": 1}': "row 1, event_id: this is not UTF-8; "
    "save the file as UTF-8",
    "[" * 100_000: "row 1: this row is no JSON (too deep or too long); write one object a line",
    "9" * 5_000: "row 1: this row is no JSON (too deep or too long); write one object a line",
}


@pytest.mark.parametrize("line", BAD_LINES, ids=range(len(BAD_LINES)))
def test_a_bad_line_of_json_is_told_alone(store: Store, tmp_path: Path, line: str) -> None:
    good = '{"event_id": "g", "kind": "click", "time": 1794398520000000, "decision_id": "d1"}'
    done = import_events(store, written(tmp_path, f"{line}\n{good}\n", "events.jsonl"))
    assert (numbers(done), told(done)) == ((2, 1, 0, 1), [BAD_LINES[line]])


BAD_FILES = {
    "events.txt": (
        b"x",
        "events.txt: '.txt' is no format of events; known: .csv, .tsv, .jsonl, .ndjson, .parquet",
    ),
    "events.csv": (
        b"event_id,time\n",
        "events.csv, line 1: there is no column kind (or event_name); "
        "the first line names the columns, in UTF-8",
    ),
    "empty.csv": (
        b"",
        "empty.csv, line 1: there is no column event_id; the first line names the columns, in UTF-8",
    ),
    "utf16.csv": (
        GOOD.encode("utf-16"),
        "utf16.csv, line 1: there is no column event_id; the first line names the columns, in UTF-8",
    ),
    "broken.parquet": (b"PAR1", "broken.parquet: this is no Parquet file"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_file_that_can_not_be_read_is_one_clear_line(store: Store, tmp_path: Path, name: str) -> None:
    content, message = BAD_FILES[name]
    with pytest.raises(BannerError) as caught:
        import_events(store, written(tmp_path, content, name))
    assert str(caught.value).removeprefix(f"{tmp_path}/").startswith(message)
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_one_clear_line(store: Store, tmp_path: Path) -> None:
    with pytest.raises(BannerError, match=r"none\.csv: can't be read \(No such file or directory\)"):
        import_events(store, tmp_path / "none.csv")


def test_progress_counts_what_is_on_the_disk_and_errors_stream(store: Store, tmp_path: Path) -> None:
    lines = [f"e{number},impression,2026-11-11T12:01:00Z,d{number % 5}" for number in range(25_000)]
    path = written(tmp_path, "event_id,kind,time,decision_id\n" + "\n".join(lines) + "\n")
    steps: list[tuple[int, int, int]] = []
    errors: list[BannerError] = []

    def step(rows: int, read: int, size: int) -> None:
        steps.append((rows, read, size))
        assert len(kept(store)[0]) + len(errors) == rows

    done = import_events(store, path, progress=step, on_error=errors.append)
    assert numbers(done) == (25_000, 20_000, 0, 5_000)
    assert [rows for rows, _, _ in steps] == [10_000, 20_000, 25_000]
    assert steps[-1][1:] == (path.stat().st_size,) * 2
    assert (len(done.errors), len(errors)) == (100, 5_000)
    assert [error.row for error in errors[:3]] == [5, 10, 15]
