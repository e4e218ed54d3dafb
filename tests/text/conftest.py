"""The shipped fonts, loaded once for all tests of text."""

from __future__ import annotations

import pytest

from banner_engine.shipped import shipped
from banner_engine.text import FontBook


@pytest.fixture(scope="session")
def book() -> FontBook:
    return FontBook.load(shipped("fonts"))
