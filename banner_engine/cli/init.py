"""banner init"""

from __future__ import annotations

from pathlib import Path

import click

from banner_engine.cli.common import json_option, print_json, say


@click.command(
    epilog="""\b
Examples:
  banner init my-shop
  banner init my-shop && banner preview my-shop --open
"""
)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--id", "campaign_id", help="The campaign's id (default: the folder's name).")
@json_option
def init(folder: Path, campaign_id: str | None, as_json: bool) -> None:
    """Make a new campaign folder that renders as it is: a copy of the shipped one, flying for 30 days.

    Put your own feed, pictures, logos and copy in their places.
    """
    from banner_engine.starter import start_campaign

    files = start_campaign(folder, campaign_id)
    say(f"{folder}: a campaign that renders as it is. Next:")
    say(f"  banner preview {folder} --open")
    say(f"  banner profiles sample {folder} --count 200 --out {folder}/profiles.jsonl")
    say(f"  banner render {folder} --profiles {folder}/profiles.jsonl --out out")
    if as_json:
        print_json({"path": str(folder), "files": files})
