"""Intervals against known values, and against the definitions they come from."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banner_engine.report.stats import gamma_quantile, lower_gamma, poisson_bounds, wilson


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [
        # Newcombe, "Two-sided confidence intervals for the single proportion" (1998), table I, method 3
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_as_published(successes: int, trials: int, low: float, high: float) -> None:
    assert wilson(successes, trials) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_wilson_holds_the_share_and_mirrors(successes: int, failures: int) -> None:
    trials = successes + failures
    low, high = wilson(successes, trials)
    assert 0 <= low <= high <= 1
    if trials:
        assert low <= successes / trials <= high
        assert low > 0 or successes == 0
    assert wilson(failures, trials) == (pytest.approx(1 - high, abs=1e-12), pytest.approx(1 - low, abs=1e-12))


@given(st.integers(0, 1_000), st.integers(1, 1_000))
def test_wilson_ends_are_where_the_score_test_turns(successes: int, failures: int) -> None:
    trials = successes + failures
    for end in wilson(successes, trials):
        if 0 < end < 1:
            score = (successes / trials - end) / math.sqrt(end * (1 - end) / trials)
            assert abs(score) == pytest.approx(1.959963984540054, rel=1e-6)


def test_wilson_refuses_what_is_no_share() -> None:
    for successes, trials in ((2, 1), (-1, 5)):
        with pytest.raises(ValueError, match="successes in"):
            wilson(successes, trials)
    assert wilson(0, 0) == (0.0, 1.0)


@pytest.mark.parametrize(
    ("count", "low", "high"),
    [
        # half of SciPy 1.17's chi2.ppf(0.025, 2·count) and chi2.ppf(0.975, 2·count + 2)
        (0, 0.0, 3.688879),
        (1, 0.025318, 5.571643),
        (2, 0.242209, 7.224688),
        (5, 1.623486, 11.668332),
        (10, 4.795389, 18.390356),
        (50, 37.110964, 65.918767),
        (100, 81.363991, 121.626794),
    ],
)
def test_poisson_bounds_as_known(count: int, low: float, high: float) -> None:
    assert poisson_bounds(count) == (pytest.approx(low, abs=1e-6), pytest.approx(high, abs=1e-6))


@pytest.mark.parametrize("count", [*range(12), 60, 300])
def test_poisson_bounds_leave_a_tail_of_a_fortieth_on_each_side(count: int) -> None:
    def at_most(number: int, mean: float) -> float:
        return math.fsum(math.exp(k * math.log(mean) - mean - math.lgamma(k + 1)) for k in range(number + 1))

    low, high = poisson_bounds(count)
    assert at_most(count, high) == pytest.approx(0.025, rel=1e-9)
    if count:
        assert 1 - at_most(count - 1, low) == pytest.approx(0.025, rel=1e-7)


def test_no_clicks_are_less_than_minus_log_of_a_fortieth() -> None:
    assert poisson_bounds(0) == (0.0, pytest.approx(-math.log(0.025), rel=1e-14))
    with pytest.raises(ValueError, match="a count of -1"):
        poisson_bounds(-1)


@given(st.integers(0, 400_000))
def test_poisson_bounds_grow_with_the_count_and_hold_it(count: int) -> None:
    low, high = poisson_bounds(count)
    assert low <= count < high
    assert poisson_bounds(count + 1)[0] > low
    assert poisson_bounds(count + 1)[1] > high


@given(st.floats(0.5, 5_000), st.floats(0.001, 0.999))
def test_the_quantile_undoes_the_function(shape: float, share: float) -> None:
    assert lower_gamma(shape, gamma_quantile(shape, share)) == pytest.approx(share, rel=1e-8)


def test_nothing_lies_below_zero() -> None:
    assert lower_gamma(3.0, 0.0) == 0.0
