"""A small campaign for the store's tests: two variants, four decisions at noon of 11 November."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from banner_engine.track import DecisionRecord, Receipt, RunRecord, Store, VariantRecord

NOON = datetime(2026, 11, 11, 12, tzinfo=UTC)
RUN = RunRecord("run-1", "double11", NOON, '{"seed":1}')
VARIANTS = tuple(
    VariantRecord(
        variant_id=f"v{number}",
        campaign="double11",
        creative_id=f"c{number}",
        theme="lacquer",
        palette="红",
        seed=3,
        layout="wide",
        width=1200,
        height=628,
        locale="zh-CN",
        products=(f"p{number}", "p9"),
        product_type="Bags",
        copy="half",
        recipe='{"theme":"lacquer"}',
    )
    for number in range(2)
)


def decision(number: int, **changes: object) -> DecisionRecord:
    """Decision d<number> of variant v0 or v1, in turn."""
    variant = VARIANTS[number % 2]
    made = DecisionRecord(
        decision_id=f"d{number}",
        run_id="run-1",
        campaign="double11",
        placement="home",
        variant_id=variant.variant_id,
        user=None,
        time=NOON,
        theme=variant.theme,
        palette=variant.palette,
        layout=variant.layout,
        copy=variant.copy,
        product_type=variant.product_type,
        product=variant.products[0],
        policy="uniform",
        propensity=0.25,
        grade="S",
        locale=variant.locale,
    )
    return replace(made, **changes)


def impression(event_id: str, number: int = 0, minutes: float = 1, **changes: object) -> Receipt:
    receipt = Receipt(event_id, "impression", NOON + timedelta(minutes=minutes), f"d{number}")
    return replace(receipt, **changes)


def ingest(store: Store, decisions: int = 4) -> None:
    store.ingest_run(RUN, VARIANTS, (decision(number) for number in range(decisions)))
