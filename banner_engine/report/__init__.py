"""report: what a campaign's events and money say, as tables of values, JSON, CSV or text."""

from __future__ import annotations

from banner_engine.report.build import SORTS, report, reports
from banner_engine.report.dimensions import DIMENSIONS
from banner_engine.report.render import to_csv, to_dict, to_json
from banner_engine.report.settings import CampaignSettings, PlacementValue, Price, Windows
from banner_engine.report.table import Cost, ReportTable, Row
from banner_engine.report.terminal import ReportView

__all__ = [
    "DIMENSIONS",
    "SORTS",
    "CampaignSettings",
    "Cost",
    "PlacementValue",
    "Price",
    "ReportTable",
    "ReportView",
    "Row",
    "Windows",
    "report",
    "reports",
    "to_csv",
    "to_dict",
    "to_json",
]
