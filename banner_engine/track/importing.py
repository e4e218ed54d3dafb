"""Imports files of impressions, clicks and spend: streaming, each event id once, bad rows told alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from banner_engine.errors import BannerError, did_you_mean
from banner_engine.track.reading import EventFile
from banner_engine.track.records import KINDS, Kind, Outcome, Receipt, SpendRecord
from banner_engine.track.store import Store
from banner_engine.track.times import parse_time, to_datetime

BATCH = 10_000
KEPT_ERRORS = 100
# GA4 names the same things so.
_ALSO: dict[str, str] = {"view_promotion": "impression", "select_promotion": "click"}
_KINDS = (*KINDS, "spend")

Progress = Callable[[int, int, int], None]


@dataclass(slots=True)
class Imported:
    """What an import did. errors: the first KEPT_ERRORS of the rejected."""

    rows: int = 0
    accepted: int = 0
    duplicates: int = 0
    rejected: int = 0
    errors: list[BannerError] = field(default_factory=list)


def import_events(
    store: Store,
    path: Path,
    *,
    campaign: str | None = None,
    source: str = "import",
    simulated: bool = False,
    progress: Progress | None = None,
    on_error: Callable[[BannerError], None] | None = None,
) -> Imported:
    """Store a file's events; again is the same as once. Memory stays flat, whatever the file's size.

    Columns: event_id; kind or event_name (impression, click, spend); time or timestamp (ISO 8601 with a
    zone, or microseconds since 1970); decision_id, or variant_id and placement; amount and currency of
    spend; flags (names with commas). Others are ignored. campaign: whose placements spend names.
    progress(rows, bytes read, bytes of the file) after each batch, which is then on the disk.
    on_error takes each bad row's error, with file, row and field; the rest goes on.

    BannerError where the file as a whole can't be read.
    """
    path = Path(path)
    file = EventFile(path)
    done = Imported()
    batch = _Batch()

    def reject(error: BannerError, row: int) -> None:
        error.file, error.row = str(path), row
        done.rejected += 1
        if len(done.errors) < KEPT_ERRORS:
            done.errors.append(error)
        if on_error is not None:
            on_error(error)

    def store_batch() -> None:
        for rows, outcome in batch.stored(store):
            done.accepted += outcome.accepted
            done.duplicates += outcome.duplicates
            for error in outcome.rejected:
                reject(error, rows[(error.row or 1) - 1])
        if progress is not None:
            progress(done.rows, file.read(), file.size)

    for found in file.rows():
        done.rows += 1
        if isinstance(found, BannerError):
            reject(found, done.rows)
            continue
        try:
            batch.add(_record(found, campaign, source, simulated), done.rows)
        except BannerError as error:
            reject(error, done.rows)
        if len(batch) >= BATCH:
            store_batch()
            batch = _Batch()
    store_batch()
    return done


class _Batch:
    """Records that wait for their transaction, with the rows they came from."""

    def __init__(self) -> None:
        self._receipts: list[Receipt] = []
        self._spend: list[SpendRecord] = []
        self._receipt_rows: list[int] = []
        self._spend_rows: list[int] = []

    def __len__(self) -> int:
        return len(self._receipts) + len(self._spend)

    def add(self, record: Receipt | SpendRecord, row: int) -> None:
        if isinstance(record, Receipt):
            self._receipts.append(record)
            self._receipt_rows.append(row)
        else:
            self._spend.append(record)
            self._spend_rows.append(row)

    def stored(self, store: Store) -> Iterator[tuple[list[int], Outcome]]:
        """Store them; for each kind the rows of the file, and what became of them."""
        if self._receipts:
            yield self._receipt_rows, store.record(self._receipts)
        if self._spend:
            yield self._spend_rows, store.record_spend(self._spend)


def _record(
    row: Mapping[str, Any], campaign: str | None, source: str, simulated: bool
) -> Receipt | SpendRecord:
    kind = row.get("kind", "")
    kind = _ALSO.get(kind, kind) if isinstance(kind, str) else kind
    if kind not in _KINDS:
        raise BannerError(f"unknown kind '{kind}'", field="kind", hint=did_you_mean(str(kind), _KINDS))
    if "time" not in row:
        raise BannerError("there is no time", field="time", hint="write 2026-11-11T20:00:00+08:00")
    time = _when(row["time"])
    event_id = _text(row, "event_id")
    if event_id is None:
        raise BannerError("an event needs an id", field="event_id")
    decision_id, variant_id = _text(row, "decision_id"), _text(row, "variant_id")
    placement = _text(row, "placement")
    if kind == "spend":
        return SpendRecord(
            event_id,
            time,
            _micros(row),
            _text(row, "currency") or "",
            placement,
            variant_id,
            decision_id,
            campaign,
            source,
            simulated,
        )
    said = _text(row, "flags")
    flags = tuple(said.replace(",", " ").split()) if said else ()
    known: Kind = "impression" if kind == "impression" else "click"
    return Receipt(event_id, known, time, decision_id, variant_id, placement, source, flags, simulated)


def _when(said: Any) -> datetime:
    """As the store takes it, which checks its zone and year."""
    if isinstance(said, datetime):
        return said
    if isinstance(said, str) and not said.isdigit():
        with suppress(ValueError):
            return datetime.fromisoformat(said)
    return to_datetime(parse_time(said))


def _text(row: Mapping[str, Any], name: str) -> str | None:
    value = row.get(name)
    if value is None or type(value) is str:
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise BannerError(f"{value!r} is no text", field=name)


def _micros(row: Mapping[str, Any]) -> int:
    if "amount" not in row:
        raise BannerError("spend without an amount", field="amount", hint="write it like 12.50")
    said = row["amount"]
    try:
        micros = Decimal(str(said)) * 1_000_000
        whole = int(micros)
    except (InvalidOperation, ValueError, OverflowError):
        raise BannerError(f"'{said}' is no amount", field="amount", hint="write it like 12.50") from None
    if whole != micros:
        raise BannerError(f"'{said}' is finer than a millionth", field="amount")
    return whole
