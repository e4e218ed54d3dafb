"""One server for tests that leave it as it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from serving import Server, prepared, running
from shop_samples import Shop


@pytest.fixture(scope="session")
def server(new_shop: Callable[..., Shop], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    shop = new_shop()
    with running(shop.folder, tmp_path_factory.mktemp("served") / "log") as found:
        yield prepared(found)
