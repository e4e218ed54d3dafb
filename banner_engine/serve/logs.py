"""Log lines: one JSON object a line on standard error, with the request's id. No user, no token, no address."""

from __future__ import annotations

import datetime as dt
import json
import logging
import sys
from typing import TextIO

from banner_engine.serve.http import Request


class Log:
    """which: "requests" writes a line for each; "problems" only for those that failed here (5xx)."""

    def __init__(self, which: str, stream: TextIO | None = None) -> None:
        self._all = which == "requests"
        self._stream = stream or sys.stderr

    def request(self, request: Request, status: int, seconds: float) -> None:
        if self._all or status >= 500:
            self.say(
                "request",
                id=request.id,
                method=request.method,
                route=request.route,
                status=status,
                ms=round(seconds * 1000, 3),
                outcome=request.outcome or None,
            )

    def say(self, event: str, **parts: object) -> None:
        line: dict[str, object] = {
            "time": dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds"),
            "event": event,
        }
        line |= {name: value for name, value in parts.items() if value is not None}
        self._stream.write(json.dumps(line, ensure_ascii=False) + "\n")

    def error(self, request: Request, error: BaseException) -> None:
        """What nobody foresaw. Its text may hold what a request said, so only its kind and place are told."""
        at = error.__traceback__
        while at is not None and at.tb_next is not None:
            at = at.tb_next
        where = f"{at.tb_frame.f_code.co_filename}:{at.tb_lineno}" if at else None
        self.say("error", id=request.id, route=request.route, error=type(error).__name__, at=where)


def quiet_libraries() -> None:
    """The server's own library says what goes wrong in it, and nothing else."""
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
