"""Splits an amount by counts with nothing lost: largest remainder (Hamilton's method), on integers."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]


def largest_remainder(amounts: Ints, groups: Ints, counts: Ints) -> Ints:
    """Split amounts[g] over the entries of group g, by their counts.

    groups, counts: shape (n,), groups from 0 to len(amounts) - 1, counts ≥ 0. Each entry gets the whole
    part of amount · count / total; what is left goes one by one to the largest remainders, ties to the
    entry that stands first. Groups without a count get nothing. Shares: shape (n,); those of a group
    add up to its amount exactly. Amounts and products of a group's counts must stay below 2⁶³.
    """
    totals = np.zeros(len(amounts), np.int64)
    np.add.at(totals, groups, counts)
    total = np.maximum(totals, 1)[groups]
    amount = amounts[groups]
    # amount · count would overflow: amount = whole · total + rest, and rest · count < total².
    rest = (amount % total) * counts
    shares = (amount // total) * counts + rest // total
    remainders = rest % total
    given = np.zeros(len(amounts), np.int64)
    np.add.at(given, groups, shares)
    left = np.where(totals > 0, amounts - given, 0)
    order = np.lexsort((np.arange(len(groups)), -remainders, groups))
    ranked = groups[order]
    first = np.searchsorted(ranked, np.arange(len(amounts)))
    rank = np.arange(len(groups)) - first[ranked]
    shares[order] += rank < left[ranked]
    return shares
