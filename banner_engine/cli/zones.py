"""banner zones stats, banner zones gc"""

from __future__ import annotations

from pathlib import Path

import click

from banner_engine.cli.common import Bytes, campaign_argument, json_option, plural, print_json, say

store_option = click.option(
    "--store", type=click.Path(path_type=Path), envvar="BANNER_STORE", help="Folder of the state."
)


@click.group()
def zones() -> None:
    """Count and clear the zones that pictures are joined from."""


@zones.command(
    epilog="""\b
Examples:
  banner zones stats examples/double11
  banner zones stats --store /var/lib/banner --json
"""
)
@campaign_argument
@store_option
@json_option
def stats(campaign: Path | None, store: Path | None, as_json: bool) -> None:
    """Tell how many zones are kept on disk, in how many files and bytes."""
    from banner_engine.encode.zonefiles import zone_files

    folder = _folder(campaign, store)
    files = list(zone_files(folder))
    told = {"files": len(files), "zones": sum(f.zones for f in files), "bytes": sum(f.bytes for f in files)}
    say(
        f"{folder}: {plural(told['zones'], 'zone')} in {plural(told['files'], 'file')}, {told['bytes'] / 1e6:,.1f} MB"
    )
    if as_json:
        print_json(told)


@zones.command(
    epilog="""\b
Examples:
  banner zones gc examples/double11 --max-bytes 5GB
  banner zones gc --store /var/lib/banner --max-bytes 0
"""
)
@campaign_argument
@click.option("--max-bytes", type=Bytes(), required=True, help="What may stay, such as 5GB or 500MB.")
@store_option
@json_option
def gc(campaign: Path | None, max_bytes: int, store: Path | None, as_json: bool) -> None:
    """Delete the oldest files of zones until no more than --max-bytes stay.

    What is deleted is painted again when it is needed. Files that a process writes to stay.
    """
    from banner_engine.encode.zonefiles import collect

    done = collect(_folder(campaign, store), max_bytes)
    say(f"{plural(done.files, 'file')} ({done.bytes / 1e6:,.1f} MB) deleted, {done.left / 1e6:,.1f} MB left")
    if as_json:
        print_json({"files": done.files, "bytes": done.bytes, "left": done.left})


def _folder(campaign: Path | None, store: Path | None) -> Path:
    """The folder of zones of a campaign, or of a state that is named without one."""
    from banner_engine.errors import BannerError
    from banner_engine.load.folder import find_campaign
    from banner_engine.state import State

    if campaign is None and store is not None:
        return State.of(Path(), store).zones
    folder = find_campaign(Path.cwd()) if campaign is None else campaign
    folder = folder.parent if folder.name == "campaign.yaml" else folder
    if not (folder / "campaign.yaml").is_file():
        raise BannerError("no campaign.yaml in it", file=folder, hint="name the campaign's folder")
    return State.of(folder, store).zones
