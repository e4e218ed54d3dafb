"""Writes TC strings, by the table of the specification and not by the reader's code."""

from __future__ import annotations

import base64
from collections.abc import Iterable


def tc_string(
    purposes: Iterable[int], vendors: Iterable[int] = (), *, version: int = 2, ranged: bool = False
) -> str:
    """A core segment that consents to these purposes and vendors."""
    fields = [(version, 6), (16_000_000_000, 36), (16_000_000_000, 36), (10, 12), (1, 12), (1, 6), (0, 12), (48, 12),
              (4, 6), (0, 1), (0, 1), (0, 12)]  # fmt: skip
    bits = "".join(f"{value:0{width}b}" for value, width in fields)
    wanted = set(purposes)
    bits += "".join("1" if number in wanted else "0" for number in range(1, 25))
    bits += "0" * 24 + "0" + f"{0:012b}"
    known = sorted(vendors)
    most = max(known, default=0)
    bits += f"{most:016b}"
    if ranged:
        bits += "1" + f"{len(known):012b}" + "".join(f"0{vendor:016b}" for vendor in known)
    else:
        bits += "0" + "".join("1" if number in known else "0" for number in range(1, most + 1))
    bits += "0" * (-len(bits) % 8)
    data = int(bits, 2).to_bytes(len(bits) // 8, "big")
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
