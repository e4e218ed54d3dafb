"""Policies: probabilities on arrays, of which every row is a distribution over its valid arms."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from banner_engine.load.campaign import PolicySpec
from banner_engine.select.policy import Candidates, EpsilonGreedy, Fixed, Policy, Uniform, policy_of

THEMES = ("double11", "lacquer", "swiss")


def candidates(valid: list[list[bool]], theme: list[list[int]] | None = None, groups: int = 1) -> Candidates:
    mask = np.array(valid)
    return Candidates(
        valid=mask,
        group=np.repeat(np.arange(groups), mask.shape[1] // groups),
        theme=np.zeros(mask.shape, np.int64) if theme is None else np.array(theme),
        themes=THEMES,
    )


@st.composite
def any_candidates(draw: st.DrawFn) -> Candidates:
    n, groups, arms = draw(st.integers(1, 4)), draw(st.integers(1, 3)), draw(st.integers(1, 7))
    rows = st.lists(st.booleans(), min_size=groups * arms, max_size=groups * arms)
    kinds = st.lists(st.integers(0, 2), min_size=groups * arms, max_size=groups * arms)
    valid = draw(st.lists(rows, min_size=n, max_size=n))
    return candidates(valid, draw(st.lists(kinds, min_size=n, max_size=n)), groups)


weights = st.dictionaries(st.sampled_from(THEMES), st.floats(0.001, 1000))
policies: st.SearchStrategy[Policy] = st.one_of(
    st.just(Uniform()),
    weights.map(lambda found: Fixed(tuple(sorted(found.items())))),
    st.floats(0.01, 1).map(EpsilonGreedy),
)


@given(policies, any_candidates())
def test_rows_are_distributions_over_the_valid_arms(policy: Policy, offered: Candidates) -> None:
    found = policy.probabilities(offered)
    assert found.shape == offered.valid.shape
    assert (found[~offered.valid] == 0).all()
    assert (found[offered.valid] > 0).all()
    has_arms = offered.valid.any(axis=1)
    assert found.sum(axis=1) == pytest.approx(has_arms.astype(float), abs=1e-12)


@given(policies, any_candidates(), st.data())
def test_a_row_does_not_depend_on_the_others(
    policy: Policy, offered: Candidates, data: st.DataObject
) -> None:
    row = data.draw(st.integers(0, len(offered.valid) - 1))
    alone = Candidates(
        offered.valid[row : row + 1], offered.group, offered.theme[row : row + 1], offered.themes
    )
    assert (policy.probabilities(alone)[0] == policy.probabilities(offered)[row]).all()


@given(st.lists(st.floats(0.001, 10), min_size=9, max_size=40), st.data())
def test_pads_between_arms_move_no_last_bit(worth: list[float], data: st.DataObject) -> None:
    names = tuple(f"theme-{number:02d}" for number in range(len(worth)))
    policy = Fixed(tuple(zip(names, worth, strict=True)))
    bare = Candidates(
        np.ones((1, len(worth)), bool), np.zeros(len(worth), np.int64), np.arange(len(worth))[None], names
    )
    width = len(worth) + data.draw(st.integers(1, 30))
    at = sorted(data.draw(st.permutations(range(width)))[: len(worth)])
    valid, theme = np.zeros((1, width), bool), np.zeros((1, width), np.int64)
    valid[0, at], theme[0, at] = True, np.arange(len(worth))
    padded = policy.probabilities(Candidates(valid, np.zeros(width, np.int64), theme, names))
    assert (padded[0, at] == policy.probabilities(bare)[0]).all()


def test_uniform_is_even() -> None:
    found = Uniform().probabilities(candidates([[True, False, True, True], [False] * 4]))
    assert found.tolist() == [[1 / 3, 0, 1 / 3, 1 / 3], [0, 0, 0, 0]]


def test_fixed_goes_by_the_weight_of_the_theme() -> None:
    offered = candidates([[True, True, True, True, False]], [[0, 0, 1, 2, 2]])
    found = Fixed((("double11", 3.0), ("lacquer", 0.0))).probabilities(offered)
    assert found.tolist() == [[3 / 7, 3 / 7, 0, 1 / 7, 0]]


def test_epsilon_greedy_gives_the_best_group_the_rest() -> None:
    offered = candidates([[True, True, True, True, True, False]], groups=2)
    found = EpsilonGreedy(0.5).probabilities(offered)[0]
    assert found[:3] == pytest.approx([0.5 / 3 + 0.5 / 5] * 3)
    assert found[3:] == pytest.approx([0.1, 0.1, 0])


def test_the_best_group_is_the_best_one_that_has_arms() -> None:
    offered = candidates([[False, False, True, False, True, True]], groups=3)
    assert EpsilonGreedy(0.3).probabilities(offered)[0] == pytest.approx([0, 0, 0.8, 0, 0.1, 0.1])


def test_a_campaign_declares_its_policy() -> None:
    assert policy_of(PolicySpec()) == EpsilonGreedy(0.3)
    assert policy_of(PolicySpec(kind="uniform")) == Uniform()
    declared = policy_of(PolicySpec(kind="fixed", weights={"swiss": 2, "double11": 0.5}))
    assert declared == Fixed((("double11", 0.5), ("swiss", 2.0)))
    assert [policy_of(PolicySpec(kind=k)).name for k in ("uniform", "fixed", "epsilon-greedy")] == [
        "uniform", "fixed", "epsilon-greedy",
    ]  # fmt: skip


@pytest.mark.parametrize("weight", [-1, float("nan"), float("inf")])
def test_a_weight_is_a_number_from_0_up(weight: float) -> None:
    with pytest.raises(ValueError, match="weights"):
        PolicySpec(kind="fixed", weights={"swiss": weight})
