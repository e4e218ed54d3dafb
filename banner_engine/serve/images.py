"""Pictures by variant: kept for ever where the URL names the rendition, five minutes where it does not."""

from __future__ import annotations

from functools import partial

from banner_engine.encode import steps_of
from banner_engine.encode.formats import FORMATS
from banner_engine.errors import BannerError
from banner_engine.serve.decide import picture
from banner_engine.serve.desk import Recent
from banner_engine.serve.http import SEALED, Answer, Header, HttpError, Request
from banner_engine.serve.ready import Ready, recipe_of
from banner_engine.serve.site import Site, View
from banner_engine.workshop import Order

ENDINGS = {ending: format for format, ending in FORMATS.items()}
TYPES = {ending: f"image/{format}".encode() for ending, format in ENDINGS.items()}
FOREVER: Header = (b"cache-control", b"public, max-age=31536000, immutable")
SHORT: Header = (b"cache-control", b"public, max-age=300")
MOST_OTHERS = 200
"""PNG, WebP and AVIF files that are kept in memory: each costs 40 to 110 ms to make."""


class Pictures:
    """Answers `GET /v1/variants/{id}.{ending}`."""

    def __init__(self) -> None:
        self._others: Recent[tuple[int, str, str], bytes] = Recent(MOST_OTHERS)

    async def answer(self, site: Site, request: Request, name: str, patience: float) -> Answer:
        variant_id, _, ending = name.partition(".")
        if ending not in TYPES:
            raise HttpError(404, f"no such format: .{ending}", hint=f"known: {', '.join(TYPES)}")
        view = site.view
        ready = await self.ready(site, view, variant_id, patience)
        etag = f'"{ready.etag.removesuffix("jpg")}{ending}"'
        fresh = request.query.get("v") == ready.fingerprint if request.scope["query_string"] else False
        headers = (
            (b"content-type", TYPES[ending]),
            (b"etag", etag.encode()),
            FOREVER if fresh else SHORT,
            SEALED,
        )
        wanted = request.headers.get("if-none-match", "")
        if wanted and (
            wanted == "*" or etag in [one.strip().removeprefix("W/") for one in wanted.split(",")]
        ):
            return Answer(304, b"", headers[1:])
        if ending == "jpg":
            return Answer(200, await picture(site, view, ready, patience), headers)
        return Answer(200, await self._other(site, view, ready, ending, patience), headers)

    async def ready(self, site: Site, view: View, variant_id: str, patience: float) -> Ready:
        """A variant that is drawn, or that the store knows, from an earlier life of a server or a run."""
        found = view.shelf.get(variant_id)
        if found is not None:
            return found
        record = await site.variant(variant_id)
        if record is None:
            raise HttpError(404, "no such variant", kind="variant")
        work = partial(view.shelf.draw, recipe_of(record), record.copy, record.product_type)
        try:
            await site.studio.make(("draw", id(view.shelf), variant_id), work, patience)
        except BannerError as error:
            if isinstance(error, HttpError):
                raise
            raise HttpError(
                410, f"the variant cannot be drawn any more: {error.message}", kind="variant"
            ) from None
        ready = view.shelf.get(variant_id)
        assert ready is not None
        return ready

    async def _other(self, site: Site, view: View, ready: Ready, ending: str, patience: float) -> bytes:
        key = (id(view.shelf), ready.variant_id, ending)
        found = self._others.get(key)
        if found is None:
            format, campaign = ENDINGS[ending], view.campaign
            size = (ready.recipe.width, ready.recipe.height)
            budgets = view.engine.byte_budgets
            order = Order(ready.recipe, format, budgets.get(size, max(budgets.values())))
            work = partial(view.engine.workshop.rendition, order, steps_of(format, campaign.ladder))
            made = await site.studio.make(key, work, max(patience, 5.0))
            found = made.data
            self._others.put(key, found)
        return found
