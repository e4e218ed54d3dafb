"""banner fit"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from banner_engine.cli.common import Locale, Sizes, json_option, print_json


@click.command(
    epilog="""\b
Examples:
  banner fit "Gear up for less" --theme lacquer --slot headline --size 1200x628
  banner fit "山野装备狂欢" --theme double11 --slot headline --size 300x250 --locale zh-CN --json
"""
)
@click.argument("text")
@click.option("--theme", required=True, help="A theme's name or folder.")
@click.option("--slot", required=True, help="A slot, such as headline or cta.")
@click.option("--size", type=Sizes(), required=True, help="Such as 1200x628.")
@click.option("--locale", type=Locale(), default="en", show_default=True, help="Of the text.")
@click.option("--layout", help="A layout's name (default: the first of the size's shape).")
@json_option
def fit(text: str, theme: str, slot: str, size: Any, locale: str, layout: str | None, as_json: bool) -> None:
    """Show how a text is set in a slot of a theme: size, lines in visual order, widths, fonts, what is dropped."""
    from banner_engine.fit.trial import fit_slot
    from banner_engine.load.folder import theme_finder

    result = fit_slot(theme_finder(Path.cwd()).load(theme), slot, text, size[0], locale, layout)
    if as_json:
        print_json(result)
        return
    if result["size"] is None:
        click.echo("does not fit")
    else:
        click.echo(f"{result['size']:g} px, {', '.join(result['fonts'])}")
        for line, width in zip(result["lines"], result["widths"], strict=True):
            click.echo(f"  {line}  ({width:.1f} px)")
