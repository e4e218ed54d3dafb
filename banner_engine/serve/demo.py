"""`/demo`: the placements of a campaign as a shop's page would show them, and what was counted. Loopback only."""

from __future__ import annotations

import asyncio
from html import escape
from urllib.parse import parse_qs

from banner_engine.report import report
from banner_engine.report.campaign import settings_of
from banner_engine.serve.admin import is_near
from banner_engine.serve.decisions import DecisionRequest, Decisions
from banner_engine.serve.http import Answer, HttpError, Request
from banner_engine.serve.settings import Settings
from banner_engine.serve.site import Site
from banner_engine.serve.tags import page_headers

_STYLE = """\
*{box-sizing:border-box}
body{font:15px/1.5 system-ui,sans-serif;margin:0;color:#1c1c1e;background:#f6f6f8}
header{background:#fff;padding:1rem 2rem;border-bottom:1px solid #e2e2e8;display:flex;gap:1.5rem;
align-items:center;flex-wrap:wrap}header h1{font-size:1.1rem;margin:0}
form{display:flex;gap:.5rem;align-items:center;flex-wrap:wrap}
input,select,button{font:inherit;padding:.3rem .6rem;border:1px solid #c8c8d0;border-radius:6px;
background:#fff}button{background:#1c1c1e;color:#fff;border-color:#1c1c1e}
main{max-width:1280px;margin:0 auto;padding:1.5rem 2rem}
.spots{display:flex;flex-wrap:wrap;gap:1.5rem;align-items:flex-start}
figure{margin:0;background:#fff;padding:.75rem;border-radius:10px;border:1px solid #e2e2e8;
max-width:100%;overflow:auto}figcaption{font-size:.8rem;color:#5a5a62;margin-top:.5rem;max-width:40rem}
table{border-collapse:collapse;background:#fff;border-radius:10px}
td,th{padding:.35rem .9rem;text-align:right}td:first-child,th:first-child{text-align:left}
th{font-weight:600;border-bottom:1px solid #e2e2e8}h2{font-size:1rem;margin-top:2rem}"""


async def demo(sites: dict[str, Site], decisions: Decisions, request: Request, settings: Settings) -> Answer:
    """The page; a POST chooses whose page it is, so that no URL says a user."""
    if not settings.private or not is_near(request):
        raise HttpError(404, "there is nothing here", kind="route")
    chosen = await _chosen(request)
    site = sites.get(chosen.get("campaign", "")) or next(iter(sites.values()))
    spots = []
    for placement in site.view.campaign.placements:
        asked = DecisionRequest(
            placement=placement.id, user=chosen.get("user") or None, locale=chosen.get("locale") or None
        )
        try:
            made = await decisions.made(asked)
        except HttpError as error:
            spots.append(f"<figure>{escape(placement.id)}<figcaption>{escape(error.message)}</figure>")
            continue
        if not made:
            spots.append(
                f"<figure>{escape(placement.id)}<figcaption>The campaign is not in its flight.</figure>"
            )
        for said in made:
            why = said["why"]
            who = "a known user's taste" if why["personal"] else "what sells well"
            spots.append(
                f"<figure>{said['html']}<figcaption><b>{escape(placement.id)}</b> · {escape(why['theme'])}/"
                f"{escape(why['palette'])} · {escape(why['copy'])} · {escape(why['product'])} · "
                f"probability {why['propensity']:.3f} · {who}</figcaption></figure>"
            )
    counted = await asyncio.to_thread(_counted, site)
    body = _page(sites, site, chosen, "".join(spots), counted)
    return Answer(200, body.encode(), _headers(settings))


def _headers(settings: Settings) -> tuple[tuple[bytes, bytes], ...]:
    own = page_headers(settings.base)
    return tuple((name, value.replace(b"form-action 'none'", b"form-action 'self'")) for name, value in own)


async def _chosen(request: Request) -> dict[str, str]:
    if request.method != "POST":
        return {}
    try:
        return {name: values[0] for name, values in parse_qs((await request.body(10_000)).decode()).items()}
    except UnicodeDecodeError:
        raise HttpError(400, "the form cannot be read") from None


def _counted(site: Site) -> str:
    table = report(site.store, settings_of(site.view.campaign, site.store), by=["placement"])
    rows = "".join(
        f"<tr><td>{escape(str(row.key[0]))}<td>{row.impressions:,}<td>{row.clicks:,}"
        f"<td>{'–' if row.ctr is None else f'{row.ctr:.2%}'}"
        for row in table.rows
    )
    head = "<table><tr><th>placement<th>impressions<th>clicks<th>CTR"
    return f"{head}{rows}</table>" if rows else "<p>Nothing yet.</p>"


def _page(sites: dict[str, Site], site: Site, chosen: dict[str, str], spots: str, counted: str) -> str:
    def options(values: list[str], now: str) -> str:
        return "".join(
            f"<option{' selected' if value == now else ''}>{escape(value)}</option>" for value in values
        )

    campaign = site.view.campaign
    campaigns, locales = (
        options(list(sites), site.id),
        options(list(campaign.locales), chosen.get("locale", "")),
    )
    user = escape(chosen.get("user", ""))
    form = (
        f'<form method="post" action="/demo"><select name="campaign" aria-label="Campaign">{campaigns}</select>'
        f'<select name="locale" aria-label="Locale">{locales}</select>'
        f'<input name="user" placeholder="user key" aria-label="User key" value="{user}">'
        f"<button>Show</button></form>"
    )
    title = escape(campaign.title)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title} – demo</title>'
        f"<style>{_STYLE}</style></head><body><header><h1>{title}</h1>{form}</header>"
        f'<main><div class="spots">{spots}</div><h2>Counted so far</h2>{counted}</main></body></html>'
    )
