"""banner pause, banner resume"""

from __future__ import annotations

import datetime as dt
import getpass
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from banner_engine.cli.common import campaign_argument, json_option, open_engine, print_json, say

_NAMES = ("variant", "theme", "copy", "product")


def _options(command: Callable[..., Any]) -> Callable[..., Any]:
    command = json_option(command)
    command = click.option(
        "--store", type=click.Path(path_type=Path), envvar="BANNER_STORE", help="Folder of the state."
    )(command)
    command = click.option("--who", help="Who says so (default: the user of this machine).")(command)
    command = click.option("--reason", required=True, help="Why: every report shows it.")(command)
    command = click.option("--placement", help="In this placement only (default: everywhere).")(command)
    for name in reversed(_NAMES):
        command = click.option(f"--{name}", help=f"The {name} that is meant.")(command)
    return campaign_argument(command)


@click.command(
    epilog="""\b
Examples:
  banner pause my-shop --variant 6rvqkq2dwhdjh5fz --reason "CPC above 4 CNY since noon"
  banner pause my-shop --theme lacquer --placement newsletter --reason "too dark beside the text"
"""
)
@_options
def pause(**given: Any) -> None:
    """Stop showing a variant, a theme, a copy set or a product, everywhere or in one placement.

    The next render leaves it out, and a server within 5 s. What was said before is kept: who, when, why, and
    the numbers of that moment. Events of what is paused still count.
    """
    _say(paused=True, **given)


@click.command(
    epilog="""\b
Examples:
  banner resume my-shop --variant 6rvqkq2dwhdjh5fz --reason "new picture"
"""
)
@_options
def resume(**given: Any) -> None:
    """Show again what was paused. Name it as it was named: a pause in one placement is resumed there."""
    _say(paused=False, **given)


def _say(
    *,
    paused: bool,
    campaign: Path | None,
    placement: str | None,
    reason: str,
    who: str | None,
    store: Path | None,
    as_json: bool,
    **named: str | None,
) -> None:
    from banner_engine.errors import BannerError, did_you_mean
    from banner_engine.report import report, to_dict
    from banner_engine.report.campaign import settings_of
    from banner_engine.track import Store
    from banner_engine.track.pauses import Pause, read_pauses, standing, write_pause

    chosen = [(name, value) for name, value in named.items() if value]
    if len(chosen) != 1:
        raise click.UsageError("Name one thing: --variant, --theme, --copy or --product.")
    dimension, value = chosen[0]
    engine = open_engine(campaign, None, store)
    _check_known(engine, dimension, value, placement)
    with Store.open(engine.state.track) as opened:
        if dimension == "variant" and opened.variant(value) is None:
            raise BannerError(
                f"unknown variant '{value}'", field="variant", hint="banner report --by variant lists them"
            )
        where = {dimension: value} | ({"placement": placement} if placement else {})
        numbers = to_dict(report(opened, settings_of(engine.loaded.campaign, opened), by=(), where=where))[
            "totals"
        ]
        line = Pause(
            engine.loaded.campaign.id,
            dimension,
            value,
            placement,
            paused,
            dt.datetime.now(dt.UTC),
            who or getpass.getuser(),
            reason,
            {"totals": numbers},
        )
        with opened.read() as connection:
            now = standing(read_pauses(connection, line.campaign))
        if not paused and line.about not in {one.about for one in now}:
            known = [
                f"{one.dimension} {one.value}" + (f" in {one.placement}" if one.placement else "")
                for one in now
            ]
            hint = did_you_mean(f"{dimension} {value}", known) if known else "nothing is paused"
            raise BannerError(f"{dimension} '{value}' is not paused there", field=dimension, hint=hint)
        write_pause(opened, line)
    say(str(line))
    if as_json:
        print_json(
            {
                "campaign": line.campaign,
                "dimension": dimension,
                "value": value,
                "placement": placement,
                "paused": paused,
                "time": line.time.isoformat(),
                "who": line.who,
                "reason": reason,
                "numbers": dict(line.numbers),
            }
        )


def _check_known(engine: Any, dimension: str, value: str, placement: str | None) -> None:
    """BannerError for a name that the campaign does not have: a typing error would pause nothing."""
    from banner_engine.errors import BannerError, did_you_mean

    known = {
        "theme": list(engine.loaded.themes),
        "copy": [copy.id for copy in engine.loaded.copy_sets],
        "product": [product.id for found in engine.loaded.products.values() for product in found],
        "placement": [one.id for one in engine.loaded.campaign.placements],
    }
    for name, said in ((dimension, value), ("placement", placement)):
        if said is not None and name in known and said not in known[name]:
            raise BannerError(
                f"the campaign has no {name} '{said}'", field=name, hint=did_you_mean(said, known[name])
            )
