"""Preference profiles, one by one from JSON lines, CSV or Parquet, in flat memory."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from banner_engine.errors import BannerError, did_you_mean
from banner_engine.load.rows import json_rows, open_bytes, table_rows

KIND = "profile"
EVENTS = ("view_item", "add_to_wishlist", "add_to_cart", "purchase")
AFFINITIES = ("product_type", "brand")
TIME_HINT = "write ISO 8601 with a time zone, such as '2026-11-01T09:30:00+08:00'"
ENDINGS = (".jsonl", ".jsonl.gz", ".csv", ".parquet")
_BATCH = 4096


@dataclass(frozen=True, slots=True)
class Event:
    """What a user did with a product; name is one of EVENTS, time is in UTC."""

    name: str
    item_id: str
    time: dt.datetime


@dataclass(frozen=True, slots=True)
class Profile:
    """A user's preferences. Affinities are (name, 0 to 1) in the order of their names; price_band is
    (least, most) in the currency of the user's market; events stand as they came."""

    user_id: str
    locale: str | None = None
    types: tuple[tuple[str, float], ...] = ()
    brands: tuple[tuple[str, float], ...] = ()
    price_band: tuple[float, float] | None = None
    events: tuple[Event, ...] = ()
    first_name: str | None = None
    row: int = 0


class _MistakeError(Exception):
    """A mistake in the profile at hand: message, field, hint."""

    def __init__(self, message: str, field: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.field = field
        self.hint = hint


def read_profiles(file: Path) -> Iterator[Profile | BannerError]:
    """Every profile of a file in its order, and for each row that is wrong the first mistake in it.

    By ending: .jsonl and .jsonl.gz hold {user_id, locale, affinities: {product_type, brand},
    price_band, events, user: {first_name}}; .csv has the columns user_id, locale, first_name,
    price_min, price_max and affinities such as `product_type:Bags`; .parquet has either form (extra
    `parquet`). Raises BannerError where the file itself cannot be read.
    """
    name = file.name.lower()
    if name.endswith((".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz")):
        rows = _json(file)
    elif name.endswith(".csv"):
        rows = _table(file)
    elif name.endswith(".parquet"):
        rows = _parquet(file)
    else:
        raise BannerError("is no file of profiles", file=file, hint=f"known: {', '.join(ENDINGS)}", kind=KIND)
    return _profiles(rows, file)


def _profiles(
    rows: Iterator[tuple[int, dict[str, Any]] | BannerError], file: Path
) -> Iterator[Profile | BannerError]:
    empty = True
    for item in rows:
        empty = False
        if isinstance(item, BannerError):
            yield item
            continue
        row, data = item
        try:
            profile = profile_of(data, row)
        except _MistakeError as wrong:
            yield BannerError(str(wrong), file=file, row=row, field=wrong.field, hint=wrong.hint, kind=KIND)
        else:
            yield profile
    if empty:
        raise BannerError("is empty: it holds no profiles", file=file, kind=KIND)


def _json(file: Path) -> Iterator[tuple[int, dict[str, Any]] | BannerError]:
    with open_bytes(file, what="file of profiles") as stream:
        if not file.name.lower().endswith(".gz"):
            yield from json_rows(stream, file, KIND)
            return
        unzipped = io.BufferedReader(cast(io.RawIOBase, gzip.GzipFile(fileobj=stream)), 1 << 16)
        try:
            yield from json_rows(unzipped, file, KIND)
        except (gzip.BadGzipFile, EOFError, zlib.error):
            raise BannerError("is no whole gzip file", file=file, kind=KIND) from None


def _table(file: Path) -> Iterator[tuple[int, dict[str, Any]] | BannerError]:
    def columns(header: list[str]) -> list[str]:
        _check_columns(header, file)
        return header

    with open_bytes(file, what="file of profiles") as stream:
        for item in table_rows(stream, file, columns, KIND):
            yield item if isinstance(item, BannerError) else (item[0], _nested(item[1]))


def _parquet(file: Path) -> Iterator[tuple[int, dict[str, Any]] | BannerError]:
    with open_bytes(file, what="file of profiles") as stream:
        try:
            import pyarrow as pa
            import pyarrow.parquet as pq
        except ImportError:
            hint = "pip install 'banner-engine[parquet]'"
            raise BannerError("Parquet needs the extra 'parquet'", file=file, hint=hint, kind=KIND) from None
        row = 0
        try:
            table = pq.ParquetFile(stream, coerce_int96_timestamp_unit="us")
            names = table.schema_arrow.names
            _check_columns(names, file)
            flat = any(":" in name or name in ("price_min", "price_max", "first_name") for name in names)
            for batch in table.iter_batches(batch_size=_BATCH):
                for data in batch.to_pylist(maps_as_pydicts="lossy"):
                    row += 1
                    yield row, _nested(data) if flat else data
        except (pa.ArrowException, ValueError, OSError) as error:
            what = str(error).split("\n")[0]
            raise BannerError(
                f"is not valid Parquet: {what}", file=file, row=row or None, kind=KIND
            ) from None


def _check_columns(header: list[str], file: Path) -> None:
    if "user_id" not in header:
        hint = did_you_mean("user_id", header)
        raise BannerError("column 'user_id' is missing", file=file, field="user_id", hint=hint, kind=KIND)
    for name in header:
        prefix, colon, _ = name.partition(":")
        if colon and prefix not in AFFINITIES:
            hint = did_you_mean(prefix, AFFINITIES)
            raise BannerError(f"unknown affinity '{prefix}'", file=file, field=name, hint=hint, kind=KIND)


def _nested(flat: dict[str, Any]) -> dict[str, Any]:
    """A row of columns in the form of a JSON line; an empty cell is none."""
    affinities: dict[str, dict[str, float]] = {}
    for column, value in flat.items():
        prefix, colon, name = column.partition(":")
        if colon and value not in ("", None):
            affinities.setdefault(prefix, {})[name] = _number(value)
    least, most = flat.get("price_min"), flat.get("price_max")
    band = None if least in ("", None) and most in ("", None) else [_number(least), _number(most)]
    return {
        **flat,
        "affinities": affinities,
        "price_band": band,
        "user": {"first_name": flat.get("first_name")},
    }


def _number(value: Any) -> Any:
    """The number that a cell holds, or the cell as it is, for the check that follows to tell."""
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            return value
    return value


def profile_of(data: dict[str, Any], row: int = 0) -> Profile:
    """The profile of one record in the JSON form. Raises a _MistakeError for the first mistake in it."""
    get = data.get
    user_id = get("user_id")
    if type(user_id) is int:
        user_id = str(user_id)
    if user_id is not None and type(user_id) is not str:
        raise _MistakeError("must be text", "user_id")
    if not user_id or user_id.isspace():
        raise _MistakeError("the profile has no user_id", "user_id")
    locale = get("locale")
    if locale is not None and type(locale) is not str:
        raise _MistakeError("must be text, such as 'zh-CN'", "locale")
    affinities = get("affinities") or {}
    if type(affinities) is not dict:
        raise _MistakeError("must be an object", "affinities")
    for kind in affinities:
        if kind not in AFFINITIES:
            raise _MistakeError(
                f"unknown affinity {kind!r}", f"affinities.{kind}", did_you_mean(kind, AFFINITIES)
            )
    types, brands = affinities.get("product_type"), affinities.get("brand")
    band, events, user = get("price_band"), get("events"), get("user")
    return Profile(
        user_id,
        locale.replace("_", "-") if locale else None,
        _affinities(types, "product_type") if types else (),
        _affinities(brands, "brand") if brands else (),
        _band(band) if band is not None else None,
        _events(events) if events else (),
        _first_name(user) if user else None,
        row,
    )


def _affinities(values: Any, kind: str) -> tuple[tuple[str, float], ...]:
    if type(values) is not dict:
        raise _MistakeError("must be an object of names to numbers from 0 to 1", f"affinities.{kind}")
    for name, value in values.items():
        if value is None:
            continue
        if (type(value) is not float and type(value) is not int) or not 0 <= value <= 1:
            raise _MistakeError(f"{value!r} is no number from 0 to 1", f"affinities.{kind}.{name}")
    return tuple(sorted((name, float(value)) for name, value in values.items() if value is not None))


def _band(value: Any) -> tuple[float, float]:
    if type(value) is not list or len(value) != 2:
        raise _MistakeError("must be two numbers, [least, most]", "price_band")
    for number in value:
        if (type(number) is not float and type(number) is not int) or not 0 <= number < 1e12:
            raise _MistakeError(f"{number!r} is no price: write two numbers, [least, most]", "price_band")
    least, most = value
    if most < least:
        raise _MistakeError(f"the band is reversed: {least:g} is above {most:g}", "price_band")
    return float(least), float(most)


def _events(values: Any) -> tuple[Event, ...]:
    if type(values) is not list:
        raise _MistakeError("must be a list", "events")
    return tuple([_event(value, index) for index, value in enumerate(values)])


def _event(value: Any, index: int) -> Event:
    if type(value) is not dict:
        raise _MistakeError("must be an object {name, item_id, time}", f"events[{index}]")
    name, item, time = value.get("name"), value.get("item_id"), value.get("time")
    if name not in EVENTS:
        hint = did_you_mean(str(name), EVENTS)
        raise _MistakeError(
            "has no name" if name is None else f"unknown event {name!r}", f"events[{index}].name", hint
        )
    if type(item) is int:
        item = str(item)
    if type(item) is not str or not item:
        raise _MistakeError("has no item_id", f"events[{index}].item_id")
    return Event(cast(str, name), item, _time(time, index))


def _time(value: Any, index: int) -> dt.datetime:
    field = f"events[{index}].time"
    if value is None:
        raise _MistakeError("has no time", field, TIME_HINT)
    try:
        moment = value if isinstance(value, dt.datetime) else dt.datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise _MistakeError(f"'{value}' has no time zone", field, TIME_HINT)
        return moment.astimezone(dt.UTC)
    except (ValueError, TypeError, OverflowError):
        raise _MistakeError(f"{value!r} is no time", field, TIME_HINT) from None


def _first_name(user: Any) -> str | None:
    if type(user) is not dict:
        raise _MistakeError("must be an object {first_name}", "user")
    name = user.get("first_name")
    if name is not None and type(name) is not str:
        raise _MistakeError("must be text", "user.first_name")
    return name.strip() or None if name else None
