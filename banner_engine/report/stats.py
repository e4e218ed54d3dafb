"""Intervals for rates and counts, exact enough to print, without SciPy.

Wilson: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22
(1927). Garwood: F. Garwood, "Fiducial limits for the Poisson distribution", Biometrika 28 (1936).
Incomplete gamma: DLMF 8.7.1 (series) and 8.9.2 (continued fraction, by Lentz's method). Start value:
E. B. Wilson and M. M. Hilferty, "The distribution of chi-square", PNAS 17 (1931).
"""

from __future__ import annotations

import math
from functools import lru_cache
from statistics import NormalDist

CONFIDENCE = 0.95
_EPSILON = 1e-15
_TINY = 1e-300
# From here on the start value alone is right to 1e-8, and the sums would take thousands of terms.
_LARGE_SHAPE = 200_000.0


@lru_cache(maxsize=16)
def normal_quantile(confidence: float) -> float:
    """z of a two-sided interval: 1.96 for 0.95."""
    return NormalDist().inv_cdf(0.5 + confidence / 2)


def wilson(successes: int, trials: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Wilson's score interval of a proportion: (p + z²/2n ± z·√(p(1-p)/n + z²/4n²)) / (1 + z²/n).

    (0, 1) without trials. ValueError unless 0 ≤ successes ≤ trials.
    """
    if not 0 <= successes <= trials:
        raise ValueError(f"{successes} successes in {trials} trials")
    if trials == 0:
        return 0.0, 1.0
    z = normal_quantile(confidence)
    share = successes / trials
    scale = 1 + z * z / trials
    centre = share + z * z / (2 * trials)
    reach = z * math.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    low = 0.0 if successes == 0 else (centre - reach) / scale
    high = 1.0 if successes == trials else (centre + reach) / scale
    return low, high


@lru_cache(maxsize=1 << 16)
def poisson_bounds(count: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Garwood's exact two-sided interval of a Poisson mean, from one count of it.

    Low is the mean under which at least `count` has probability (1 - confidence)/2, high the one under
    which at most `count` has: half the chi-square quantiles of 2·count and 2·count + 2 degrees of
    freedom. For a count of 0: (0, -ln 0.025) = (0, 3.689). ValueError for a count below 0.
    """
    if count < 0:
        raise ValueError(f"a count of {count}")
    tail = (1 - confidence) / 2
    low = 0.0 if count == 0 else gamma_quantile(count, tail)
    return low, gamma_quantile(count + 1, 1 - tail)


def gamma_quantile(shape: float, share: float) -> float:
    """x with P(shape, x) = share, where P is the regularised lower incomplete gamma function."""
    z = NormalDist().inv_cdf(share)
    ninth = 1 / (9 * shape)
    guess = shape * (1 - ninth + z * math.sqrt(ninth)) ** 3
    if shape > _LARGE_SHAPE:
        return guess
    x = guess if guess > 0 else (share * math.exp(math.lgamma(shape + 1))) ** (1 / shape)
    for _ in range(50):
        density = math.exp((shape - 1) * math.log(x) - x - math.lgamma(shape))
        if density < _TINY:
            break
        step = (lower_gamma(shape, x) - share) / density
        # Halley's correction: the density's own slope.
        step /= max(0.5, 1 - 0.5 * step * ((shape - 1) / x - 1))
        x = x - step if step < x else x / 2
        if abs(step) <= 1e-13 * x:
            break
    return x


def lower_gamma(shape: float, x: float) -> float:
    """P(shape, x), the regularised lower incomplete gamma function, for shape > 0 and x ≥ 0."""
    if x <= 0:
        return 0.0
    factor = math.exp(shape * math.log(x) - x - math.lgamma(shape))
    if x < shape + 1:
        term = total = 1 / shape
        denominator = shape
        while abs(term) > abs(total) * _EPSILON:
            denominator += 1
            term *= x / denominator
            total += term
        return factor * total
    b = x + 1 - shape
    c = 1 / _TINY
    d = 1 / b
    fraction = d
    turn = 0
    while True:
        turn += 1
        numerator = -turn * (turn - shape)
        b += 2
        d = 1 / _nonzero(numerator * d + b)
        c = _nonzero(b + numerator / c)
        fraction *= c * d
        if abs(c * d - 1) <= _EPSILON:
            return 1 - factor * fraction


def _nonzero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY


def difference(now: tuple[int, int], before: tuple[int, int]) -> tuple[float, float]:
    """The 95 % interval of the difference of two proportions, each (successes, trials) with trials > 0.

    Newcombe's hybrid score interval: R. G. Newcombe, "Interval estimation for the difference between
    independent proportions", Statistics in Medicine 17 (1998), method 10.
    """
    (p, low, high), (q, lower, higher) = ((one[0] / one[1], *wilson(*one)) for one in (now, before))
    reach_down = math.sqrt((p - low) ** 2 + (higher - q) ** 2)
    reach_up = math.sqrt((high - p) ** 2 + (q - lower) ** 2)
    return p - q - reach_down, p - q + reach_up
