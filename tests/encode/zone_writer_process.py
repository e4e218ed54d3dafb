"""Puts zones without end, and says how many it has flushed; its test kills it."""

from __future__ import annotations

import hashlib
import sys
from itertools import count
from pathlib import Path

from banner_engine.encode.zonestore import DiskZones


def key_of(number: int) -> bytes:
    return hashlib.blake2b(b"zone %d" % number, digest_size=16).digest()


def runs_of(number: int) -> tuple[bytes, ...]:
    return tuple(key_of(number) * (100 + number % 50) for _ in range(1 + number % 3))


if __name__ == "__main__":
    store = DiskZones(Path(sys.argv[1]), look_every=0)
    for number in count(int(sys.argv[2])):
        store.put(key_of(number), runs_of(number))
        if number % 4 == 0:
            store.flush()
            print(number, flush=True)
