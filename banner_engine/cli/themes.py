"""banner themes"""

from __future__ import annotations

from pathlib import Path

import click

from banner_engine.cli.common import campaign_option, json_option, print_json, say


@click.command(
    epilog="""\b
Examples:
  banner themes
  banner themes --campaign my-shop --json
"""
)
@campaign_option
@json_option
def themes(campaign: Path | None, as_json: bool) -> None:
    """List the themes that can be found: in CAMPAIGN/themes, in BANNER_THEMES, and among the shipped ones."""
    from banner_engine.errors import BannerError
    from banner_engine.load.folder import find_campaign, theme_finder

    try:
        folder = campaign or find_campaign(Path.cwd())
    except BannerError:
        folder = None
    finder = theme_finder(folder)
    found, broken = [], False
    for name in finder.names():
        try:
            found.append(finder.load(name))
        except BannerError as error:
            broken = True
            say(f"Error: {error}")
    if as_json:
        rows = [
            {
                "name": theme.name,
                "title": theme.title,
                "mood": theme.mood,
                "palettes": list(theme.palettes),
                "layouts": list(theme.layouts),
                "seeds": list(theme.seeds),
                "grades": list(theme.grades),
                "path": str(theme.folder),
            }
            for theme in found
        ]
        print_json({"themes": rows})
    else:
        width = max((len(theme.name) for theme in found), default=0)
        for theme in found:
            click.echo(f"{theme.name:<{width}}  {theme.mood}")
            click.echo(
                f"{'':<{width}}  palettes: {', '.join(theme.palettes)}; layouts: {', '.join(theme.layouts)}"
            )
    if broken:
        raise click.exceptions.Exit(2)
