"""Reads rows out of CSV, TSV, JSONL and Parquet files of events, one at a time, bad ones as errors."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from banner_engine.errors import BannerError

COLUMNS = {
    "event_id": "event_id",
    "kind": "kind",
    "event_name": "kind",
    "time": "time",
    "timestamp": "time",
    "decision_id": "decision_id",
    "variant_id": "variant_id",
    "placement": "placement",
    "amount": "amount",
    "currency": "currency",
    "flags": "flags",
}
FORMATS = (".csv", ".tsv", ".jsonl", ".ndjson", ".parquet")
_DELIMITERS = {".csv": ",", ".tsv": "\t"}

Found = Mapping[str, Any] | BannerError


@dataclass(slots=True)
class EventFile:
    """A file of events. `rows` streams it; `read()` of `size` bytes are behind so far."""

    path: Path
    size: int = 0
    read: Callable[[], int] = int

    def rows(self) -> Iterator[Found]:
        """Each row by our names of the columns, without empty ones; or why it can't be read.

        BannerError, and no row, for a file that is missing, of another format, or without the columns.
        """
        suffix = self.path.suffix.lower()
        if suffix not in FORMATS:
            raise BannerError(
                f"'{suffix}' is no format of events", file=self.path, hint=f"known: {', '.join(FORMATS)}"
            )
        try:
            self.size = self.path.stat().st_size
            if suffix == ".parquet":
                yield from self._parquet()
            else:
                yield from self._text(suffix)
        except OSError as error:
            raise BannerError(f"can't be read ({error.strerror})", file=self.path) from error
        self.read = lambda: self.size

    def _text(self, suffix: str) -> Iterator[Found]:
        # A byte that is not UTF-8 becomes a surrogate, so that it costs its own row only.
        with (
            self.path.open("rb") as file,
            TextIOWrapper(file, "utf-8-sig", "surrogateescape", newline="") as lines,
        ):
            self.read = file.tell
            if suffix in _DELIMITERS:
                yield from self._table(lines, _DELIMITERS[suffix])
            else:
                yield from self._json_lines(lines)

    def _table(self, lines: Iterable[str], delimiter: str) -> Iterator[Found]:
        reader = csv.reader(lines, delimiter=delimiter)
        try:
            header = next(reader, [])
        except csv.Error as error:
            raise BannerError(f"the header can't be read ({error})", file=self.path, line=1) from error
        names = self._named(header)
        while True:
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield BannerError(f"this row can't be read ({error})")
                continue
            if not cells:
                continue
            if len(cells) > len(names):
                yield BannerError(f"{len(cells)} cells for {len(names)} columns", hint="quote such cells")
                continue
            row = {name: cell for name, cell in zip(names, cells, strict=False) if name and cell}
            yield row if "".join(cells).isascii() else _utf8(row)

    def _named(self, header: list[str]) -> list[str | None]:
        names = [COLUMNS.get(cell.strip().lower()) for cell in header]
        for needed in ("event_id", "kind", "time"):
            if needed not in names:
                also = {"kind": " (or event_name)", "time": " (or timestamp)"}.get(needed, "")
                raise BannerError(
                    f"there is no column {needed}{also}",
                    file=self.path,
                    line=1,
                    hint="the first line names the columns, in UTF-8",
                )
        return names

    def _json_lines(self, lines: Iterable[str]) -> Iterator[Found]:
        for line in lines:
            if not line.strip():
                continue
            try:
                value = json.loads(line, parse_float=Decimal)
            except (ValueError, RecursionError) as error:
                said = error.msg if isinstance(error, json.JSONDecodeError) else "too deep or too long"
                yield BannerError(f"this row is no JSON ({said})", hint="write one object a line")
                continue
            if not isinstance(value, dict):
                yield BannerError("this row is no JSON object", hint='write {"event_id": …}')
                continue
            yield _utf8(_known(value))

    def _parquet(self) -> Iterator[Found]:
        try:
            import pyarrow
            import pyarrow.parquet
        except ImportError:
            raise BannerError(
                "Parquet needs pyarrow",
                file=self.path,
                hint="pip install 'banner-engine[parquet]', or give CSV",
            ) from None
        try:
            with pyarrow.parquet.ParquetFile(self.path) as file:
                self._named(file.schema_arrow.names)
                behind = 0
                self.read = lambda: self.size * behind // max(file.metadata.num_rows, 1)
                for batch in file.iter_batches(batch_size=10_000):
                    for row in batch.to_pylist():
                        behind += 1
                        yield _known(row)
        except pyarrow.ArrowException as error:
            raise BannerError(f"this is no Parquet file ({error})", file=self.path) from error


def _known(value: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, cell in value.items():
        name = COLUMNS.get(key.lower())
        if name is not None and cell is not None and cell != "":
            found[name] = cell
    return found


def _utf8(row: dict[str, Any]) -> Found:
    for name, cell in row.items():
        if isinstance(cell, str) and not cell.isascii():
            try:
                cell.encode()
            except UnicodeEncodeError:
                return BannerError("this is not UTF-8", field=name, hint="save the file as UTF-8")
    return row
