"""A campaign's folder, loaded whole: every later stage reads this value and no file of its own."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from banner_engine.errors import BannerError
from banner_engine.load.campaign import Campaign, Market, load_campaign_file
from banner_engine.load.catalogue import apply_feed, load_catalogue
from banner_engine.load.copysets import CopySet, load_copy
from banner_engine.load.finder import ThemeFinder
from banner_engine.load.product import Product
from banner_engine.load.theme import Theme
from banner_engine.shipped import shipped


@dataclass(frozen=True, slots=True)
class LogoFile:
    path: Path
    digest: str


@dataclass(frozen=True, slots=True)
class CampaignFolder:
    """products: by market id. logos: by ground ("dark", "light"). problems: rows that were left out.
    digests: SHA-256 of every input file that decides what a run makes, by path relative to the folder.
    """

    folder: Path
    campaign: Campaign
    themes: Mapping[str, Theme]
    copy_sets: tuple[CopySet, ...]
    products: Mapping[str, tuple[Product, ...]]
    logos: Mapping[str, LogoFile]
    problems: tuple[BannerError, ...]
    digests: Mapping[str, str]

    def market_of(self, locale: str) -> Market:
        return self.campaign.market_of(locale)


def find_campaign(start: Path) -> Path:
    """`start` itself where it holds a campaign.yaml (or is one), else the nearest parent that does."""
    start = start.resolve()
    if start.is_file() and start.name == "campaign.yaml":
        return start.parent
    for folder in (start, *start.parents):
        if (folder / "campaign.yaml").is_file():
            return folder
    raise BannerError(
        "no campaign.yaml here or in any parent folder", file=start, hint="banner init DIR makes one"
    )


def theme_finder(campaign: Path | None = None) -> ThemeFinder:
    """Themes of the campaign, of BANNER_THEMES, then the shipped ones."""
    folders = [] if campaign is None else [campaign / "themes"]
    folders += [Path(part) for part in os.environ.get("BANNER_THEMES", "").split(os.pathsep) if part]
    return ThemeFinder(*folders, shipped("themes"))


def load_campaign(folder: Path) -> CampaignFolder:
    """Everything in a campaign's folder. Raises BannerError(s) where the campaign itself is wrong;
    single rows of feeds that are wrong are left out and kept as `problems`.
    """
    if not (folder / "campaign.yaml").is_file():
        raise BannerError(
            "no campaign.yaml here" if folder.is_dir() else "no such folder",
            file=folder,
            hint="banner init DIR makes a campaign",
        )
    campaign = load_campaign_file(folder)
    where = folder / "campaign.yaml"
    files = [where]

    def part(relative: str, field: str) -> Path:
        path = folder / relative
        if not path.is_file():
            raise BannerError(f"no such file: {relative}", file=where, field=field, kind="config")
        files.append(path)
        return path

    finder = theme_finder(folder)
    themes = {}
    for index, name in enumerate(campaign.themes):
        try:
            themes[name] = finder.load(name)
        except BannerError as error:
            if error.file is None:
                error.file, error.field = str(where), f"themes[{index}]"
            raise
    copy_sets = load_copy(part(campaign.copy_file, "copy"))
    problems: list[BannerError] = []
    refused: set[str] = set()
    main = load_catalogue(part(campaign.catalogue, "catalogue"), problems, refused)
    products = {}
    for index, market in enumerate(campaign.markets):
        if market.feed is None:
            products[market.id] = tuple(
                p for p in main if p.price is not None and p.price.currency == market.currency
            )
        else:
            feed = part(market.feed, f"markets[{index}].feed")
            products[market.id] = apply_feed(main, feed, market.currency, problems, refused)
        if not products[market.id]:
            raise BannerError(
                f"market '{market.id}' has no product with a price in {market.currency}",
                file=where,
                field=f"markets[{index}]",
                kind="config",
            )
    logos = {}
    for ground in ("dark", "light"):
        name = getattr(campaign.brand.logo, ground)
        if name is not None:
            path = part(name, f"brand.logo.{ground}")
            logos[ground] = LogoFile(path, hashlib.sha256(path.read_bytes()).hexdigest())
    digests = {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files
    } | {f"theme:{name}": theme.digest for name, theme in themes.items()}
    return CampaignFolder(folder, campaign, themes, copy_sets, products, logos, tuple(problems), digests)
