"""Profiles: JSON lines, CSV and Parquet bring the same values; one bad row costs only itself."""

from __future__ import annotations

import builtins
import datetime as dt
import gzip
import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from banner_engine.errors import BannerError
from banner_engine.load.profiles import Event, Profile, read_profiles

WHOLE: dict[str, Any] = {
    "user_id": "u1",
    "locale": "zh_CN",
    "affinities": {"product_type": {"Footwear": 0.25, "Bags": 1}, "brand": {"Quester": 0}},
    "price_band": [20, 199.5],
    "events": [
        {"name": "view_item", "item_id": "outdoor-001", "time": "2026-11-01T09:30:00+08:00"},
        {"name": "purchase", "item_id": 7, "time": "2026-10-31T23:00:00Z"},
    ],
    "user": {"first_name": " Mei "},
}
PROFILE = Profile(
    user_id="u1",
    locale="zh-CN",
    types=(("Bags", 1.0), ("Footwear", 0.25)),
    brands=(("Quester", 0.0),),
    price_band=(20.0, 199.5),
    events=(
        Event("view_item", "outdoor-001", dt.datetime(2026, 11, 1, 1, 30, tzinfo=dt.UTC)),
        Event("purchase", "7", dt.datetime(2026, 10, 31, 23, tzinfo=dt.UTC)),
    ),
    first_name="Mei",
    row=1,
)
TIME_HINT = "write ISO 8601 with a time zone, such as '2026-11-01T09:30:00+08:00'"


def read(file: Path, content: str | bytes) -> list[Profile | str]:
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return [
        str(item).removeprefix(f"{file}, ") if isinstance(item, BannerError) else item
        for item in read_profiles(file)
    ]


def refused(file: Path) -> str:
    with pytest.raises(BannerError) as caught:
        list(read_profiles(file))
    return str(caught.value)


def test_a_whole_profile(tmp_path: Path) -> None:
    assert read(tmp_path / "p.jsonl", json.dumps(WHOLE)) == [PROFILE]


def test_a_zipped_one(tmp_path: Path) -> None:
    assert read(tmp_path / "p.jsonl.gz", gzip.compress(json.dumps(WHOLE).encode())) == [PROFILE]


@pytest.mark.parametrize(
    "text",
    [
        '{"user_id": "u1"}',
        '{"user_id": "u1", "locale": null, "affinities": {}, "price_band": null, "events": [], "user": {}}',
        '{"user_id": "u1", "affinities": {"brand": null}, "events": null, "user": {"first_name": ""}}',
        '{"user_id": "u1", "affinities": {"brand": {"Quester": null}}, "segment": "tolerated"}',
    ],
)
def test_only_the_user_id_is_needed(tmp_path: Path, text: str) -> None:
    assert read(tmp_path / "p.jsonl", text) == [Profile("u1", row=1)]


def test_a_number_is_a_user_id(tmp_path: Path) -> None:
    assert read(tmp_path / "p.jsonl", '{"user_id": 42}') == [Profile("42", row=1)]


def event(**changes: Any) -> dict[str, Any]:
    return {"events": [WHOLE["events"][0], {**WHOLE["events"][0], **changes}]}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"user_id": None}, "user_id: the profile has no user_id"),
        ({"user_id": ""}, "user_id: the profile has no user_id"),
        ({"user_id": "  "}, "user_id: the profile has no user_id"),
        ({"user_id": 1.5}, "user_id: must be text"),
        ({"user_id": True}, "user_id: must be text"),
        ({"locale": 5}, "locale: must be text, such as 'zh-CN'"),
        ({"affinities": ["Bags"]}, "affinities: must be an object"),
        (
            {"affinities": {"product_types": {"Bags": 1}}},
            "affinities.product_types: unknown affinity 'product_types'; did you mean 'product_type'?",
        ),
        (
            {"affinities": {"colour": {"red": 1}}},
            "affinities.colour: unknown affinity 'colour'; known: brand, product_type",
        ),
        (
            {"affinities": {"brand": ["Quester"]}},
            "affinities.brand: must be an object of names to numbers from 0 to 1",
        ),
        (
            {"affinities": {"brand": {"Quester": 1.01}}},
            "affinities.brand.Quester: 1.01 is no number from 0 to 1",
        ),
        ({"affinities": {"brand": {"Quester": -1}}}, "affinities.brand.Quester: -1 is no number from 0 to 1"),
        (
            {"affinities": {"brand": {"Quester": "1"}}},
            "affinities.brand.Quester: '1' is no number from 0 to 1",
        ),
        (
            {"affinities": {"brand": {"Quester": True}}},
            "affinities.brand.Quester: True is no number from 0 to 1",
        ),
        (
            {"affinities": {"brand": {"Quester": float("nan")}}},
            "affinities.brand.Quester: nan is no number from 0 to 1",
        ),
        ({"price_band": [200, 20]}, "price_band: the band is reversed: 200 is above 20"),
        ({"price_band": [20]}, "price_band: must be two numbers, [least, most]"),
        ({"price_band": 20}, "price_band: must be two numbers, [least, most]"),
        ({"price_band": [20, "x"]}, "price_band: 'x' is no price: write two numbers, [least, most]"),
        ({"price_band": [-1, 20]}, "price_band: -1 is no price: write two numbers, [least, most]"),
        ({"price_band": [1, float("inf")]}, "price_band: inf is no price: write two numbers, [least, most]"),
        ({"events": "view_item"}, "events: must be a list"),
        ({"events": ["view_item"]}, "events[0]: must be an object {name, item_id, time}"),
        (event(name="view_itm"), "events[1].name: unknown event 'view_itm'; did you mean 'view_item'?"),
        (
            event(name="scroll\n"),
            "events[1].name: unknown event 'scroll\\n'; "
            "known: add_to_cart, add_to_wishlist, purchase, view_item",
        ),
        (
            event(name=None),
            "events[1].name: has no name; known: add_to_cart, add_to_wishlist, purchase, view_item",
        ),
        (event(item_id=None), "events[1].item_id: has no item_id"),
        (event(item_id=""), "events[1].item_id: has no item_id"),
        (event(time=None), f"events[1].time: has no time; {TIME_HINT}"),
        (event(time="yesterday"), f"events[1].time: 'yesterday' is no time; {TIME_HINT}"),
        (event(time=1_762_000_000), f"events[1].time: 1762000000 is no time; {TIME_HINT}"),
        (
            event(time="2026-11-01T09:30:00"),
            f"events[1].time: '2026-11-01T09:30:00' has no time zone; {TIME_HINT}",
        ),
        (
            event(time="9999-12-31T23:59:59-08:00"),
            f"events[1].time: '9999-12-31T23:59:59-08:00' is no time; {TIME_HINT}",
        ),
        ({"user": "Mei"}, "user: must be an object {first_name}"),
        ({"user": {"first_name": 5}}, "user.first_name: must be text"),
    ],
)
def test_mistakes(tmp_path: Path, changes: dict[str, Any], message: str) -> None:
    lines = [json.dumps(WHOLE | changes), json.dumps(WHOLE)]
    first, second = read(tmp_path / "p.jsonl", "\n".join(lines))
    assert first == f"row 1, {message}"
    assert isinstance(second, Profile) and second.row == 2


def test_a_profile_without_a_user_id_key(tmp_path: Path) -> None:
    assert read(tmp_path / "p.jsonl", "{}\n") == ["row 1, user_id: the profile has no user_id"]


def test_bad_lines_fail_alone(tmp_path: Path) -> None:
    lines = [
        b'{"user_id": "u1"',
        b'{"user_id": "\xff"}',
        b"",
        b"null",
        b'{"user_id": "\\ud800"}',
        b'{"user_id": "u5"}',
    ]
    assert read(tmp_path / "p.jsonl", b"\n".join(lines)) == [
        "row 1: is not valid JSON: expecting ',' delimiter at character 18",
        "row 2: is not valid UTF-8; save it as UTF-8",
        "row 3: is no JSON object; write one {...} a line",
        "row 4: holds half of a surrogate pair (\\ud800 to \\udfff)",
        Profile("u5", row=5),
    ]


def test_errors_carry_their_parts(tmp_path: Path) -> None:
    (tmp_path / "p.jsonl").write_text('{"locale": "en"}')
    (error,) = read_profiles(tmp_path / "p.jsonl")
    assert isinstance(error, BannerError)
    assert error.record() == {
        "kind": "profile",
        "file": str(tmp_path / "p.jsonl"),
        "row": 1,
        "field": "user_id",
        "message": "the profile has no user_id",
    }


CSV_HEADER = (
    "user_id,locale,first_name,price_min,price_max,product_type:Bags,product_type:Footwear,brand:Quester"
)


def test_csv(tmp_path: Path) -> None:
    rows = "u1,zh_CN,Mei,20,199.5,1,0.25,0\nu2,,,,,,,\n"
    assert read(tmp_path / "p.csv", f"{CSV_HEADER}\n{rows}") == [
        Profile("u1", "zh-CN", PROFILE.types, PROFILE.brands, (20.0, 199.5), (), "Mei", 1),
        Profile("u2", row=2),
    ]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (",,,,,,,1", "user_id: the profile has no user_id"),
        ("u1,,,20,10,,,", "price_band: the band is reversed: 20 is above 10"),
        ("u1,,,20,,,,", "price_band: '' is no price: write two numbers, [least, most]"),
        ("u1,,,a,b,,,", "price_band: 'a' is no price: write two numbers, [least, most]"),
        ("u1,,,,,2,,", "affinities.product_type.Bags: 2.0 is no number from 0 to 1"),
        ("u1,,,,,high,,", "affinities.product_type.Bags: 'high' is no number from 0 to 1"),
        ("u1,,,,,,nan,", "affinities.product_type.Footwear: nan is no number from 0 to 1"),
        ('u1,"en', 'a quoted cell does not end with its quote; within quotes, write " as ""'),
    ],
)
def test_mistakes_in_csv(tmp_path: Path, row: str, message: str) -> None:
    found = read(tmp_path / "p.csv", f"{CSV_HEADER}\nu0\n{row}\n")
    separator = ": " if message.startswith("a quoted") else ", "
    assert found == [Profile("u0", row=1), f"row 2{separator}{message}"]


def test_bytes_that_are_not_utf8_fail_their_row_only(tmp_path: Path) -> None:
    text = b"user_id,first_name\nu1,Mei\nu2,\xc3\nu3,M\xc3\xa9i\n"
    assert read(tmp_path / "p.csv", text) == [
        Profile("u1", first_name="Mei", row=1),
        "row 2: is not valid UTF-8; save it as UTF-8",
        Profile("u3", first_name="Méi", row=3),
    ]


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("userid,locale", "user_id: column 'user_id' is missing; did you mean 'userid'?"),
        ("user_id,brands:Quester", "brands:Quester: unknown affinity 'brands'; did you mean 'brand'?"),
    ],
)
def test_columns_of_csv(tmp_path: Path, header: str, message: str) -> None:
    file = tmp_path / "p.csv"
    file.write_text(f"{header}\nu1,1\n")
    assert refused(file) == f"{file}, {message}"


@pytest.mark.parametrize("name", ["p.jsonl", "p.csv"])
def test_an_empty_file(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.write_text("")
    assert refused(file).startswith(f"{file}: is empty")
    file.write_text("user_id\n" if name == "p.csv" else "\n\n")
    assert refused(file) == f"{file}: is empty: it holds no profiles"


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    file = tmp_path / "p.jsonl"
    assert refused(file) == f"{file}: no such file of profiles"
    file = tmp_path / "p.xlsx"
    assert refused(file) == f"{file}: is no file of profiles; known: .jsonl, .jsonl.gz, .csv, .parquet"
    file = tmp_path / "p.jsonl.gz"
    file.write_bytes(b'{"user_id": "u1"}')
    assert refused(file) == f"{file}: is no whole gzip file"


def test_a_torn_gzip_file_gives_what_it_has_and_then_says_so(tmp_path: Path) -> None:
    file = tmp_path / "p.jsonl.gz"
    whole = gzip.compress("".join(f'{{"user_id": "u{i * 7919}"}}\n' for i in range(20_000)).encode())
    file.write_bytes(whole[: len(whole) // 2])
    profiles = read_profiles(file)
    assert next(profiles) == Profile("u0", row=1)
    with pytest.raises(BannerError) as caught:
        list(profiles)
    assert str(caught.value) == f"{file}: is no whole gzip file"


def test_parquet_of_either_form(tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    pq = pytest.importorskip("pyarrow.parquet")
    weights = pa.map_(pa.string(), pa.float64())
    events = pa.list_(
        pa.struct([("name", pa.string()), ("item_id", pa.string()), ("time", pa.timestamp("us", tz="UTC"))])
    )
    nested = pa.table(
        {
            "user_id": ["u1", "u2", None],
            "locale": ["zh_CN", None, None],
            "affinities": pa.array(
                [
                    {"product_type": [("Footwear", 0.25), ("Bags", 1.0)], "brand": [("Quester", 0.0)]},
                    None,
                    None,
                ],
                pa.struct([("product_type", weights), ("brand", weights)]),
            ),
            "price_band": [[20.0, 199.5], None, None],
            "events": pa.array(
                [
                    [{"name": one.name, "item_id": one.item_id, "time": one.time} for one in PROFILE.events],
                    None,
                    None,
                ],
                events,
            ),
            "user": [{"first_name": "Mei"}, None, None],
        }
    )
    file = tmp_path / "nested.parquet"
    pq.write_table(nested, file)
    first, second, third = read_profiles(file)
    assert first == PROFILE
    assert second == Profile("u2", row=2)
    assert str(third) == f"{file}, row 3, user_id: the profile has no user_id"

    flat = pa.table(
        {"user_id": [1, 2], "price_min": [5, None], "price_max": [9.5, None], "brand:Quester": [0.5, None]}
    )
    pq.write_table(flat, tmp_path / "flat.parquet")
    assert list(read_profiles(tmp_path / "flat.parquet")) == [
        Profile("1", brands=(("Quester", 0.5),), price_band=(5.0, 9.5), row=1),
        Profile("2", row=2),
    ]


def test_parquet_that_is_none(tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    pq = pytest.importorskip("pyarrow.parquet")
    file = tmp_path / "p.parquet"
    file.write_bytes(b"user_id\n" * 10)
    assert refused(file).startswith(f"{file}: is not valid Parquet: ")
    pq.write_table(pa.table({"user": ["u1"]}), file)
    assert refused(file) == f"{file}, user_id: column 'user_id' is missing; did you mean 'user'?"


def test_parquet_without_its_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = builtins.__import__

    def without_pyarrow(name: str, *rest: Any, **named: Any) -> Any:
        if name.startswith("pyarrow"):
            raise ImportError(name)
        return found(name, *rest, **named)

    file = tmp_path / "p.parquet"
    file.write_bytes(b"PAR1")
    monkeypatch.setattr(builtins, "__import__", without_pyarrow)
    assert refused(file) == f"{file}: Parquet needs the extra 'parquet'; pip install 'banner-engine[parquet]'"


@pytest.mark.parametrize("name", ["p.jsonl", "p.csv"])
def test_memory_is_flat(tmp_path: Path, name: str) -> None:
    rows = [f"u{number}" for number in range(10_000)]
    lines = [json.dumps(WHOLE | {"user_id": row}) for row in rows]
    if name == "p.csv":
        lines = [CSV_HEADER, *(f"{row},zh_CN,Mei,20,199.5,1,0.25,0{' ' * 300}" for row in rows)]
    (tmp_path / name).write_text("\n".join(lines))
    tracemalloc.start()
    try:
        count = sum(1 for _ in read_profiles(tmp_path / name))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert count == 10_000
    assert peak < 500_000
