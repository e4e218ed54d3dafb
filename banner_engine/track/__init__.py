"""track: what was decided, shown, clicked and paid, stored once and for good."""

from __future__ import annotations

from banner_engine.track.importing import Imported, import_events
from banner_engine.track.records import (
    KINDS,
    CountsRecord,
    DecisionRecord,
    Ingested,
    Kind,
    Outcome,
    Receipt,
    RunRecord,
    SpendRecord,
    VariantRecord,
)
from banner_engine.track.rules import Rules
from banner_engine.track.store import Store

__all__ = [
    "KINDS",
    "CountsRecord",
    "DecisionRecord",
    "Imported",
    "Ingested",
    "Kind",
    "Outcome",
    "Receipt",
    "Rules",
    "RunRecord",
    "SpendRecord",
    "Store",
    "VariantRecord",
    "import_events",
]
