"""banner simulate"""

from __future__ import annotations

import datetime as dt
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


@click.command(
    epilog="""\b
Examples:
  banner simulate examples/double11 --users 5000 --seed 1 --as-of 2026-11-10
  banner report examples/double11 --by theme,placement --simulated
"""
)
@campaign_argument
@click.option("--users", type=click.IntRange(1), required=True, help="How many simulated users.")
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of the users and of what they do.")
@state_options
@json_option
def simulate(
    campaign: Path | None, users: int, seed: int, store: Path | None, as_of: dt.datetime | None, as_json: bool
) -> None:
    """Let simulated users see and click banners, through the real tracking path.

    The click model is published in `banner_engine/simulate/model.py`. Reports show simulated events only with
    --simulated, and say so.
    """
    from banner_engine.simulate.users import simulate_users

    engine = open_engine(campaign, as_of, store)
    if not engine.in_flight:
        flight = engine.loaded.campaign.flight
        say(
            f"{engine.moment:%Y-%m-%d} is outside the flight ({flight.start} to {flight.end}): nothing is decided."
        )
        return
    with Bar("decisions") as bar:
        bar.total(users * sum(len(p.sizes) for p in engine.loaded.campaign.placements))
        done = simulate_users(engine, users, seed, lambda count: bar.advance(count - bar.done))
    say(
        f"Simulated: {plural(users, 'user')}, {plural(done.decisions, 'decision')}, "
        f"{plural(done.impressions, 'impression')}, {plural(done.clicks, 'click')} "
        f"({plural(done.accepted, 'new event')}). banner report --simulated shows them."
    )
    if as_json:
        print_json(
            {
                "users": users,
                "decisions": done.decisions,
                "impressions": done.impressions,
                "clicks": done.clicks,
                "accepted": done.accepted,
            }
        )
