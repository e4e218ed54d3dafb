"""banner profiles sample"""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import click

from banner_engine.cli.common import (
    Bar,
    campaign_argument,
    json_option,
    open_engine,
    plural,
    print_json,
    say,
    state_options,
)


@click.group()
def profiles() -> None:
    """Sample plausible profiles."""


@profiles.command(
    epilog="""\b
Examples:
  banner profiles sample examples/double11 --count 2000 --seed 7 --out people.jsonl --as-of 2026-11-10
"""
)
@campaign_argument
@click.option("--count", type=click.IntRange(1), required=True, help="How many.")
@click.option("--seed", type=int, default=0, show_default=True, help="Another seed makes other people.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="A .jsonl file.")
@state_options
@json_option
def sample(
    campaign: Path | None,
    count: int,
    seed: int,
    out: Path,
    store: Path | None,
    as_of: dt.datetime | None,
    as_json: bool,
) -> None:
    """Make any number of plausible profiles for a campaign: tastes, price bands, events. They are nobody's."""
    from banner_engine.simulate.people import sample_profiles

    engine = open_engine(campaign, as_of, store)
    campaign_file = engine.loaded.campaign
    by_locale = {
        locale: engine.loaded.products[campaign_file.market_of(locale).id] for locale in campaign_file.locales
    }
    out.parent.mkdir(parents=True, exist_ok=True)
    with Bar("profiles") as bar, out.open("w", encoding="utf-8") as file:
        bar.total(count)
        for profile in sample_profiles(by_locale, count, seed, engine.moment):
            file.write(json.dumps(profile, ensure_ascii=False) + "\n")
            bar.advance(1)
    say(f"{plural(count, 'profile')} in {out}")
    if as_json:
        print_json({"path": str(out), "profiles": count})
