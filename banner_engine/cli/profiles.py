"""banner profiles sample, load"""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import click

from banner_engine.cli.common import (
    Bar,
    campaign_argument,
    campaign_option,
    json_option,
    open_engine,
    plural,
    print_json,
    say,
    state_options,
)


@click.group()
def profiles() -> None:
    """Sample profiles, or load your own for the server."""


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


@profiles.command(
    epilog="""\b
Examples:
  banner profiles load people.jsonl --campaign my-shop
  banner profiles load monday.csv tuesday.csv --campaign my-shop --max-failures 10
"""
)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@campaign_option
@click.option("--store", type=click.Path(path_type=Path), envvar="BANNER_STORE", help="Folder of the state.")
@click.option(
    "--max-failures", type=click.IntRange(0), default=0, show_default=True, help="Rows that may be wrong."
)
@json_option
def load(
    files: tuple[Path, ...], campaign: Path | None, store: Path | None, max_failures: int, as_json: bool
) -> int:
    """Keep the preferences of users for the server, under keyed pseudonyms; a user who is there is replaced.

    A request's user key, or an id of OpenRTB's user, then finds them. Ids and names are not kept. A server
    that runs sees them within a second.
    """
    from collections.abc import Iterator

    from banner_engine.errors import BannerError
    from banner_engine.load.profiles import Profile, read_profiles
    from banner_engine.serve.people import People

    engine = open_engine(campaign, None, store)
    engine.state.make()
    wrong = 0
    people = People(engine.state.folder, engine.state.key())
    try:
        with Bar("profiles") as bar:

            def right() -> Iterator[Profile]:
                nonlocal wrong
                for file in files:
                    for one in read_profiles(file):
                        if isinstance(one, BannerError):
                            wrong += 1
                            bar.problem(one)
                        else:
                            yield one

            loaded = people.load(right(), bar.advance)
        known = len(people)
    finally:
        people.close()
    say(f"{plural(loaded, 'profile')} loaded, {known:,} known")
    if as_json:
        print_json({"loaded": loaded, "failed": wrong, "known": known})
    return 3 if wrong > max_failures else 0
