"""`POST /v1/decisions`: who, where, how many; the answer is URLs, a tag, and why."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from banner_engine.errors import BannerError, did_you_mean
from banner_engine.load.campaign import Placement, parse_size
from banner_engine.serve.consent import Consent, may_personalise
from banner_engine.serve.decide import Ask, Decided, Drawer, picture
from banner_engine.serve.desk import COLD
from banner_engine.serve.events import parse_expiry
from banner_engine.serve.http import NO_STORE, SEALED, Answer, HttpError, Request, json_answer, told
from banner_engine.serve.settings import Settings
from banner_engine.serve.site import Site, View
from banner_engine.serve.tags import html_tag
from banner_engine.serve.urls import urls_of

MOST_BATCH, MOST_N = 100, 10


class DecisionRequest(BaseModel):
    """One place to fill. `user` is your own key of a user: it finds loaded preferences, and is never kept,
    logged, or put into a URL. `profile` says preferences outright, as a line of a file of profiles does.
    """

    model_config = ConfigDict(extra="forbid", strict=True)

    placement: str = Field(max_length=64)
    size: str | None = Field(
        default=None, max_length=12, description="such as 300x250; the placement's first"
    )
    locale: str | None = Field(default=None, max_length=35)
    user: str | None = Field(default=None, max_length=512)
    profile: dict[str, Any] | None = None
    consent: Consent = Consent()
    n: Annotated[int, Field(ge=1, le=MOST_N)] = 1


class DecisionBatch(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    requests: list[DecisionRequest] = Field(min_length=1, max_length=MOST_BATCH)


def invalid(error: ValidationError) -> HttpError:
    """The first mistake of a body, with its place in it."""
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    where = ".".join(str(part) for part in first["loc"]) or None
    return HttpError(400, first["msg"].removeprefix("Value error, "), field=where)


class Decisions:
    """Answers decisions for all sites. sites: by the placements that they have."""

    def __init__(self, sites: dict[str, Site], settings: Settings) -> None:
        self._sites, self._settings = sites, settings

    async def answer(self, request: Request) -> Answer:
        body = await request.body()
        try:
            # one request is by far the most common: a batch is what does not look like one
            if b'"requests"' in body:
                batch = DecisionBatch.model_validate_json(body)
                answers = await asyncio.gather(*[self._item(one) for one in batch.requests])
                return json_answer({"answers": answers})
            asked = DecisionRequest.model_validate_json(body)
        except ValidationError as error:
            raise invalid(error) from None
        if "image/jpeg" in request.headers.get("accept", "") and asked.n == 1:
            return await self._image(request, asked)
        found = await self._decide(asked)
        if not found:
            request.outcome = "decision:flight"
            return Answer(204, b"", (NO_STORE,))
        request.outcome = "decision:made"
        site = self._sites[asked.placement]
        return json_answer({"decisions": [self._said(site, one) for one in found]})

    async def made(self, asked: DecisionRequest) -> list[dict[str, Any]]:
        """The decisions of one request as answers say them; [] outside of the flight."""
        found = await self._decide(asked)
        return [self._said(self._sites[asked.placement], one) for one in found]

    async def _item(self, asked: DecisionRequest) -> dict[str, Any]:
        try:
            return {"decisions": await self.made(asked)}
        except BannerError as error:
            return {**told(error), "status": error.status}

    async def _image(self, request: Request, asked: DecisionRequest) -> Answer:
        """The picture itself, for who asks for image/jpeg: decided and drawn in one round trip."""
        found = await self._decide(asked)
        if not found:
            request.outcome = "decision:flight"
            return Answer(204, b"", (NO_STORE,))
        request.outcome = "decision:made"
        site, one = self._sites[asked.placement], found[0]
        urls = urls_of(self._settings.base, one.ready, one.token)
        headers = (
            (b"content-type", b"image/jpeg"),
            (b"x-banner-variant", one.ready.variant_id.encode()),
            (b"x-banner-decision", one.record.decision_id.encode()),
            (b"x-banner-click", urls.click.encode()),
            (b"x-banner-impression", urls.impression.encode()),
            NO_STORE,
            SEALED,
        )
        return Answer(200, await picture(site, site.view, one.ready, self._settings.patience), headers)

    async def _decide(self, asked: DecisionRequest) -> list[Decided]:
        """n decisions of different variants, or [] outside of the flight."""
        site = site_of(self._sites, asked.placement)
        view = site.view
        if not view.campaign.in_flight(site.clock()):
            return []
        drawer = Drawer(site, view, ask_of(site, view, asked, self._settings))
        found: list[Decided] = []
        for _ in range(asked.n):
            try:
                one = drawer.warm() or await drawer.decided(self._settings.patience)
            except HttpError as error:
                if found and error.status == 404:
                    break  # fewer variants than were asked for
                raise
            site.later.keep(one.record)
            found.append(one)
            drawer.again()
        return found

    def _said(self, site: Site, one: Decided) -> dict[str, Any]:
        record, ready = one.record, one.ready
        urls = urls_of(self._settings.base, ready, one.token)
        size = (ready.recipe.width, ready.recipe.height)
        alt = ready.alt
        return {
            "decision_id": record.decision_id,
            "variant_id": record.variant_id,
            "placement": record.placement,
            "width": size[0],
            "height": size[1],
            "image_url": urls.image,
            "click_url": urls.click,
            "impression_url": urls.impression,
            "view_url": urls.view,
            "alt": alt,
            "html": html_tag(urls, alt, size),
            "expires": parse_expiry(site.view.keyring.read(one.token, site.clock())),
            "why": {
                "policy": record.policy,
                "propensity": record.propensity,
                "theme": record.theme,
                "palette": record.palette,
                "layout": record.layout,
                "copy": record.copy,
                "product": record.product,
                "product_type": record.product_type,
                "locale": record.locale,
                "personal": one.personal,
            },
        }


def site_of(sites: dict[str, Site], placement: str) -> Site:
    """The campaign that has a placement. HttpError 404 where none has."""
    site = sites.get(placement)
    if site is None:
        hint = did_you_mean(placement, sites) if placement.isprintable() else None
        raise HttpError(404, "no such placement", field="placement", hint=hint)
    return site


def size_of(placement: Placement, text: str | None) -> tuple[int, int]:
    """A size of a placement by its name, its first without one. HttpError 400 for any other."""
    if text is None:
        return placement.sizes[0]
    try:
        size = parse_size(text)
    except ValueError:
        size = (0, 0)
    if size not in placement.sizes:
        known = ", ".join(f"{w}x{h}" for w, h in placement.sizes)
        raise HttpError(400, "the placement has no such size", field="size", hint=f"known: {known}")
    return size


def ask_of(site: Site, view: View, asked: DecisionRequest, settings: Settings) -> Ask:
    placement = view.campaign.placement(asked.placement)
    if placement is None:
        raise HttpError(404, "no such placement", field="placement")
    size = size_of(placement, asked.size)
    locale = view.engine.served_locale(asked.locale)
    if not may_personalise(asked.consent, settings.tcf_vendor):
        return Ask(placement, size, locale)
    user = site.people.pseudonym(asked.user) if asked.user else None
    if asked.profile is not None:
        return Ask(placement, size, locale, site.people.inline(asked.profile), user)
    profile = site.people.find(user) if user else None
    if profile is None:
        return Ask(placement, size, locale, COLD, user)
    locale = view.engine.served_locale(asked.locale or profile.locale)
    return Ask(placement, size, locale, profile, user)
