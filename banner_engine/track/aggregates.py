"""Imports what other systems counted: totals of a day or an hour, kept apart from one's own events.

Rows of one variant, placement and period are added (a report may split them by device); a period that is
imported again replaces what was there, as those systems restate their numbers for days.
"""

from __future__ import annotations

import codecs
import csv
import datetime as dt
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

from banner_engine.errors import BannerError
from banner_engine.track.checks import check_money
from banner_engine.track.importing import KEPT_ERRORS
from banner_engine.track.mapping import Columns, Mapping
from banner_engine.track.records import CountsRecord
from banner_engine.track.store import Store

PREAMBLE = 30  # lines above the head at most
_DATES = ("%Y-%m-%d", "%m/%d/%y", "%m/%d/%Y", "%b %d, %Y", "%Y/%m/%d", "%d.%m.%Y")
_CODE = re.compile(r"\(([A-Z]{3})\)")
_SIGNS = {"US$": "USD", "CN¥": "CNY", "¥": "JPY", "€": "EUR", "£": "GBP", "$": "USD"}
_NONE = ("", "-", "--", "–", "—", "n/a")

Key = tuple[str, str | None, dt.datetime, dt.datetime, str]


@dataclass(slots=True)
class ImportedCounts:
    """What an import did. errors: the first KEPT_ERRORS of the rejected."""

    rows: int = 0
    periods: int = 0
    rejected: int = 0
    errors: list[BannerError] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Into:
    """Where counts belong: the campaign, whose local days are meant, which placement and currency where the
    file does not say, and what is known.
    """

    campaign: str
    zone: ZoneInfo
    placements: Sequence[str]
    placement: str | None = None
    currency: str | None = None


def import_counts(store: Store, path: Path, source: str, mapping: Mapping, into: Into) -> ImportedCounts:
    """Store a report's rows as counts; again is the same as once, and newer numbers replace older ones.

    A bad row is told alone. BannerError where the file as a whole can't be read.
    """
    done = ImportedCounts()
    sums: dict[Key, list[int]] = {}
    table = _Table(Path(path), mapping, into)
    for line, cells in table.rows():
        done.rows += 1
        try:
            key, counted = table.read(cells)
            for place, number in enumerate(counted):
                sums.setdefault(key, [0, 0, 0])[place] += number
        except BannerError as error:
            error.file, error.line = str(path), line
            done.rejected += 1
            if len(done.errors) < KEPT_ERRORS:
                done.errors.append(error)
    done.periods = store.record_counts(
        CountsRecord(
            source, into.campaign, placement, variant, start, end, impressions, clicks, micros, currency
        )
        for (placement, variant, start, end, currency), (impressions, clicks, micros) in sums.items()
    )
    return done


class _Table:
    """A report's head and rows, wherever in the file they stand."""

    def __init__(self, path: Path, mapping: Mapping, into: Into) -> None:
        self._mapping, self._into = mapping, into
        self._path = path
        self._lines = _lines(path)
        self._variant = re.compile(mapping.variant)
        self._at, self._money_head, self._first = self._head()

    def _head(self) -> tuple[dict[str, int], str, int]:
        """Places of the columns, what the head of the spend says, and the place of the first row."""
        for place, (_, cells) in enumerate(self._lines[:PREAMBLE]):
            named = [_name(cell) for cell in cells]
            at: dict[str, int] = {}
            for column in Columns.model_fields:
                for name in getattr(self._mapping.columns, column):
                    if _name(name) in named:
                        at[column] = named.index(_name(name))
                        break
            if {"day", "impressions", "clicks"} <= at.keys():
                spend = at.get("spend", at.get("spend_micros"))
                return at, "" if spend is None else cells[spend], place + 1
        names = self._mapping.columns
        raise BannerError(
            f"there is no head of {self._mapping.title}",
            file=self._path,
            hint=f"a line must name {names.day[0]}, {names.impressions[0]} and {names.clicks[0]}",
        )

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """(line, cells) of each row; totals and what stands below the table are left out."""
        for line, cells in self._lines[self._first :]:
            first = next((cell.strip().lower() for cell in cells if cell.strip()), "")
            if not first or first.startswith("total"):
                continue
            if self._at["day"] >= len(cells) or cells[self._at["day"]].strip().lower() in _NONE:
                continue
            yield line, cells

    def read(self, cells: list[str]) -> tuple[Key, tuple[int, int, int]]:
        """The period and subject of a row, and (impressions, clicks, micros). BannerError."""
        start, end = self._period(cells)
        key = (self._placement(cells), self._variant_of(cells), start, end, self._currency(cells))
        micros = self._micros(cells)
        check_money(micros, key[-1], "spend")
        return key, (self._count(cells, "impressions"), self._count(cells, "clicks"), micros)

    def _cell(self, cells: list[str], column: str) -> str:
        place = self._at.get(column)
        said = cells[place].strip() if place is not None and place < len(cells) else ""
        return "" if said.lower() in _NONE else said

    def _period(self, cells: list[str]) -> tuple[dt.datetime, dt.datetime]:
        first = _day(self._cell(cells, "day"))
        said = self._cell(cells, "last_day")
        last = _day(said) if said else first
        hour = self._cell(cells, "hour")
        if hour:
            if not hour.isdigit() or int(hour) > 23:
                raise BannerError(f"'{hour}' is no hour", field="hour", hint="0 to 23")
            start = dt.datetime.combine(first, dt.time(int(hour)), self._into.zone)
            return start, start.astimezone(dt.UTC) + dt.timedelta(hours=1)
        midnight = dt.time()
        return (
            dt.datetime.combine(first, midnight, self._into.zone),
            dt.datetime.combine(last + dt.timedelta(days=1), midnight, self._into.zone),
        )

    def _placement(self, cells: list[str]) -> str:
        said = self._cell(cells, "placement")
        ours = self._mapping.placements.get(said, said)
        if ours in self._into.placements:
            return ours
        if self._into.placement is not None:
            return self._into.placement
        raise BannerError(
            f"'{said}' is no placement of the campaign" if said else "no placement is named",
            field="placement",
            hint="give --placement, or name it in a mapping's `placements`",
        )

    def _variant_of(self, cells: list[str]) -> str | None:
        found = self._variant.search(self._cell(cells, "variant"))
        return found[1] if found else None

    def _currency(self, cells: list[str]) -> str:
        said = self._cell(cells, "currency") or self._in_head() or self._into.currency
        if said is None:
            raise BannerError("no currency is named", field="currency", hint="give --currency")
        return said

    def _in_head(self) -> str | None:
        code = _CODE.search(self._money_head)
        if code:
            return code[1]
        return next((code for sign, code in _SIGNS.items() if f"({sign})" in self._money_head), None)

    def _micros(self, cells: list[str]) -> int:
        if "spend_micros" in self._at and "spend" not in self._at:
            return self._count(cells, "spend_micros")
        said = self._cell(cells, "spend")
        if not said:
            return 0
        return round(self._number(said, "spend") * 1_000_000)

    def _count(self, cells: list[str], column: str) -> int:
        said = self._cell(cells, column)
        number = self._number(said, column) if said else Decimal(0)
        if number != int(number) or number < 0:
            raise BannerError(f"'{said}' is no count", field=column)
        return int(number)

    def _number(self, said: str, column: str) -> Decimal:
        kept = re.sub(rf"[^0-9\-{re.escape(self._mapping.decimal)}]", "", said)
        try:
            return Decimal(kept.replace(self._mapping.decimal, "."))
        except InvalidOperation:
            raise BannerError(f"'{said}' is no number", field=column) from None


def _name(cell: str) -> str:
    """A head's cell as names are compared: without the currency that stands in brackets behind it."""
    said = cell.strip().lower()
    bare = re.sub(r"\s*\((?:[a-z]{3}|[^a-z)]{1,3}|us\$|cn¥)\)$", "", said)
    return said if said.endswith("(all)") else bare


def _day(said: str) -> dt.date:
    for form in _DATES:
        try:
            return dt.datetime.strptime(said, form).date()
        except ValueError:
            continue
    raise BannerError(f"'{said}' is no day", field="day", hint="write it like 2026-11-10")


def _lines(path: Path) -> list[tuple[int, list[str]]]:
    """(line, cells) of a CSV or TSV, UTF-8 or UTF-16 (as spreadsheets are exported)."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise BannerError(f"can't be read ({error.strerror})", file=path) from error
    utf16 = raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = raw.decode("utf-16" if utf16 else "utf-8-sig")
    except UnicodeDecodeError:
        raise BannerError("is neither UTF-8 nor UTF-16", file=path, hint="save it as UTF-8") from None
    many: Callable[[str], int] = text[:20_000].count
    reader = csv.reader(StringIO(text, newline=""), delimiter="\t" if many("\t") > many(",") else ",")
    try:
        return [(reader.line_num, cells) for cells in reader if cells]
    except csv.Error as error:
        raise BannerError(f"this is no table ({error})", file=path, line=reader.line_num) from None
