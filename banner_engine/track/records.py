"""What goes into the store: runs, variants, decisions, receipts, spend and counts, as frozen values.

Times are datetimes with a zone. Money is integer micros (millionths) of an ISO 4217 currency.
Ids are the caller's text; the store never makes one up.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from banner_engine.errors import BannerError

Kind = Literal["impression", "click"]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One committed run of `render` (or one life of a server). details: canonical JSON of its inputs."""

    run_id: str
    campaign: str
    time: datetime
    details: str = "{}"


@dataclass(frozen=True, slots=True)
class VariantRecord:
    """What a variant shows. products: ids, the hero first. recipe: canonical JSON. Sizes in px."""

    variant_id: str
    campaign: str
    creative_id: str
    theme: str
    palette: str
    seed: int
    layout: str
    width: int
    height: int
    locale: str
    products: tuple[str, ...]
    product_type: str
    copy: str
    recipe: str


@dataclass(frozen=True, slots=True)
class DecisionRecord:
    """One choice of a variant. user: a keyed pseudonym, never an id in the clear. 0 < propensity ≤ 1."""

    decision_id: str
    run_id: str
    campaign: str
    placement: str
    variant_id: str
    user: str | None
    time: datetime
    theme: str
    palette: str
    layout: str
    copy: str
    product_type: str
    product: str
    policy: str
    propensity: float
    grade: str
    locale: str
    simulated: bool = False


@dataclass(frozen=True, slots=True)
class Receipt:
    """An impression or a click, as somebody reported it.

    Names decision_id, or variant_id and placement. source: who reported it ("pixel", "import").
    flags: why it is not valid traffic ("crawler", "prefetch"); a flagged receipt counts in gross only.
    """

    event_id: str
    kind: Kind
    time: datetime
    decision_id: str | None = None
    variant_id: str | None = None
    placement: str | None = None
    source: str = "api"
    flags: tuple[str, ...] = ()
    simulated: bool = False


@dataclass(frozen=True, slots=True)
class SpendRecord:
    """Money that was paid. Names decision_id, or placement with variant_id, or placement with campaign."""

    event_id: str
    time: datetime
    amount_micros: int
    currency: str
    placement: str | None = None
    variant_id: str | None = None
    decision_id: str | None = None
    campaign: str | None = None
    source: str = "api"
    simulated: bool = False


@dataclass(frozen=True, slots=True)
class CountsRecord:
    """Totals of a period as another system counted them; telling them again replaces them.

    period: [start, end). variant_id: None where the source knows the placement only.
    """

    source: str
    campaign: str
    placement: str
    variant_id: str | None
    start: datetime
    end: datetime
    impressions: int
    clicks: int
    spend_micros: int
    currency: str


@dataclass(frozen=True, slots=True)
class Ingested:
    """What `ingest_run` found new."""

    variants: int
    decisions: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a batch. rejected: one error for each bad record, its row counted from 1.

    repeated: rows of the duplicates, counted from 1.
    """

    accepted: int
    duplicates: int
    rejected: list[BannerError]
    repeated: frozenset[int] = frozenset()
