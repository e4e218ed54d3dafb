"""A report as tables for a terminal: one for each currency, numbers to the right, totals below."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rich.box import SIMPLE_HEAD
from rich.console import Console, ConsoleOptions, RenderableType
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from banner_engine.report.compare import Change, Comparison
from banner_engine.report.money import amount
from banner_engine.report.table import ENOUGH, Cost, Elsewhere, ReportTable, Row

_NONE = "–"
HOW = (
    "Net is the first valid receipt of each decision; intervals are 95 %: Wilson's for CTR, for CPC money / "
    "Garwood's bounds of the clicks. CPC is money / net clicks; without clicks it is at least money / 3.689."
)


@dataclass(frozen=True, slots=True)
class ReportView:
    """What rich prints of a report. In a narrow terminal, intervals and units in heads are left out.

    limit: rows of each table, all where it is None. comparison: with the period before.
    """

    report: ReportTable
    limit: int | None = None
    comparison: Comparison | None = None

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterable[RenderableType]:
        if not self.report.totals:
            yield Text("Nothing was counted yet" + (" by the simulation." if self.report.simulated else "."))
        for total in self.report.totals:
            rows = [row for row in self.report.rows if row.currency == total.currency]
            table = self._table(rows[: self.limit], total, wide=True)
            if Measurement.get(console, options.update(max_width=10_000), table).maximum > options.max_width:
                table = self._table(rows[: self.limit], total, wide=False)
            yield table
            if self.limit is not None and len(rows) > self.limit:
                yield Text(f"  {many(len(rows) - self.limit, 'more row')}", style="dim")
        for source in dict.fromkeys(row.source for row in self.report.elsewhere):
            yield from self._elsewhere([row for row in self.report.elsewhere if row.source == source])
        flags = [f"{number:,} {reason.replace('_', ' ')}" for reason, number in self.report.flags.items()]
        if flags:
            yield Text(f"Not in net: {', '.join(flags)}.")
        for line in self.report.paused:
            yield Text(f"Paused: {line}", style="yellow")
        for note in self.report.notes:
            yield Text(note)
        if self.comparison is not None:
            ends = (self.comparison.before.since, self.comparison.before.until)
            period = " to ".join(at.strftime("%Y-%m-%d %H:%M") if at else "…" for at in ends)
            yield Text(f"Before: {period}. ▲▼: the 95 % interval of the difference of CTR leaves out 0.")
        if any(self.report.needs(row) for row in self.report.rows[: self.limit]) and self._has_needs():
            yield Text(
                f"Needs: impressions until {ENOUGH} clicks are expected; below that, a CPC says little."
            )
        if self.report.totals:
            yield Text(HOW, style="dim")

    def _table(self, rows: list[Row], total: Row, wide: bool) -> Table:
        table = Table(
            title=self._title(total),
            title_justify="left",
            title_style="bold",
            caption=_unsold(total),
            caption_justify="left",
            box=SIMPLE_HEAD,
            padding=(0, 1) if wide else (0, 1, 0, 0),
            show_footer=True,
            footer_style="bold",
        )
        for place, name in enumerate(self.report.by):
            footer = "total" if place == 0 else ""
            table.add_column(
                name.replace("_", " "), footer=footer, overflow="fold", min_width=6 if wide else 10
            )
        unsold = wide and any(row.unsold_hours for row in rows)
        spend = total.spend is not None
        needs = wide and self._has_needs()
        heads = _cells(None, total.currency, wide, spend, unsold)
        footers = _cells(total, total.currency, wide, spend, unsold)
        more = [*(["needs"] if needs else []), *(["CTR before", "change"] if self.comparison else [])]
        changes = self._changes()
        heads, footers = [*heads, *more], [*footers, *([""] if needs else []), *self._change(total, changes)]
        for head, footer in zip(heads, footers, strict=True):
            table.add_column(head, footer=footer, justify="right", no_wrap=True)
        for row in rows:
            keys = (_NONE if part is None else part for part in row.key)
            needed = [_needs(self.report.needs(row))] if needs else []
            cells = _cells(row, total.currency, wide, spend, unsold)
            table.add_row(*keys, *cells, *needed, *self._change(row, changes))
        return table

    def _has_needs(self) -> bool:
        return not {"variant", "creative"}.isdisjoint(self.report.by)

    def _changes(self) -> dict[int, Change]:
        """Of rows and totals, by their identity: two currencies may have equal rows."""
        found = self.comparison
        return {id(one.row): one for one in (*found.changes, *found.totals)} if found else {}

    def _change(self, row: Row, changes: dict[int, Change]) -> list[str]:
        """Of a row or a total: the CTR before, and the difference in percentage points, ▲▼ where it is clear."""
        if self.comparison is None:
            return []
        change = changes.get(id(row))
        if change is None or change.before is None or change.before.ctr is None:
            return [_NONE, _NONE]
        if change.ctr is None:
            return [f"{change.before.ctr:.2%}", _NONE]
        sign = ("▲ " if change.ctr > 0 else "▼ ") if change.clear else ""
        return [f"{change.before.ctr:.2%}", f"{sign}{change.ctr * 100:+.2f} pp"]

    def _elsewhere(self, rows: list[Elsewhere]) -> Iterable[RenderableType]:
        start, end = min(row.start for row in rows), max(row.end for row in rows)
        period = f"{start:%Y-%m-%d} to {end:%Y-%m-%d}"
        yield Text(f"As {rows[0].source} counts · {period} · not in the numbers above", style="bold")
        table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
        for name in self.report.by:
            table.add_column(name.replace("_", " "), overflow="fold", min_width=8)
        for head in ("impressions", "clicks", "CTR", "spend", "CPC", ""):
            table.add_column(head, justify="right", no_wrap=True)
        for row in rows[: self.limit]:
            rate = _NONE if row.ctr is None else f"{row.ctr:.2%}"
            cells = _cost(row.spend, row.currency, wide=False)
            keys = (_NONE if part is None else part for part in row.key)
            table.add_row(*keys, f"{row.impressions:,}", f"{row.clicks:,}", rate, *cells, row.currency)
        if self.limit is not None and len(rows) > self.limit:
            table.caption, table.caption_justify = many(len(rows) - self.limit, "more row"), "left"
        yield table

    def _title(self, total: Row) -> str:
        parts = [self.report.campaign]
        if self.report.simulated:
            parts.append("SIMULATED")
        if self.report.since or self.report.until:
            ends = (self.report.since, self.report.until)
            parts.append(" to ".join(at.strftime("%Y-%m-%d %H:%M") if at else "…" for at in ends))
        parts.append(self.report.timezone)
        if total.currency:
            parts.append(total.currency)
        return " · ".join(parts)


def _needs(number: int | None) -> str:
    return _NONE if number is None else f"{number:,}" if number else ""


def _cells(row: Row | None, currency: str | None, wide: bool, spend: bool, unsold: bool) -> list[str]:
    """The texts of a row, or the heads of the columns for None."""
    cells = ["impressions", "clicks"] if row is None else [f"{row.impressions:,}", f"{row.clicks:,}"]
    cells += _ctr(row, wide)
    if currency is not None:
        cells += _heads("", currency, wide) if row is None else _cost(row.value, currency, wide)
        if spend:
            cells += _heads("spend ", currency, wide) if row is None else _cost(row.spend, currency, wide)
    if unsold and currency is not None:
        if row is None:
            cells += ["unsold h", f"unsold {currency}"]
        elif row.unsold_hours is None:
            cells += [_NONE, _NONE]
        else:
            cells += [f"{row.unsold_hours:,}", amount(row.unsold_micros or 0, currency)]
    return cells


def _ctr(row: Row | None, wide: bool) -> list[str]:
    if row is None:
        return ["CTR", "95 %"] if wide else ["CTR"]
    rate = _NONE if row.ctr is None else f"{row.ctr:.2%}"
    interval = row.ctr_interval
    between = f"{interval[0]:.2%} – {interval[1]:.2%}" if interval else _NONE
    return [rate, between] if wide else [rate]


def _heads(prefix: str, currency: str, wide: bool) -> list[str]:
    heads = [prefix or "value ", f"{prefix}CPC "]
    return [*(head + currency for head in heads), "95 %"] if wide else [head.strip() for head in heads]


def _cost(cost: Cost | None, currency: str, wide: bool) -> list[str]:
    if cost is None:
        return [_NONE] * (3 if wide else 2)
    low = _NONE if cost.low is None else price(cost.low, currency)
    at_least = _NONE if cost.low is None else f"≥ {low}"
    between = at_least if cost.high is None else f"{low} – {price(cost.high, currency)}"
    each = at_least if cost.per_click is None else price(cost.per_click, currency)
    cells = [amount(cost.micros, currency)]
    return [*cells, _NONE if cost.per_click is None else each, between] if wide else [*cells, each]


def price(micros: int, currency: str) -> str:
    """A click's price, with two more decimals where it is less than ten."""
    return amount(micros, currency, more=2 if micros < 10_000_000 else 0)


def _unsold(total: Row) -> str | None:
    if not total.unsold_hours or total.currency is None:
        return None
    worth = amount(total.unsold_micros or 0, total.currency)
    hours = many(total.unsold_hours, "placement hour")
    return f"{hours} without an impression, worth {total.currency} {worth}"


def many(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
