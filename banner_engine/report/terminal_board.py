"""A leaderboard as tables for a terminal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rich.box import SIMPLE_HEAD
from rich.console import Console, ConsoleOptions, RenderableType
from rich.table import Table
from rich.text import Text

from banner_engine.report.leaderboard import Board, Entry, Leaderboard
from banner_engine.report.table import ENOUGH
from banner_engine.report.terminal import many, price

TOP = 10


@dataclass(frozen=True, slots=True)
class BoardView:
    """What rich prints of a leaderboard. limit: entries of each board."""

    leaderboard: Leaderboard
    limit: int | None = TOP

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterable[RenderableType]:
        table = self.leaderboard.table
        ends = " to ".join(at.strftime("%Y-%m-%d %H:%M") if at else "…" for at in (table.since, table.until))
        simulated = " · SIMULATED" if table.simulated else ""
        yield Text(f"{table.campaign}{simulated} · {ends} · {table.timezone}", style="bold")
        if not self.leaderboard.boards:
            yield Text("Nothing was counted where a placement has a value or a spend.")
        for board in self.leaderboard.boards:
            yield self._board(board)
            if board.apart:
                yield Text(_apart(board), style="dim")
        yield Text(
            f"Ranked by the upper end of the CPC's 95 % interval, from {ENOUGH} net clicks on.", style="dim"
        )

    def _board(self, board: Board) -> Table:
        table = Table(
            title=f"{board.placement} · {board.kind} CPC in {board.currency}",
            title_justify="left",
            title_style="bold",
            box=SIMPLE_HEAD,
            padding=(0, 1, 0, 0),
        )
        table.add_column("", justify="right")
        table.add_column("variant")
        for head in ("impressions", "clicks", "CTR", "CPC", "at most"):
            table.add_column(head, justify="right", no_wrap=True)
        for entry in board.ranked[: self.limit]:
            table.add_row(*_cells(entry, board.currency))
        if not board.ranked:
            table.add_row("", f"none has {ENOUGH} clicks yet", *[""] * 5)
        return table


def _cells(entry: Entry, currency: str) -> list[str]:
    row, cost = entry.row, entry.cost
    return [
        str(entry.rank),
        entry.variant_id,
        f"{row.impressions:,}",
        f"{row.clicks:,}",
        "–" if row.ctr is None else f"{row.ctr:.2%}",
        "–" if cost.per_click is None else price(cost.per_click, currency),
        "–" if cost.high is None else price(cost.high, currency),
    ]


def _apart(board: Board) -> str:
    number = len(board.apart)
    first = board.apart[0]
    needs = f", needs {first.needs:,} more impressions" if first.needs else ""
    return (
        f"  {number:,} with fewer than {ENOUGH} clicks stand apart; "
        f"the most seen is {first.variant_id} ({many(first.row.impressions, 'impression')}, "
        f"{many(first.row.clicks, 'click')}{needs})"
    )
