"""For those who run the server: reload and metrics, behind a token (metrics on loopback without one)."""

from __future__ import annotations

import hmac

from banner_engine.errors import BannerError
from banner_engine.serve.http import Answer, HttpError, Request, json_answer
from banner_engine.serve.settings import Settings, is_loopback
from banner_engine.serve.site import Site


def has_token(request: Request, settings: Settings) -> bool:
    given = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
    return bool(settings.admin_token) and hmac.compare_digest(given.encode(), settings.admin_token.encode())


def need_token(request: Request, settings: Settings) -> None:
    """HttpError 401 unless the request carries the admin token; 403 where the server has none."""
    if not settings.admin_token:
        raise HttpError(
            403, "the server has no admin token", hint="start it with BANNER_ADMIN_TOKEN", kind="admin"
        )
    if not has_token(request, settings):
        raise HttpError(401, "this needs the admin token", hint="Authorization: Bearer …", kind="admin")


def is_near(request: Request) -> bool:
    """Whether a request comes from this machine and from no proxy, by a name of this machine: a page of
    another site cannot ask for it through a name of its own (DNS rebinding).
    """
    headers = request.headers
    if any(name in headers for name in ("forwarded", "x-forwarded-for", "via", "x-real-ip")):
        return False
    host = headers.get("host", "")
    name = host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]
    return is_loopback(request.address or "") and is_loopback(name)


async def reload(sites: dict[str, Site], request: Request, settings: Settings) -> Answer:
    """Read all campaigns again; requests under way are not disturbed. 409 where one cannot be read: it is
    served on as it was.
    """
    need_token(request, settings)
    told: dict[str, str] = {}
    for site in sites.values():
        try:
            await site.reload()
        except BannerError as error:
            told[site.id] = error.message
        else:
            told[site.id] = "reloaded"
    failed = any(text != "reloaded" for text in told.values())
    return json_answer({"campaigns": told}, 409 if failed else 200)
