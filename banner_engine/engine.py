"""The engine: a campaign, opened. Every command is a few lines over it.

load → prepare → fit → select → plan → paint → encode → deliver → track
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path

from banner_engine.errors import BannerError, did_you_mean
from banner_engine.load.folder import CampaignFolder, load_campaign
from banner_engine.load.presets import preset
from banner_engine.load.product import Product
from banner_engine.locales import is_rtl
from banner_engine.prepare import (
    Cutout,
    CutoutStore,
    Failed,
    PictureJob,
    Prepared,
    installed_cutter,
    prepare_all,
)
from banner_engine.recipe import Recipe
from banner_engine.select.decide import Decider
from banner_engine.select.policy import policy_of
from banner_engine.select.pool import Combination, Pool, Space
from banner_engine.select.score import Shelf
from banner_engine.state import State
from banner_engine.track import Store
from banner_engine.track.pauses import Paused, read_pauses, standing
from banner_engine.workshop import Workshop

Tick = Callable[[int, int], None]
"""Progress: (done, total)."""


def _link_name(link: str) -> str:
    return hashlib.sha256(link.encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Spaces:
    """Which spaces a run serves. Empty: all placements, all their sizes."""

    placements: tuple[str, ...] = ()
    sizes: tuple[tuple[int, int], ...] = ()


@dataclass
class Engine:
    """A campaign and all that it needs, opened at one moment.

    moment: the time (with a zone) that prices, sales and the flight are seen at; nothing else reads a
    clock. Raises BannerError(s) where the campaign is wrong.
    """

    loaded: CampaignFolder
    state: State
    moment: dt.datetime
    problems: list[BannerError] = field(default_factory=list)

    @classmethod
    def open(cls, campaign: Path, *, as_of: dt.datetime | None = None, store: Path | None = None) -> Engine:
        """Load a campaign's folder. as_of: the moment to see it at (now where None); without a zone it is
        local time of the campaign.
        """
        loaded = load_campaign(campaign)
        zone = loaded.campaign.zone
        moment = as_of or dt.datetime.now(zone).replace(microsecond=0)
        moment = moment.replace(tzinfo=zone) if moment.tzinfo is None else moment.astimezone(zone)
        return cls(loaded, State.of(loaded.folder, store), moment, list(loaded.problems))

    # -- prepare ----------------------------------------------------------------------------------

    @cached_property
    def store(self) -> CutoutStore:
        """Cut-outs: the state's folder is written, the campaign's own shipped ones are read."""
        return CutoutStore(self.state.cutouts, self.loaded.folder / self.loaded.campaign.cutouts)

    def fetch_pictures(self) -> list[BannerError]:
        """Fetch the pictures that the feed names by http(s), from hosts that the campaign allows. What
        cannot be had is returned; what was fetched before is not asked for again.
        """
        from banner_engine.prepare.fetch import fetch

        problems = []
        for product in self._products.values():
            if product.image is None and not self.fetched(product.image_link):
                self.state.make()
                try:
                    path = fetch(
                        product.image_link, self.state.pictures, allow_hosts=self.loaded.campaign.fetch_hosts
                    )
                except BannerError as error:
                    problems.append(self._at_row(product, error))
                    continue
                link = self.state.pictures / f"{_link_name(product.image_link)}.link"
                link.write_text(path.name, encoding="utf-8")
        return problems

    def fetched(self, link: str) -> Path | None:
        """The picture that was fetched from a link, or None."""
        try:
            name = (self.state.pictures / f"{_link_name(link)}.link").read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        picture = self.state.pictures / name
        return picture if picture.is_file() else None

    def ground_colours(self) -> list[str]:
        """What products will stand on: the first palette of each theme, a dark and a light tone."""
        grounds = []
        for theme in self.loaded.themes.values():
            colours = next(iter(theme.palettes.values()))
            names = ("disc-3", "niche-2", "sky-2", "ground")
            grounds.append(next((colours[name] for name in names if name in colours), "#3C3C40"))
        return grounds[:3]

    @cached_property
    def _products(self) -> Mapping[str, Product]:
        """The products of all markets by id, in id order."""
        products = {p.id: p for ps in self.loaded.products.values() for p in ps}
        return dict(sorted(products.items()))

    def _at_row(self, product: Product, error: BannerError) -> BannerError:
        """A picture's error, told of the row of the catalogue that names the picture."""
        by_hand = product.cutout not in ("auto", "no")
        return BannerError(
            f"{product.cutout if by_hand else product.image_link}: {error.message}",
            file=self.loaded.folder / self.loaded.campaign.catalogue,
            row=product.row,
            field="cutout" if by_hand else "image_link",
            hint=error.hint,
            kind=error.kind,
        )

    def _blamed(self, outcome: Failed) -> Failed:
        if outcome.error.file != str(outcome.job.path):
            return outcome
        return Failed(outcome.job, self._at_row(self._products[outcome.job.id], outcome.error))

    def picture_jobs(self) -> list[PictureJob]:
        """One job for each product that has a local picture (or a hand-made cut-out), in id order."""
        jobs = []
        for product in self._products.values():
            picture = product.image or self.fetched(product.image_link)
            if product.cutout not in ("auto", "no"):
                jobs.append(PictureJob(product.id, Path(product.cutout)))
            elif picture is not None:
                jobs.append(PictureJob(product.id, picture, "no" if product.cutout == "no" else "auto"))
        return jobs

    def prepare(self, *, workers: int = 1, tick: Tick | None = None) -> Iterator[Prepared | Failed]:
        """Cut out every picture that is not prepared yet; with the extra `cutout`, else as photo cards."""
        self.state.make()
        jobs = self.picture_jobs()
        done = prepare_all(jobs, self.store, workers=workers, cutter=installed_cutter())
        for number, outcome in enumerate(done, 1):
            if tick is not None:
                tick(number, len(jobs))
            yield self._blamed(outcome) if isinstance(outcome, Failed) else outcome

    @cached_property
    def cutouts(self) -> Mapping[str, Cutout]:
        """Cut-outs by product id. Missing local ones are made; a product without one is a problem."""
        found: dict[str, Cutout] = {}
        self.state.make()
        jobs = self.picture_jobs()
        for outcome in prepare_all(jobs, self.store, workers=1, cutter=None):
            if isinstance(outcome, Failed):
                self.problems.append(self._blamed(outcome).error)
            else:
                found[outcome.job.id] = outcome.cutout
        there = {job.id for job in jobs}
        hint = f"banner products prepare {self.loaded.folder} fetches it"
        for product in self._products.values():
            if product.id not in there:
                error = BannerError("the picture is not fetched yet", hint=hint, kind="picture")
                self.problems.append(self._at_row(product, error))
        return found

    # -- fit, plan, paint, encode -----------------------------------------------------------------

    @cached_property
    def workshop(self) -> Workshop:
        return self.open_workshop()()

    def open_workshop(self) -> Callable[[], Workshop]:
        """What makes a workshop like this engine's own, also in another process."""
        by_picture = {cutout.picture: cutout for cutout in self.cutouts.values()}
        return partial(
            Workshop, self.loaded, by_picture, self.state.scenery, self.moment, zones=self.state.zones
        )

    @cached_property
    def byte_budgets(self) -> Mapping[tuple[int, int], int]:
        """By size. Placements may share a variant, so the least budget of its size holds for all of them."""
        budgets: dict[tuple[int, int], int] = {}
        for placement in self.loaded.campaign.placements:
            for size in placement.sizes:
                budgets[size] = min(budgets.get(size, placement.byte_budget), placement.byte_budget)
        return budgets

    # -- select -----------------------------------------------------------------------------------

    def take_preset(self, name: str) -> tuple[str, ...]:
        """Serve a platform's placements in the place of the campaign's own; their ids. Before all else that is
        asked of the engine. Raises BannerError for an unknown preset.
        """
        placements = preset(name)
        campaign = self.loaded.campaign.model_copy(update={"placements": placements})
        self.loaded = replace(self.loaded, campaign=campaign)
        return tuple(placement.id for placement in placements)

    @cached_property
    def shelves(self) -> Mapping[str, Shelf]:
        """What can be shown now, by locale. Raises BannerError where a market has nothing to show."""
        shelves = {}
        for market in self.loaded.campaign.markets:
            ready = [p for p in self.loaded.products[market.id] if p.id in self.cutouts]
            shelf = Shelf.of(ready, self.moment)
            if not shelf.products:
                raise BannerError(
                    f"market '{market.id}' has no product in stock with a price and a picture",
                    file=self.loaded.folder / "campaign.yaml",
                    kind="config",
                )
            shelves.update(dict.fromkeys(market.locales, shelf))
        return shelves

    def spaces(self, wanted: Spaces, locale: str) -> list[Space]:
        """The spaces of a locale. Raises BannerError for a placement or size that the campaign lacks."""
        campaign = self.loaded.campaign
        known = {p.id for p in campaign.placements}
        for name in wanted.placements:
            if name not in known:
                raise BannerError(
                    f"unknown placement '{name}'", field="--placements", hint=did_you_mean(name, known)
                )
        chosen = [p for p in campaign.placements if not wanted.placements or p.id in wanted.placements]
        known_sizes = dict.fromkeys(size for p in chosen for size in p.sizes)
        for size in wanted.sizes:
            if size not in known_sizes:
                hint = f"known: {', '.join(f'{w}x{h}' for w, h in known_sizes)}"
                raise BannerError(
                    f"no placement has the size {size[0]}x{size[1]}", field="--sizes", hint=hint
                )
        out = []
        for placement in chosen:
            sizes = [s for s in placement.sizes if not wanted.sizes or s in wanted.sizes]
            per_market = placement.max_variants // (len(placement.sizes) * len(campaign.locales))
            quota = max(1, per_market // len(self.shelves[locale].products))
            grade = placement.grade or campaign.grade
            out += [Space(placement.id, w, h, locale, grade, quota) for w, h in sizes]
        return out

    def combinations(self, space: Space) -> tuple[Combination, ...]:
        """Theme × palette × copy set × layout, as far as grades, shapes and what a platform covers allow."""
        out = []
        placement = self.loaded.campaign.placement(space.placement)
        covered = placement.covered if placement else (0, 0, 0, 0)
        rtl = is_rtl(space.locale)
        for theme in self.loaded.themes.values():
            if space.grade not in theme.grades:
                continue
            for layout in theme.layouts_for(space.width, space.height):
                if not theme.layouts[layout].keeps_clear(covered, rtl=rtl):
                    continue
                for palette in theme.palettes:
                    out += [
                        Combination(theme.name, palette, copy.id, layout)
                        for copy in self.loaded.copy_sets
                        if space.grade in copy.grades and (not copy.themes or theme.name in copy.themes)
                    ]
        return tuple(out)

    @cached_property
    def paused(self) -> Paused:
        """What operations have paused, as the store says when it is first asked."""
        if not self.state.track.exists():
            return Paused()
        with Store.open(self.state.track) as store, store.read() as connection:
            return Paused.of(standing(read_pauses(connection, self.loaded.campaign.id)))

    def pool(self, space: Space) -> Pool:
        """The arms of a space; what is paused is none."""
        disclosure = self.workshop.disclosure_text(space.placement, space.locale)
        paused = self.paused

        def judge(product: Product, combination: Combination, where: Space) -> Recipe | None:
            named = {"theme": combination.theme, "copy": combination.copy, "product": product.id}
            if paused.holds(where.placement, variant="", **named):
                return None
            picture = self.cutouts[product.id].picture
            recipe = self.workshop.judge(product, picture, combination, where, disclosure)
            if recipe is None or paused.holds(where.placement, variant=recipe.variant_id, **named):
                return None
            return recipe

        return Pool(space, self.combinations(space), judge)

    def decider(self, wanted: Spaces, *, seed: int, run_id: str, key: bytes | None = None) -> Decider:
        """What decides for profiles, pinned to this engine's moment. key: the campaign's own where None."""
        locales = self.loaded.campaign.locales
        pools = {
            locale: tuple(self.pool(space) for space in self.spaces(wanted, locale)) for locale in locales
        }
        return Decider(
            campaign=self.loaded.campaign.id,
            shelves=self.shelves,
            pools=pools,
            policy=policy_of(self.loaded.campaign.policy),
            moment=self.moment,
            seed=seed,
            run_id=run_id,
            key=key or self.state.key(),
        )

    def served_locale(self, locale: str | None) -> str:
        """The campaign's locale for a profile's: itself, else one of its language, else the first."""
        known = self.loaded.campaign.locales
        if locale is None:
            return known[0]
        if locale in known:
            return locale
        language = locale.split("-")[0]
        return next((one for one in known if one.split("-")[0] == language), known[0])

    @property
    def in_flight(self) -> bool:
        return self.loaded.campaign.in_flight(self.moment)
