"""Four variants that differ in every dimension of a report, and decisions that show them."""

from __future__ import annotations

from datetime import datetime

from banner_engine.track import DecisionRecord, VariantRecord

VARIANTS = [
    VariantRecord(
        f"v{number}",
        "double11",
        f"c{number // 2}",
        ("lacquer", "night-tech")[number % 2],
        ("red", "blue")[number // 2],
        0,
        "wide",
        (1200, 300)[number % 2],
        (628, 250)[number % 2],
        ("en", "zh-CN")[number // 2],
        (f"p{number}", "p0"),
        ("Bags", "Shoes")[number % 2],
        "half",
        "{}",
    )
    for number in range(4)
]


def decision(number: int, variant: int, placement: str, time: datetime, simulated: bool) -> DecisionRecord:
    shown = VARIANTS[variant]
    return DecisionRecord(
        f"d{number}",
        "r",
        "double11",
        placement,
        shown.variant_id,
        None,
        time,
        shown.theme,
        shown.palette,
        shown.layout,
        shown.copy,
        shown.product_type,
        shown.products[0],
        ("uniform", "greedy")[number % 2],
        0.5,
        "S",
        shown.locale,
        simulated,
    )
