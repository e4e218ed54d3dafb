"""Two servers on one store: tokens, pictures, totals and pauses are common to both."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest
from serving import Server, prepared, running
from shop_samples import Shop, banner
from test_serve_road import counted


@pytest.fixture(scope="module")
def pair(
    new_shop: Callable[..., Shop], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Server, Server]]:
    shop, logs = new_shop(), tmp_path_factory.mktemp("pair")
    with running(shop.folder, logs / "one") as one, running(shop.folder, logs / "two") as two:
        yield prepared(one), prepared(two)


def test_a_decision_of_one_is_seen_and_clicked_on_the_other(pair: tuple[Server, Server]) -> None:
    one, two = pair
    for first, second in ((one, two), (two, one)):
        found = first.decide(user="person-001@corner.example")
        assert second.get(found["image_url"]).body == first.get(found["image_url"]).body
        for _ in range(2):
            assert second.get(found["impression_url"]).status == 200
            assert first.get(found["click_url"]).status == 302
        assert counted(first, found["decision_id"]) == {"impression": 2, "click": 2}


def test_a_correlator_is_one_decision_on_both(pair: tuple[Server, Server]) -> None:
    one, two = pair
    for number in range(5):
        image = one.get(f"/v1/placements/card/image?r=shared-{number}")
        assert two.get(f"/v1/placements/card/image?r=shared-{number}").body == image.body
        landing = {
            server.get(f"/v1/placements/card/click?r=shared-{number}").headers["location"] for server in pair
        }
        assert len(landing) == 1


def shown(server: Server) -> set[str]:
    return {server.decide()["why"]["theme"] for _ in range(25)}


def within(seconds: float, pair: tuple[Server, Server], holds: Callable[[set[str]], bool]) -> None:
    until = time.monotonic() + seconds
    while not all(holds(shown(server)) for server in pair):
        assert time.monotonic() < until, [shown(server) for server in pair]


def test_a_pause_holds_on_both_within_five_seconds_and_so_does_its_end(pair: tuple[Server, Server]) -> None:
    one = pair[0]
    assert all("plain" in shown(server) for server in pair)
    words = ["--theme", "plain", "--reason", "a test"]
    assert banner("pause", one.folder, *words).code == 0
    within(5, pair, lambda themes: themes == {"lacquer"})
    assert banner("resume", one.folder, *words).code == 0
    within(5, pair, lambda themes: "plain" in themes)
