"""banner report"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

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
  banner report my-shop --by theme --since 2026-11-10 --until 2026-11-12 --compare previous
  banner report my-shop --leaderboard --week
  banner report my-shop --html report.html
  banner report my-shop --by placement --since 2026-11-11 --watch
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
@click.option(
    "--week",
    is_flag=False,
    flag_value="this",
    metavar="WEEK",
    help="A week from Monday on: this (the default), last, or 2026-W46. In place of --since and --until.",
)
@click.option(
    "--timezone", metavar="ZONE", help="Read and show times in this zone (value stays by local days)."
)
@click.option("--sort", help="impressions, clicks, ctr, value, cpc, spend, spend_cpc, or a dimension.")
@click.option("--limit", type=click.IntRange(1), help="Rows of each table in the terminal.")
@click.option("--compare", type=click.Choice(["previous"]), help="With the period of the same length before.")
@click.option("--leaderboard", is_flag=True, help="The lowest CPC within each placement and currency.")
@click.option("--simulated", is_flag=True, help="Simulated events, and nothing else.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")
@click.option(
    "--html", type=click.Path(path_type=Path, dir_okay=False), help="Write one self-contained page."
)
@click.option(
    "--watch",
    type=click.FloatRange(0.5),
    is_flag=False,
    flag_value=5.0,
    metavar="SECONDS",
    help="Show it live in the terminal, counted again every 5 (or so many) seconds.",
)
@click.option("--store", type=click.Path(path_type=Path), envvar="BANNER_STORE", help="Folder of the state.")
@json_option
def report(
    campaign: Path | None,
    by: tuple[str, ...],
    where: tuple[str, ...],
    since: dt.datetime | None,
    until: dt.datetime | None,
    week: str | None,
    timezone: str | None,
    sort: str | None,
    limit: int | None,
    compare: str | None,
    leaderboard: bool,
    simulated: bool,
    as_csv: bool,
    html: Path | None,
    watch: float | None,
    store: Path | None,
    as_json: bool,
) -> None:
    """Report impressions, clicks, CTR, placement value, spend and both CPCs.

    Value CPC is the placement's value divided by net clicks; spend CPC is what was paid divided by them.
    Where there is no click, a CPC is empty and has a lower bound. Currencies are never added.

    Dimensions: variant, creative (a variant without its prices), theme, palette, layout, product,
    product_type, copy, placement, size, locale, grade, hour, day. Several make one row for each pair.
    """
    from banner_engine.cli.reporting import Asked, ask
    from banner_engine.track import Store

    if html is not None and (as_csv or watch is not None or leaderboard or compare):
        raise click.UsageError(
            "--html shows everything; leave --csv, --watch, --leaderboard and --compare out."
        )
    if leaderboard and (as_csv or compare):
        raise click.UsageError("A leaderboard has no CSV and no comparison.")
    if week is not None and (since is not None or until is not None):
        raise click.UsageError("Give --week, or --since and --until.")
    engine = open_engine(campaign, None, store)
    asked = Asked(
        by=by,
        where=_conditions(where),
        since=since,
        until=until,
        week=week,
        timezone=timezone,
        sort=sort,
        limit=limit,
        compare=compare is not None,
        leaderboard=leaderboard,
        simulated=simulated,
    )
    with Store.open(engine.state.track, create=False) as opened:
        opened.follow(engine.loaded.campaign.id, engine.loaded.campaign.timezone)
        answer = ask(engine, opened, asked)
        if html is not None:
            answer.write_html(html)
            say(f"{html} ({html.stat().st_size / 1e6:,.1f} MB)")
        elif watch is not None:
            answer.watch(watch)
        elif as_csv:
            click.echo(answer.csv(), nl=False)
        elif not as_json:
            answer.show()
        if as_json:
            print_json(answer.json())


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
