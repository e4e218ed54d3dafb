from __future__ import annotations

from collections.abc import Callable

import pytest
from killing import World
from shop_samples import AS_OF, Shop, banner, contents, people, write_lines


@pytest.fixture(scope="session")
def world(new_shop: Callable[..., Shop], tmp_path_factory: pytest.TempPathFactory) -> World:
    folder = tmp_path_factory.mktemp("killed")
    shop = new_shop()
    profiles = write_lines(folder / "people.jsonl", people(40))
    out = folder / "whole"
    words = ["render", shop.folder, "--profiles", profiles, "--out", out, "--as-of", AS_OF, "--workers", "1"]
    told = banner(*words, "--json")
    assert told.code == 0, told.err
    return World(shop, profiles, out, contents(out), told.json["variants"])
