"""The keys that sign tokens: the campaign's secret first, newer ones after it, old ones retired.

`STATE/token-keys` has a line for each change: `k2 <hex>` adds a key, which signs from then on; `k1 retired`
ends one, and whatever it signed is refused. Without the file the campaign's secret signs, as key k1.
"""

from __future__ import annotations

import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path

from banner_engine.errors import BannerError, did_you_mean

FIRST = "k1"
FILE = "token-keys"
SHORTEST = 16
_LINE = re.compile(r"(k[0-9]{1,6}) +(retired|[0-9a-f]{32,128})")


@dataclass(frozen=True, slots=True)
class Key:
    """id: as tokens name it. secret: SHORTEST bytes or more."""

    id: str
    secret: bytes
    retired: bool = False

    def __post_init__(self) -> None:
        if len(self.secret) < SHORTEST:
            raise BannerError(f"key '{self.id}' is shorter than {SHORTEST} bytes", kind="token")


def read_keys(folder: Path, secret: bytes) -> tuple[Key, ...]:
    """The keys of a state's folder, oldest first; the last that is not retired signs. secret: key k1's.

    BannerError for a line that can't be read, or where every key is retired.
    """
    path = folder / FILE
    keys = {FIRST: Key(FIRST, secret)}
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        found = _LINE.fullmatch(line.strip())
        if found is None or (found[2] == "retired" and found[1] not in keys):
            raise BannerError(
                "no line of keys", file=path, line=number, hint="write 'k2 <hex>' or 'k1 retired'"
            )
        name, what = found.groups()
        if what == "retired":
            keys[name] = Key(name, keys[name].secret, retired=True)
        elif name in keys:
            raise BannerError(f"key '{name}' is there twice", file=path, line=number)
        else:
            keys[name] = Key(name, bytes.fromhex(what))
    if all(key.retired for key in keys.values()):
        raise BannerError("every key is retired", file=path, hint="add one: banner store keys --rotate")
    return tuple(keys.values())


def rotate(folder: Path, secret: bytes) -> str:
    """Add a new key, which signs from now on; older ones are still read. Gives its id."""
    number = max(int(key.id[1:]) for key in read_keys(folder, secret)) + 1
    _append(folder, f"k{number} {secrets.token_hex(32)}")
    return f"k{number}"


def retire(folder: Path, secret: bytes, name: str) -> None:
    """Refuse what a key signed from now on. BannerError for an unknown key, or the last one."""
    keys = read_keys(folder, secret)
    live = [key.id for key in keys if not key.retired]
    if name not in live:
        raise BannerError(f"no key '{name}' in use", field="key", hint=did_you_mean(name, live))
    if live == [name]:
        raise BannerError(f"'{name}' is the only key", field="key", hint="rotate first")
    _append(folder, f"{name} retired")


def _append(folder: Path, line: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    file = os.open(folder / FILE, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(file, f"{line}\n".encode())
        os.fsync(file)
    finally:
        os.close(file)
