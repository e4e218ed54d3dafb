"""banner forget"""

from __future__ import annotations

from pathlib import Path

import click

from banner_engine.cli.common import campaign_option, json_option, open_engine, plural, print_json, say


@click.command(
    epilog="""\b
Examples:
  banner forget u-10023 --campaign my-shop
"""
)
@click.argument("user")
@campaign_option
@click.option("--store", type=click.Path(path_type=Path), envvar="BANNER_STORE", help="Folder of the state.")
@json_option
def forget(user: str, campaign: Path | None, store: Path | None, as_json: bool) -> None:
    """Erase everything that is kept of one user. USER: the id as in the file of profiles.

    Preferences that were loaded for the server go, and their decisions lose the pseudonym and their ids; totals
    and reports stay as they are. What a run wrote (assignments.jsonl) and your own files of profiles still name
    the user: banner prune deletes old runs.
    """
    from banner_engine.serve.people import FILE, People
    from banner_engine.track import Store
    from banner_engine.track.keeping import forget as run
    from banner_engine.track.runs import pseudonym

    engine = open_engine(campaign, None, store)
    with Store.open(engine.state.track, create=False) as opened:
        number = run(opened, pseudonym(engine.state.key(), user))
    if (engine.state.folder / FILE).exists():
        people = People(engine.state.folder, engine.state.key())
        people.forget(people.pseudonym(user))
        people.close()
    say(f"{plural(number, 'decision')} cut off from the user")
    if as_json:
        print_json({"decisions": number})
