"""banner tag"""

from __future__ import annotations

from pathlib import Path

import click

from banner_engine.cli.common import Locale, campaign_option, json_option, open_engine, print_json


@click.command(
    epilog="""\b
Examples:
  banner tag home-hero --campaign my-shop
  banner tag feed-card --for gam --base-url https://ads.example
  banner tag newsletter --for mail --correlator "*|UNIQID|*" --base-url https://ads.example
"""
)
@click.argument("placement")
@campaign_option
@click.option(
    "--for", "kind", default="html", show_default=True, metavar="KIND",
    help="html: any page; gam: Google Ad Manager; mail; iframe.",
)  # fmt: skip
@click.option(
    "--base-url", default="http://127.0.0.1:8080", show_default=True, help="Where the server is reached."
)
@click.option("--size", help="Such as 300x250 (default: the placement's first).")
@click.option("--locale", type=Locale(), help="Language of the banner (default: the campaign's first).")
@click.option(
    "--correlator", help="What joins image and click: your own macro for a random number or a mail's id."
)
@json_option
def tag(
    placement: str,
    campaign: Path | None,
    kind: str,
    base_url: str,
    size: str | None,
    locale: str | None,
    correlator: str | None,
    as_json: bool,
) -> None:
    """Print the tag of a placement, to be pasted into a page, a mail or an ad server.

    Image and click carry the same r: a number that is new for each view, or one text for each mail. No user
    may stand in it.
    """
    from banner_engine.deliver.links import check_base_url
    from banner_engine.serve.macros import static_tag

    check_base_url(base_url)
    engine = open_engine(campaign, None, None)
    text = static_tag(
        engine.loaded.campaign, placement, kind, base_url, size=size, locale=locale, correlator=correlator
    )
    if as_json:
        print_json({"placement": placement, "for": kind, "tag": text})
    else:
        click.echo(text)
