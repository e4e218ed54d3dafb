"""Policies: candidates in, choice probabilities out, on arrays. The draw and its log are `choose`'s."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from banner_engine.load.campaign import PolicySpec

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Candidates:
    """What may be chosen for each of n requests: g groups of k arms, flattened to n × (g·k).

    valid: n × (g·k), False pads and what is not feasible. group: (g·k), rank of the arm's product
    group (0 is the profile's best). theme: n × (g·k), index into `themes`.
    """

    valid: Bools
    group: Ints
    theme: Ints
    themes: tuple[str, ...]


class Policy(Protocol):
    """Gives n × (g·k) probabilities: 0 where not valid; each row sums to 1, or to 0 where the policy shows
    none of its arms.
    """

    @property
    def name(self) -> str: ...

    def probabilities(self, candidates: Candidates) -> Floats: ...


def _shares(weights: Floats) -> Floats:
    # a running sum adds from left to right; sum() would group by the row's width, which is the batch's
    total = weights.cumsum(axis=1)[:, -1:]
    out = np.zeros_like(weights)
    np.divide(weights, total, out=out, where=total > 0)
    return out


@dataclass(frozen=True, slots=True)
class Uniform:
    """Every feasible arm with the same probability."""

    name: str = "uniform"

    def probabilities(self, candidates: Candidates) -> Floats:
        return _shares(candidates.valid.astype(np.float64))


@dataclass(frozen=True, slots=True)
class Fixed:
    """Arms by the declared weight of their theme (1 where none is declared)."""

    weights: tuple[tuple[str, float], ...]
    name: str = "fixed"

    def probabilities(self, candidates: Candidates) -> Floats:
        declared = dict(self.weights)
        table = np.array([declared.get(theme, 1.0) for theme in candidates.themes], dtype=np.float64)
        return _shares(table[candidates.theme] * candidates.valid)


@dataclass(frozen=True, slots=True)
class EpsilonGreedy:
    """The profile's best group with 1 − ε, evenly over its arms; ε evenly over all feasible arms."""

    epsilon: float
    name: str = "epsilon-greedy"

    def probabilities(self, candidates: Candidates) -> Floats:
        even = _shares(candidates.valid.astype(np.float64))
        rank = np.where(candidates.valid, candidates.group, np.iinfo(np.int64).max)
        best = candidates.valid & (rank == rank.min(axis=1, keepdims=True))
        out: Floats = (1 - self.epsilon) * _shares(best.astype(np.float64)) + self.epsilon * even
        return out


def policy_of(spec: PolicySpec) -> Policy:
    """The policy that a campaign declares."""
    if spec.kind == "uniform":
        return Uniform()
    if spec.kind == "fixed":
        return Fixed(tuple(sorted(spec.weights.items())))
    return EpsilonGreedy(spec.epsilon)
