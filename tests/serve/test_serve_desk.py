"""The desk's tables are the policy's own: a draw gives what `select.choose` gives, with its propensity."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shop_samples import AS_OF, Shop, people

from banner_engine.engine import Engine
from banner_engine.load.profiles import profile_of
from banner_engine.recipe import unit_draw
from banner_engine.select.choose import choose
from banner_engine.select.policy import policy_of
from banner_engine.select.score import score
from banner_engine.serve.desk import COLD, EMPTY, Desk, Table
from banner_engine.track.pauses import Paused

SEED = 7


@pytest.fixture(scope="module")
def engine(new_shop: Callable[..., Shop]) -> Engine:
    return Engine.open(new_shop().folder, as_of=dt.datetime.fromisoformat(AS_OF))


@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
def test_a_draw_is_that_of_a_batch(engine: Engine, locale: str) -> None:
    desk = Desk(engine)
    crowd = [*(profile_of(row) for row in people(30)), COLD]
    shelf = engine.shelves[locale]
    points = score(crowd, shelf, engine.moment)
    for pool in desk.pools:
        space = pool.space
        if space.locale != locale:
            continue
        size = f"{space.width}x{space.height}"
        chosen = choose(crowd, points, shelf, pool, policy_of(engine.loaded.campaign.policy), SEED)
        for profile, choice in zip(crowd, chosen, strict=True):
            columns = desk.columns(profile, locale)
            assert desk.table(pool, columns, Paused()) is not None or desk.find(pool, columns) is None
            table = desk.table(pool, columns, Paused())
            assert table is not None and choice is not None
            drawn = table.draw(unit_draw(SEED, profile.user_id, space.placement, size))
            assert drawn is not None
            assert drawn.option == choice.option
            assert drawn.propensity == pytest.approx(choice.propensity, rel=1e-12)


def test_what_is_paused_or_failed_is_no_arm_and_shares_sum_to_one(engine: Engine) -> None:
    desk = Desk(engine)
    pool = desk.pools[0]
    columns = desk.columns(COLD, pool.space.locale)
    desk.find(pool, columns)
    whole = desk.table(pool, columns, Paused())
    assert whole is not None
    first = whole.options[0]
    paused = Paused(frozenset({("variant", first.variant_id)}))
    left = desk.table(pool, columns, paused)
    assert left is not None
    assert first.variant_id not in {one.variant_id for one in left.options}
    assert left.edges[-1] == pytest.approx(1)
    desk.failed = frozenset(one.variant_id for one in whole.options)
    assert desk.table(pool, columns, Paused()) == EMPTY


@given(number=st.floats(0, 1, exclude_max=True))
def test_a_slate_never_repeats_a_variant(engine: Engine, number: float) -> None:
    desk = Desk(engine)
    pool = desk.pools[0]
    columns = desk.columns(COLD, pool.space.locale)
    desk.find(pool, columns)
    table: Table | None = desk.table(pool, columns, Paused())
    assert table is not None
    shown: set[str] = set()
    while (drawn := table.draw(number)) is not None:
        assert drawn.option.variant_id not in shown and 0 < drawn.propensity <= 1
        shown.add(drawn.option.variant_id)
        table = table.without(frozenset(shown))
    whole = desk.table(pool, columns, Paused())
    assert whole is not None and shown == {one.variant_id for one in whole.options}
