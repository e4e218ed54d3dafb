"""Tables and JSON lines, row by row in flat memory; a row that cannot be read is told, the rest goes on."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

from banner_engine.errors import BannerError

UTF8_HINT = "save it as UTF-8"
_BOM = b"\xef\xbb\xbf"
_DELIMITERS = ",\t;"


def open_bytes(file: Path, *, what: str) -> BinaryIO:
    """The file, opened. Raises BannerError where it cannot be."""
    try:
        return file.open("rb")
    except FileNotFoundError:
        raise BannerError(f"no such {what}", file=file) from None
    except IsADirectoryError:
        raise BannerError(f"is a folder, not a {what}", file=file) from None
    except OSError as error:
        raise BannerError(f"cannot be read: {error.strerror}", file=file) from None


def check_utf8(stream: BinaryIO, file: Path) -> None:
    """Reads a stream to its end. Raises BannerError with the first line that is not UTF-8."""
    for line, raw in enumerate(stream, 1):
        try:
            raw.decode()
        except UnicodeDecodeError:
            raise BannerError("is not valid UTF-8", file=file, line=line, hint=UTF8_HINT) from None


def table_rows(
    stream: BinaryIO, file: Path, name_columns: Callable[[list[str]], list[str]], kind: str
) -> Iterator[tuple[int, dict[str, str]] | BannerError]:
    """(row, {column: cell}) of a table; its header shows what divides it: comma, tab or semicolon.

    name_columns turns the header's cells into column names (and may raise BannerError). Cells are
    stripped, missing ones are "". A row of another shape, with bad quotes or bytes that are not UTF-8
    comes out as a BannerError of `kind`. Raises BannerError for a file without a header.
    """
    with io.TextIOWrapper(stream, encoding="utf-8-sig", errors="surrogateescape", newline="") as text:
        first = next((line for line in text if not line.isspace()), None)
        if first is None:
            raise BannerError("is empty", file=file, kind=kind)
        delimiter = max(_DELIMITERS, key=first.count)
        reader = csv.reader(chain([first], text), delimiter=delimiter, strict=True)
        header = _cells(reader, file, None, kind)
        if header is None or isinstance(header, BannerError):
            raise header or BannerError("is empty", file=file, kind=kind)
        columns = name_columns([cell.strip() for cell in header])
        row = 1
        while (cells := _cells(reader, file, row, kind)) is not None:
            if isinstance(cells, BannerError):
                yield cells
            elif any(cells[len(columns) :]):
                yield BannerError(
                    f"has {len(cells)} cells, but the header has {len(columns)}",
                    file=file,
                    row=row,
                    hint=f"put quotes around a cell that holds '{delimiter}'" if delimiter != "\t" else None,
                    kind=kind,
                )
            elif any(cells):
                cells += [""] * (len(columns) - len(cells))
                yield row, {name: cell.strip() for name, cell in zip(columns, cells, strict=False)}
            row += 1


def _cells(
    reader: Iterator[list[str]], file: Path, row: int | None, kind: str
) -> list[str] | BannerError | None:
    """The next row that is no empty line, the mistake in it, or None at the end. The header's row is None."""
    line = 1 if row is None else None
    try:
        cells = next((cells for cells in reader if cells), None)
    except csv.Error as error:
        if "larger than field limit" in str(error):
            message, hint = (
                f"a cell has more than {csv.field_size_limit()} characters",
                "is a quote left open?",
            )
        else:
            message, hint = "a quoted cell does not end with its quote", 'within quotes, write " as ""'
        return BannerError(message, file=file, line=line, row=row, hint=hint, kind=kind)
    if cells is not None and not all(map(_is_text, cells)):
        return BannerError("is not valid UTF-8", file=file, line=line, row=row, hint=UTF8_HINT, kind=kind)
    return cells


def json_rows(
    lines: Iterable[bytes], file: Path, kind: str
) -> Iterator[tuple[int, dict[str, Any]] | BannerError]:
    """(row, object) of JSON lines (empty lines are passed over); a bad line comes out as a BannerError."""
    row = 0
    loads = json.loads
    for raw in lines:
        if not row and raw.startswith(_BOM):
            raw = raw[len(_BOM) :]
        if not raw or raw.isspace():
            continue
        row += 1
        try:
            text = raw.decode()
            data = loads(text)
            if "\\u" in text:
                json.dumps(data, ensure_ascii=False).encode()
        except UnicodeDecodeError:
            yield BannerError("is not valid UTF-8", file=file, row=row, hint=UTF8_HINT, kind=kind)
        except UnicodeEncodeError:
            yield BannerError(
                "holds half of a surrogate pair (\\ud800 to \\udfff)", file=file, row=row, kind=kind
            )
        except json.JSONDecodeError as error:
            message = (
                f"is not valid JSON: {error.msg[:1].lower()}{error.msg[1:]} at character {error.pos + 1}"
            )
            yield BannerError(message, file=file, row=row, kind=kind)
        except (ValueError, RecursionError):
            yield BannerError(
                "is not valid JSON: too deep, or a number too long", file=file, row=row, kind=kind
            )
        else:
            if type(data) is dict:
                yield row, data
            else:
                hint = "write one {...} a line"
                yield BannerError("is no JSON object", file=file, row=row, hint=hint, kind=kind)


def _is_text(cell: str) -> bool:
    """False where a byte that is not UTF-8 came in as a lone surrogate."""
    if cell.isascii():
        return True
    try:
        cell.encode()
    except UnicodeEncodeError:
        return False
    return True
