"""Flags traffic that is no person's: crawlers, prefetches, sources that are too fast, one's own machines.

What is flagged is stored and counted in gross; it is left out of net, and reports tell it by its flag.
IAB/MRC's guidelines call this general invalid traffic. No address and no user agent is stored or logged.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import secrets
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from pathlib import Path

from banner_engine.errors import BannerError

CRAWLER, NO_USER_AGENT, PREFETCH, RATE, OWN_IP = (
    "crawler",
    "no_user_agent",
    "prefetch",
    "rate",
    "own_ip",
)
PER_MINUTE = 120
MOST_SOURCES = 200_000
OWN_FILE = "own-ips.txt"
_LIST = Path(__file__).parent / "data" / "crawlers.txt"
_AT_ONCE = 25  # patterns of one expression: longer alternations are slower to try

# https://wicg.github.io/nav-speculation/prefetch.html, and what browsers sent before it.
_PREFETCH = {
    "sec-purpose": ("prefetch", "prerender"),
    "purpose": ("prefetch", "prerender", "preview"),
    "x-purpose": ("prefetch", "prerender", "preview"),
    "x-moz": ("prefetch",),
}

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address


class Screen:
    """Looks at requests one after the other. own: addresses and networks of one's own machines.

    per_minute: requests that one source (address and user agent) may send in a minute; more are flagged.
    """

    def __init__(self, own: Iterable[str] = (), per_minute: int = PER_MINUTE) -> None:
        self._own = [_network(text) for text in own]
        self._per_minute = per_minute
        self._minute = 0
        self._seen: dict[bytes, int] = {}
        self._salt = secrets.token_bytes(16)

    @classmethod
    def of(cls, state: Path, per_minute: int = PER_MINUTE) -> Screen:
        """With the networks that `own-ips.txt` in the state's folder names, one a line, if it is there."""
        path = state / OWN_FILE
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        own = []
        for number, line in enumerate(text.splitlines(), 1):
            entry = line.partition("#")[0].strip()
            try:
                own += [str(_network(entry))] if entry else []
            except BannerError as error:
                error.file, error.line = str(path), number
                raise
        return cls(own, per_minute)

    def flags(self, headers: Mapping[str, str], address: str | None, now: dt.datetime) -> tuple[str, ...]:
        """Why a request is not a person's, sorted; () where nothing speaks against it.

        headers: by lower-case names. address: of the client, None where it is not known.
        """
        agent = headers.get("user-agent", "").strip()
        found = []
        if not agent:
            found.append(NO_USER_AGENT)
        elif is_crawler(agent):
            found.append(CRAWLER)
        if is_prefetch(headers):
            found.append(PREFETCH)
        if address is not None and self._own and self._is_own(address):
            found.append(OWN_IP)
        if self._too_fast(f"{address}\x1f{agent}", now):
            found.append(RATE)
        return tuple(sorted(found))

    def _is_own(self, address: str) -> bool:
        try:
            parsed: Address = ip_address(address)
        except ValueError:
            return False
        if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is not None:
            parsed = parsed.ipv4_mapped
        return any(parsed in network for network in self._own)

    def _too_fast(self, source: str, now: dt.datetime) -> bool:
        minute = int(now.timestamp()) // 60
        if minute != self._minute:
            self._minute, self._seen = minute, {}
        # Only a salted hash stays in memory, for a minute.
        key = hashlib.blake2b(source.encode("utf-8", "replace"), digest_size=8, key=self._salt).digest()
        number = self._seen.get(key, 0) + 1
        if number == 1 and len(self._seen) >= MOST_SOURCES:
            return False  # a flood of new sources: memory stays bounded, known ones are still counted
        self._seen[key] = number
        return number > self._per_minute


@lru_cache(maxsize=8_192)
def is_crawler(user_agent: str) -> bool:
    """Whether the kept list names this user agent."""
    return any(pattern.search(user_agent) for pattern in _patterns())


def is_prefetch(headers: Mapping[str, str]) -> bool:
    """Whether a browser says that it loads this before anybody asked to see it. headers: lower-case names."""
    return any(word in headers.get(name, "").lower() for name, words in _PREFETCH.items() for word in words)


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    lines = _LIST.read_text(encoding="utf-8").splitlines()
    patterns = [line for line in lines if line and not line.startswith("#")]
    return tuple(
        re.compile("|".join(f"(?:{pattern})" for pattern in patterns[start : start + _AT_ONCE]))
        for start in range(0, len(patterns), _AT_ONCE)
    )


def _network(text: str) -> Network:
    try:
        return ip_network(text.strip(), strict=False)
    except ValueError:
        raise BannerError(
            f"'{text}' is no address and no network", hint="write 203.0.113.7 or 2001:db8::/32"
        ) from None
