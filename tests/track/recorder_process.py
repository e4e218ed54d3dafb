"""A process of its own that records what it reads and says what is on the disk.

Arguments: the store, and a way to be wrong ("" for none). Each line of input is an event, "<id> <kind>
<decision>"; each line of output is the id of an event that was acknowledged, and not a byte comes before that.
"""

from __future__ import annotations

import sys
import time
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import insert
from track_samples import impression

from banner_engine.track import Store, receipts
from banner_engine.track.prepared import Prepared
from banner_engine.track.recorder import Ack, Recorder
from banner_engine.track.tables import events


class Hasty(Recorder):
    """Acknowledges, and commits a moment later: what a kill in between loses, somebody was promised."""

    def _commit(self, group: Any) -> None:
        for one in group:
            one.told.set_result(Ack(True))
        time.sleep(0.02)
        self._store.record([one.receipt for one in group])


def main(path: str, wrong: str) -> None:
    with Store.open(Path(path)) as store:
        if wrong == "no key":
            names = [column.name for column in events.c if column.name != "seq"]
            receipts.EVENTS = replace(receipts.EVENTS, insert=Prepared(insert(events), names))
            with store.write() as connection:
                connection.exec_driver_sql("DROP INDEX IF EXISTS events_id")
        with (Hasty if wrong == "hasty" else Recorder)(store) as recorder:
            for line in sys.stdin:
                event_id, kind, number = line.split()
                told = recorder.submit(impression(event_id, int(number), kind=kind))
                told.add_done_callback(lambda done, name=event_id: say(done, name))


def say(done: Future[Ack], name: str) -> None:
    done.result()
    sys.stdout.write(f"{name}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "")
