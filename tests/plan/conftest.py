from __future__ import annotations

import pytest
from drawn_samples import open_workshop

from banner_engine.workshop import Workshop


@pytest.fixture(scope="session")
def workshop() -> Workshop:
    """The shipped campaign's workshop, with every shipped theme."""
    return open_workshop()
