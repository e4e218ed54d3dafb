"""`campaign.yaml`: what a campaign is made of, and where the rest of it lies."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)

from banner_engine.load.money import Money, parse_money
from banner_engine.load.yamlio import read_yaml, validate

Grade = Literal["S", "A", "B", "C"]
GRADES: tuple[Grade, ...] = ("S", "A", "B", "C")
MIN_SIDE, MAX_SIDE = 30, 4096
_SIZE = re.compile(r"^([0-9]+)x([0-9]+)$")
_ID = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")
_BYTES = re.compile(r"^([0-9]+(?:\.[0-9]+)?)\s*(B|kB|KB|MB)?$")

Size = tuple[int, int]


def parse_size(value: Any) -> Size:
    """`300x250` as (300, 250), px. Raises ValueError."""
    found = _SIZE.match(str(value).strip().lower().replace("×", "x"))
    if not found:
        raise ValueError(f"'{value}' is no size: write width x height in pixels, such as '300x250'")
    width, height = int(found[1]), int(found[2])
    if not (MIN_SIDE <= width <= MAX_SIDE and MIN_SIDE <= height <= MAX_SIDE):
        raise ValueError(f"'{value}' is out of range: each side must be {MIN_SIDE} to {MAX_SIDE} px")
    return width, height


def _bytes(value: Any) -> int:
    found = _BYTES.match(str(value).strip())
    if not found or float(found[1]) <= 0:
        raise ValueError(f"'{value}' is no byte budget: write a number of bytes, or '150kB'")
    unit = {"B": 1, None: 1, "kB": 1000, "KB": 1000, "MB": 1_000_000}[found[2]]
    return int(float(found[1]) * unit)


def _money(value: Any) -> Money:
    return value if isinstance(value, Money) else parse_money(str(value))


def check_id(value: Any) -> str:
    if not isinstance(value, str | int) or isinstance(value, bool) or not _ID.match(str(value)):
        raise ValueError(f"'{value}' is no id: use letters, digits, '.', '_' and '-', at most 64")
    return str(value)


def _currency(value: Any) -> str:
    if not re.fullmatch("[A-Z]{3}", str(value)):
        raise ValueError(f"'{value}' is no currency: write its code of ISO 4217, such as 'CNY'")
    return str(value)


def _domain(value: Any) -> str:
    if not re.fullmatch(r"([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}", str(value)):
        raise ValueError(
            f"'{value}' is no domain: write it without https:// and path, such as 'shop.example'"
        )
    return str(value)


def _category(value: Any) -> str:
    if not re.fullmatch(r"IAB[0-9]{1,2}(-[0-9]{1,2})?", str(value)):
        raise ValueError(f"'{value}' is no category of the IAB: write it like 'IAB18' or 'IAB17-18'")
    return str(value)


def check_locale(value: Any) -> str:
    if not re.fullmatch("[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", str(value)):
        raise ValueError(f"'{value}' is no locale: write a tag of BCP 47, such as 'zh-CN'")
    return str(value)


def _once(what: str, names: Sequence[str]) -> None:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"{what} '{twice[0]}' stands twice")


Id = Annotated[str, BeforeValidator(check_id)]
Share = Annotated[float, Field(ge=0, lt=0.5)]


class Strict(BaseModel):
    """A frozen model that refuses keys it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class Logo(Strict):
    dark: str | None = None
    """Picture (SVG or PNG) for dark grounds."""
    light: str | None = None
    """Picture for light grounds."""


class Brand(Strict):
    name: str | dict[str, str]
    logo: Logo = Logo()

    def named(self, locale: str) -> str:
        return self.name if isinstance(self.name, str) else localised(self.name, locale) or ""


class Flight(Strict):
    """First and last day (both included), in the campaign's time zone."""

    start: dt.date
    end: dt.date

    @model_validator(mode="after")
    def _ordered(self) -> Flight:
        if self.end < self.start:
            raise ValueError(f"the flight ends ({self.end}) before it starts ({self.start})")
        return self


class Market(Strict):
    id: Id
    locales: tuple[Annotated[str, BeforeValidator(check_locale)], ...] = Field(min_length=1)
    currency: Annotated[str, BeforeValidator(_currency)]
    feed: str | None = None
    """Supplemental feed; overrides title, price, sale_price, link and availability by id."""


class Placement(Strict):
    id: Id
    sizes: tuple[Annotated[Size, BeforeValidator(parse_size)], ...] = Field(min_length=1)
    value_per_day: Annotated[Money, BeforeValidator(_money)] | None = None
    grade: Grade | None = None
    bid_cpm: Annotated[Money, BeforeValidator(_money)] | None = None
    """What an OpenRTB auction is offered for 1,000 impressions; without it nothing is bid here."""
    cpm: Annotated[Money, BeforeValidator(_money)] | None = None
    """What 1,000 net impressions cost, where the space is bought so; or:"""
    cpc: Annotated[Money, BeforeValidator(_money)] | None = None
    """what a net click costs. Reports work the spend out of them."""
    byte_budget: Annotated[int, BeforeValidator(_bytes)] = 150_000
    max_variants: int = Field(default=500, ge=1)
    disclosure: dict[str, str] | None = None
    covered: tuple[Share, Share, Share, Share] = (0, 0, 0, 0)
    """Left, top, right, bottom: shares of the canvas that the platform covers; copy stays out of them."""

    @model_validator(mode="after")
    def _bought_in_one_way(self) -> Placement:
        ways = [name for name in ("cpm", "cpc", "bid_cpm") if getattr(self, name) is not None]
        if len(ways) > 1:
            raise ValueError(f"a placement is bought in one way: leave out {' or '.join(ways)}")
        return self


class PolicySpec(Strict):
    kind: Literal["uniform", "fixed", "epsilon-greedy"] = "epsilon-greedy"
    epsilon: float = Field(default=0.3, gt=0, le=1)
    """epsilon-greedy: the share of choices drawn evenly; the rest goes to the best group."""
    weights: dict[str, Annotated[float, Field(ge=0, allow_inf_nan=False)]] = {}
    """fixed: weight of a theme by name (1 where unnamed, 0 for one that is never shown)."""


class OpenRtb(Strict):
    """What bids say of the campaign. cat: of the IAB content taxonomy 1.0; attr: of AdCOM's creative attributes."""

    adomain: tuple[Annotated[str, BeforeValidator(_domain)], ...] = ()
    """Domains of the advertiser (the landing URL's host where none is named)."""
    cat: tuple[Annotated[str, BeforeValidator(_category)], ...] = ()
    attr: tuple[Annotated[int, Field(ge=1, le=1000)], ...] = ()
    seat: Id | None = None


class Campaign(Strict):
    id: Id
    title: str
    brand: Brand
    landing_url: str
    timezone: str = "UTC"
    flight: Flight
    grade: Grade = "B"
    markets: tuple[Market, ...] = Field(min_length=1)
    themes: tuple[str, ...] = Field(min_length=1)
    catalogue: str
    cutouts: str = "cutouts"
    copy_file: str = Field(alias="copy")
    placements: tuple[Placement, ...] = Field(min_length=1)
    ladder: tuple[Annotated[int, Field(ge=30, le=95)], ...] = (84, 78, 72, 64, 56)
    disclosure: dict[str, str] = {}
    fetch_hosts: tuple[str, ...] = ()
    policy: PolicySpec = PolicySpec()
    openrtb: OpenRtb = OpenRtb()

    @field_validator("timezone")
    @classmethod
    def _zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            message = f"'{value}' is no time zone: write an IANA name, such as 'Asia/Shanghai'"
            raise ValueError(message) from None
        return value

    @field_validator("ladder")
    @classmethod
    def _falling(cls, value: tuple[int, ...]) -> tuple[int, ...]:
        if not value or list(value) != sorted(set(value), reverse=True):
            raise ValueError("the ladder of qualities must fall, such as [84, 76, 68]")
        return value

    @field_validator("landing_url")
    @classmethod
    def _landing(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"'{value}' is no landing URL: it must start with https:// and name a host")
        if "{" in parts.netloc:
            raise ValueError("the landing URL's host cannot hold a placeholder")
        for name in re.findall(r"\{([^}]*)\}", value):
            if name not in LANDING_FIELDS:
                raise ValueError(f"unknown placeholder '{{{name}}}'; known: {', '.join(LANDING_FIELDS)}")
        return value

    @field_validator("placements", "markets")
    @classmethod
    def _unique_ids(cls, value: tuple[Any, ...], info: ValidationInfo) -> tuple[Any, ...]:
        _once(str(info.field_name).removesuffix("s"), [one.id for one in value])
        if info.field_name == "markets":
            _once("locale", [locale for market in value for locale in market.locales])
        return value

    @field_validator("themes")
    @classmethod
    def _unique_themes(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        _once("theme", value)
        return value

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def locales(self) -> tuple[str, ...]:
        return tuple(locale for market in self.markets for locale in market.locales)

    def placement(self, placement_id: str) -> Placement | None:
        return next((p for p in self.placements if p.id == placement_id), None)

    def market_of(self, locale: str) -> Market:
        """The market that serves a locale: the same one, else the same language, else the first."""
        for market in self.markets:
            if locale in market.locales:
                return market
        language = locale.split("-")[0]
        for market in self.markets:
            if any(x.split("-")[0] == language for x in market.locales):
                return market
        return self.markets[0]

    def in_flight(self, moment: dt.datetime) -> bool:
        return self.flight.start <= moment.astimezone(self.zone).date() <= self.flight.end


LANDING_FIELDS = ("product.id", "product.link", "variant_id", "placement.id", "campaign.id", "locale")


def localised(texts: dict[str, Any], locale: str) -> Any | None:
    """The value for a locale: exact, parents (zh-Hans-CN → zh-Hans → zh), same language, en, first."""
    parts = locale.split("-")
    for end in range(len(parts), 0, -1):
        if "-".join(parts[:end]) in texts:
            return texts["-".join(parts[:end])]
    for key, value in texts.items():
        if key.split("-")[0] == parts[0]:
            return value
    return texts.get("en") or next(iter(texts.values()), None)


def load_campaign_file(folder: Path) -> Campaign:
    """The `campaign.yaml` of a folder. Raises BannerError(s) with file, line and field."""
    return validate(Campaign, read_yaml(folder / "campaign.yaml"))
