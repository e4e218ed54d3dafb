"""Opens what it is given and says what it cost: `KIND PATH` → one JSON line. Memory and time of the second one:
a harmless one of the same kind is opened before, so that imports count for nothing.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

from banner_engine.errors import BannerError
from banner_engine.load.copysets import load_copy
from banner_engine.paint.logo import logo_aspect
from banner_engine.prepare.picture import open_picture

OPEN = {"picture": open_picture, "svg": logo_aspect, "copy": load_copy}


def main() -> None:
    open_one, harmless, bomb = OPEN[sys.argv[1]], Path(sys.argv[2]), Path(sys.argv[3])
    open_one(harmless)
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    told = ""
    try:
        open_one(bomb)
    except BannerError as error:
        told = str(error)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({"told": told, "mb": (after - before) / 1024, "seconds": time.process_time() - began}))


if __name__ == "__main__":
    main()
