"""From a campaign's files to checked, frozen values.

What needs pydantic (campaign, theme, copysets) is imported from its own module, so that this package
costs a command like `banner --help` nothing.
"""

from __future__ import annotations

from banner_engine.load.catalogue import apply_feed, load_catalogue, priced_in
from banner_engine.load.money import MICROS, Money, parse_money
from banner_engine.load.product import Product
from banner_engine.load.profiles import EVENTS, Event, Profile, read_profiles

__all__ = [
    "EVENTS",
    "MICROS",
    "Event",
    "Money",
    "Product",
    "Profile",
    "apply_feed",
    "load_catalogue",
    "parse_money",
    "priced_in",
    "read_profiles",
]
