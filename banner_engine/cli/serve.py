"""banner serve"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from banner_engine.cli.common import say, state_options


@click.command(
    epilog="""\b
Examples:
  banner serve my-shop
  banner serve my-shop --host 0.0.0.0 --base-url https://ads.example   # with BANNER_KEY, BANNER_ADMIN_TOKEN
"""
)
@click.argument("campaigns", nargs=-1, type=click.Path(path_type=Path))
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), default=8080, show_default=True, help="Port.")
@click.option("--base-url", default="", help="What URLs in answers begin with (default: http://HOST:PORT).")
@click.option(
    "--admin-token-file",
    type=click.Path(path_type=Path),
    help="File with the token of /admin and /metrics (default: BANNER_ADMIN_TOKEN).",
)
@click.option(
    "--queue", type=click.IntRange(1), default=64, show_default=True, help="Cold banners that may wait."
)
@click.option(
    "--patience", type=click.FloatRange(0.01, 60), default=2.0, show_default=True,
    help="Seconds that a request waits for a cold banner.",
)  # fmt: skip
@click.option("--tcf-vendor", type=click.IntRange(1, 65535), help="Your id in the IAB's list of vendors.")
@click.option(
    "--log", type=click.Choice(["requests", "problems"]), default="requests", show_default=True,
    help="Log lines for every request, or for what failed here.",
)  # fmt: skip
@click.option(
    "--trust-proxy", default="127.0.0.1", show_default=True, metavar="ADDRESSES",
    help="Proxies whose X-Forwarded-For is believed.",
)  # fmt: skip
@state_options
def serve(
    campaigns: tuple[Path, ...],
    host: str,
    port: int,
    base_url: str,
    admin_token_file: Path | None,
    queue: int,
    patience: float,
    tcf_vendor: int | None,
    log: str,
    trust_proxy: str,
    store: Path | None,
    as_of: dt.datetime | None,
) -> None:
    """Answer ad systems: decide, draw, count. CAMPAIGNS: folders (default: the nearest with a campaign.yaml).

    POST /v1/decisions, static tags, OpenRTB 2.6; /docs lists it all. SIGHUP reads the campaigns again, SIGTERM
    ends: requests under way are answered, and all events are on the disk.
    """
    from banner_engine.errors import BannerError
    from banner_engine.load.folder import find_campaign
    from banner_engine.serve.settings import Settings, admin_token

    try:
        from banner_engine.serve.run import serve as run
    except ImportError as error:
        raise BannerError(
            f"the server needs the extra 'serve' ({error.name} is missing)",
            hint="pip install 'banner-engine[serve]'",
            kind="config",
        ) from None
    if store is not None and len(campaigns) > 1:
        raise click.UsageError("--store names the state of one campaign.")
    folders = [f.parent if f.name == "campaign.yaml" else f for f in campaigns] or [find_campaign(Path.cwd())]
    settings = Settings(
        host=host,
        port=port,
        base_url=base_url,
        admin_token=admin_token(admin_token_file),
        waiting=queue,
        patience=patience,
        tcf_vendor=tcf_vendor,
        log=log,
        forwarded_allow_ips=trust_proxy,
    )
    run(
        folders,
        settings,
        as_of=as_of,
        state=store,
        told=lambda base, app: say(f"Serving {base} ({base}/docs)"),
    )
