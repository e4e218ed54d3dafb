"""A process of its own that records groups of impressions and says which ids were acknowledged.

Arguments: the store, a name for its ids, how many groups (0: for ever). Each line of output is a group
"<name> <number>", written when `record` has returned and not before.
"""

from __future__ import annotations

import sys
from itertools import count
from pathlib import Path

from track_samples import impression

from banner_engine.track import Store

GROUP = 16


def ids(name: str, number: int) -> list[str]:
    return [f"{name}-{number}-{place}" for place in range(GROUP)]


def main(path: str, name: str, groups: int) -> None:
    with Store.open(Path(path)) as store:
        for number in range(groups) if groups else count():
            store.record([impression(event_id, number % 4) for event_id in ids(name, number)])
            sys.stdout.write(f"{name} {number}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
