"""The one error that users see: what is wrong, where, and what would be right, in one line.

A stage raises (or collects) `BannerError`; the CLI turns it into one line on standard error and its
exit code, the server into an HTTP status. Nothing else converts errors.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import Path


class BannerError(Exception):
    """A user's mistake, told in one line.

    file, line, row and field say where (row counts records from 1, without the header); hint says
    what would be right. exit_code is for the CLI, status for HTTP, kind for `failures.jsonl`.
    """

    exit_code = 2
    status = 400

    def __init__(
        self,
        message: str,
        *,
        file: Path | str | None = None,
        line: int | None = None,
        row: int | None = None,
        field: str | None = None,
        hint: str | None = None,
        kind: str = "input",
    ) -> None:
        super().__init__(message)
        self.message = message
        self.file = str(file) if file is not None else None
        self.line = line
        self.row = row
        self.field = field
        self.hint = hint
        self.kind = kind

    def __str__(self) -> str:
        where = []
        if self.file is not None:
            where.append(self.file)
        if self.line is not None:
            where.append(f"line {self.line}")
        if self.row is not None:
            where.append(f"row {self.row}")
        if self.field is not None:
            where.append(self.field)
        head = ", ".join(where)
        text = f"{head}: {self.message}" if head else self.message
        return f"{text}; {self.hint}" if self.hint else text

    def record(self) -> dict[str, str | int]:
        """What `failures.jsonl` holds: the parts that are known, by name."""
        parts = {
            "kind": self.kind,
            "file": self.file,
            "line": self.line,
            "row": self.row,
            "field": self.field,
            "message": self.message,
            "hint": self.hint,
        }
        return {name: value for name, value in parts.items() if value is not None}


class BannerErrors(BannerError):  # noqa: N818 - several of them
    """Several mistakes found in one reading; each of `errors` is told on a line of its own."""

    def __init__(self, errors: list[BannerError]) -> None:
        first = errors[0]
        super().__init__(
            first.message,
            file=first.file,
            line=first.line,
            row=first.row,
            field=first.field,
            hint=first.hint,
            kind=first.kind,
        )
        self.errors = errors

    def __str__(self) -> str:
        return "\n".join(str(error) for error in self.errors)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word most like `word`, or None when nothing is near (difflib ratio below 0.6)."""
    found = difflib.get_close_matches(word, list(known), n=1)
    return found[0] if found else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint for an unknown name: the nearest known one, else all of them."""
    known = sorted(known)
    near = nearest(word, known)
    return f"did you mean '{near}'?" if near else f"known: {', '.join(known)}"
