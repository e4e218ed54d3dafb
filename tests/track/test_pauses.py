"""Pauses: the last word holds, every word is kept, and who decides reads it in time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from track_samples import NOON

from banner_engine.errors import BannerError
from banner_engine.track import Store
from banner_engine.track.pauses import (
    MOST_STALE,
    Pause,
    PauseBoard,
    Paused,
    read_pauses,
    standing,
    write_pause,
)

LACQUER = Pause(
    "double11", "theme", "lacquer", None, True, NOON, "mei", "too dark", {"totals": [{"clicks": 3}]}
)
SHOWN = {"variant": "v0", "theme": "lacquer", "copy": "half", "product": "p0"}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "track.db") as opened:
        yield opened


def lines(store: Store, campaign: str = "double11") -> list[Pause]:
    with store.read() as connection:
        return read_pauses(connection, campaign)


def test_what_was_said_is_kept_with_its_numbers_and_the_last_word_holds(store: Store) -> None:
    again = replace(LACQUER, paused=False, time=NOON + timedelta(hours=1), who="li", reason="new picture")
    elsewhere = replace(LACQUER, campaign="other")
    for line in (LACQUER, elsewhere, again):
        write_pause(store, line)
    assert lines(store) == [LACQUER, again]
    assert standing([LACQUER]) == [LACQUER]
    assert standing([LACQUER, again]) == []
    assert standing([LACQUER, again, LACQUER]) == [LACQUER]
    assert str(LACQUER) == "theme lacquer paused by mei, 2026-11-11 12:00+00:00: too dark"


def test_a_word_about_one_placement_is_no_word_about_the_others() -> None:
    here = replace(LACQUER, placement="home")
    everywhere = replace(LACQUER, paused=False)
    only_here = Paused.of(standing([LACQUER, here, everywhere]))
    assert only_here.holds("home", **SHOWN)
    assert not only_here.holds("mail", **SHOWN)
    assert Paused.of([LACQUER]).holds("mail", **SHOWN)
    assert not Paused().holds("home", **SHOWN)


@pytest.mark.parametrize("dimension", ["variant", "theme", "copy", "product"])
def test_each_dimension_is_asked(dimension: str) -> None:
    paused = Paused.of([replace(LACQUER, dimension=dimension, value=SHOWN[dimension])])
    assert paused.holds("home", **SHOWN)
    assert not paused.holds("home", **SHOWN | {dimension: "another"})


def test_a_digest_is_of_what_is_paused_and_not_of_who_said_so() -> None:
    other = replace(LACQUER, who="li", time=NOON + timedelta(days=1), reason="x")
    assert Paused.of([LACQUER]).digest == Paused.of([other]).digest
    assert Paused.of([LACQUER]).digest != Paused.of([replace(LACQUER, placement="home")]).digest


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"dimension": "themes"}, "themes: a 'themes' can't be paused; did you mean 'theme'"),
        ({"reason": "  "}, "reason: a pause needs a reason"),
        ({"who": ""}, "who: a pause needs a who"),
    ],
)
def test_a_word_without_sense_is_refused(store: Store, change: dict[str, str], message: str) -> None:
    with pytest.raises(BannerError) as caught:
        write_pause(store, replace(LACQUER, **change))
    assert str(caught.value).startswith(message)
    assert lines(store) == []


def test_a_server_sees_a_pause_of_another_process_within_five_seconds(store: Store) -> None:
    now = [0.0]
    board = PauseBoard(store, "double11", clock=lambda: now[0])
    with Store.open(store.path) as other:
        write_pause(other, LACQUER)
    now[0] = MOST_STALE - 0.01
    assert not board.paused()
    now[0] = MOST_STALE
    assert board.paused().holds("home", **SHOWN)
    assert MOST_STALE < 5
