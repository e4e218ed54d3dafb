"""Money that is split adds up, and goes where exact fractions say."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from banner_engine.report.split import largest_remainder


def split(amounts: list[int], groups: list[int], counts: list[int]) -> list[int]:
    arrays = (np.array(values, np.int64) for values in (amounts, groups, counts))
    return largest_remainder(*arrays).tolist()


def test_the_left_over_goes_to_the_largest_remainders_ties_to_the_first() -> None:
    assert split([100], [0, 0, 0], [1, 1, 1]) == [34, 33, 33]
    assert split([10], [0, 0, 0], [1, 2, 4]) == [1, 3, 6]
    assert split([2, 7], [0, 1, 0, 1], [1, 1, 1, 3]) == [1, 2, 1, 5]


def test_a_group_without_counts_gets_nothing() -> None:
    assert split([5, 9, 4], [0, 1, 1], [0, 0, 3]) == [0, 0, 9]
    assert split([], [], []) == []
    assert split([7], [], []) == []


def test_large_amounts_do_not_overflow() -> None:
    assert split([10**15], [0, 0], [3 * 10**9, 1]) == [999_999_999_666_667, 333_333]


groups = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 10**9)), max_size=30)


@given(st.lists(st.integers(0, 10**15), min_size=5, max_size=5), groups)
def test_shares_add_up_and_stand_next_to_the_exact_ones(
    amounts: list[int], entries: list[tuple[int, int]]
) -> None:
    shares = split(amounts, [group for group, _ in entries], [count for _, count in entries])
    for group, amount in enumerate(amounts):
        mine = [place for place, (of, _) in enumerate(entries) if of == group]
        total = sum(entries[place][1] for place in mine)
        assert sum(shares[place] for place in mine) == (amount if total else 0)
        if total:
            exact = {place: Fraction(amount * entries[place][1], total) for place in mine}
            whole = {place: int(exact[place]) for place in mine}
            order = sorted(mine, key=lambda place: (whole[place] - exact[place], place))
            rounded_up = set(order[: amount - sum(whole.values())])
            assert [shares[place] for place in mine] == [whole[p] + (p in rounded_up) for p in mine]
