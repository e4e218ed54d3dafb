"""banner report"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

from banner_engine.cli.common import (
    Moment,
    Names,
    campaign_argument,
    json_option,
    open_engine,
    print_json,
    say,
)


class Dimensions(Names):
    """`theme,placement`."""

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        from banner_engine.report import DIMENSIONS

        done, _, last = incomplete.rpartition(",")
        prefix = f"{done}," if done else ""
        return [CompletionItem(prefix + name) for name in DIMENSIONS if name.startswith(last)]


@click.command(
    epilog="""\b
Examples:
  banner report examples/double11 --by theme,placement --simulated
  banner report my-shop --by variant --sort cpc --limit 20
  banner report my-shop --by hour --where theme=lacquer --since 2026-11-10 --csv > hours.csv
"""
)
@campaign_argument
@click.option(
    "--by",
    type=Dimensions(),
    default=("placement",),
    show_default="placement",
    help="Dimensions, see above.",
)
@click.option("--where", multiple=True, metavar="NAME=VALUE", help="Only these; again for more.")
@click.option("--since", type=Moment(), help="From this time on.")
@click.option("--until", type=Moment(), help="Up to this time (excluded).")
@click.option("--sort", help="impressions, clicks, ctr, value, cpc, spend, spend_cpc, or a dimension.")
@click.option("--limit", type=click.IntRange(1), help="Rows of each table in the terminal.")
@click.option("--simulated", is_flag=True, help="Simulated events, and nothing else.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")
@click.option("--store", type=click.Path(path_type=Path), envvar="BANNER_STORE", help="Folder of the state.")
@json_option
def report(
    campaign: Path | None,
    by: tuple[str, ...],
    where: tuple[str, ...],
    since: dt.datetime | None,
    until: dt.datetime | None,
    sort: str | None,
    limit: int | None,
    simulated: bool,
    as_csv: bool,
    store: Path | None,
    as_json: bool,
) -> None:
    """Report impressions, clicks, CTR, placement value, spend and both CPCs.

    Value CPC is the placement's value divided by net clicks; spend CPC is what was paid divided by them.
    Where there is no click, a CPC is empty and has a lower bound. Currencies are never added.

    Dimensions: variant, creative (a variant without its prices), theme, palette, layout, product,
    product_type, copy, placement, size, locale, grade, hour, day. Several make one row for each pair.
    """
    from banner_engine.report import ReportView, to_csv, to_dict
    from banner_engine.report import report as build
    from banner_engine.report.campaign import settings_of
    from banner_engine.track import Store

    engine = open_engine(campaign, None, store)
    zone = engine.loaded.campaign.zone
    with Store.open(engine.state.track, create=False) as opened:
        opened.follow(engine.loaded.campaign.id, engine.loaded.campaign.timezone)
        table = build(
            opened,
            settings_of(engine.loaded.campaign, opened),
            by=by,
            where=_conditions(where),
            since=_local(since, zone),
            until=_local(until, zone),
            sort=sort,
            simulated=simulated,
        )
    if as_json:
        print_json(to_dict(table))
    elif as_csv:
        click.echo(to_csv(table), nl=False)
    else:
        from rich.console import Console

        Console().print(ReportView(table, limit))
        if not table.totals and not simulated:
            say("Simulated events are shown with --simulated.")


def _conditions(where: tuple[str, ...]) -> dict[str, list[str]]:
    out: dict[str, list[str]] = {}
    for condition in where:
        name, equals, value = condition.partition("=")
        if not equals:
            raise click.BadParameter(
                f"'{condition}': write NAME=VALUE, such as theme=lacquer", param_hint="--where"
            )
        out.setdefault(name.strip(), []).extend(part.strip() for part in value.split(","))
    return out


def _local(moment: dt.datetime | None, zone: Any) -> dt.datetime | None:
    return moment.replace(tzinfo=zone) if moment is not None and moment.tzinfo is None else moment
