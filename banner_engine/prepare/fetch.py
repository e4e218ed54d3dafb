"""Fetching a feed's picture from the web: allowed hosts, public addresses, and limits on all that is sent.

A feed is other people's data, so that its links must not reach into the network that this runs in (server-
side request forgery). The host's name is resolved once, every address it has must be public, and the
connection goes to that very address; a redirect is checked in the same way.
"""

from __future__ import annotations

import hashlib
import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, urljoin, urlsplit

from banner_engine.errors import BannerError
from banner_engine.prepare.store import write_atomic

MAX_BYTES = 20_000_000
MAX_REDIRECTS = 3
SECONDS = 20.0

Resolver = Callable[[str, int], list[str]]
AddressCheck = Callable[[str], bool]

_REDIRECTS = (301, 302, 303, 307, 308)
_AGENT = "banner-engine (product pictures)"


def fetch(
    url: str,
    folder: Path,
    *,
    allow_hosts: Iterable[str],
    max_bytes: int = MAX_BYTES,
    seconds: float = SECONDS,
    resolve: Resolver | None = None,
    is_allowed: AddressCheck | None = None,
) -> Path:
    """Fetch a picture into `folder` and return its path, `<sha256>.<png|jpg|webp|avif>`.

    allow_hosts: names as in 'img.shop.example'; '*.shop.example' allows every name below shop.example.
    max_bytes bounds the body, seconds the whole exchange with all redirects (3 at most). resolve gives a
    host's addresses and is_allowed says which may be connected to; by default the system's resolver and
    public addresses only. The file is written whole or not at all, and one that is there is kept.

    Raises BannerError (kind 'picture') for a link that is not http(s), a host that is not allowed or not
    public, an answer other than 200, one that is too large or too slow, and content that is no PNG, JPEG,
    WebP or AVIF by its first bytes.
    """
    hosts = frozenset(host.lower().rstrip(".") for host in allow_hosts)
    gate = _Gate(hosts, resolve or _system_resolver, is_allowed or is_public)
    limits = _Limits(max_bytes, time.monotonic() + seconds)
    try:
        content = _follow(url, gate, limits)
    except TimeoutError:
        raise _error(url, f"not there after {seconds:g} s") from None
    except (OSError, http.client.HTTPException) as error:
        if time.monotonic() >= limits.deadline:
            raise _error(url, f"not there after {seconds:g} s") from None
        raise _error(url, f"can't be fetched ({error or type(error).__name__})") from None
    ending = sniffed(content)
    if ending is None:
        raise _error(url, "the answer is not a picture", "PNG, JPEG, WebP and AVIF are read")
    path = folder / f"{hashlib.sha256(content).hexdigest()}.{ending}"
    if not path.exists():
        try:
            folder.mkdir(parents=True, exist_ok=True)
            write_atomic(path, content)
        except OSError as error:
            raise _error(url, f"can't be written to {folder} ({error.strerror or error})") from None
    return path


def sniffed(content: bytes) -> str | None:
    """File ending for a picture's first bytes; None for anything but PNG, JPEG, WebP and AVIF."""
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if content.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "webp"
    if content[4:8] == b"ftyp" and b"avi" in content[8:64]:
        return "avif"
    return None


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet, also where IPv6 wraps an IPv4 one."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip in _NAT64:
            return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF)))
        inner = ip.ipv4_mapped or ip.sixtofour
        if inner is not None:
            return is_public(str(inner))
        if ip.teredo is not None:
            return False
    return ip.is_global and not ip.is_multicast


_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


@dataclass(frozen=True, slots=True)
class _Gate:
    """Which hosts may be asked, and at which address."""

    hosts: frozenset[str]
    resolve: Resolver
    is_allowed: AddressCheck

    def address(self, url: str, host: str, port: int) -> str:
        """The one address to connect to. Raises BannerError where the campaign or the network forbids it."""
        if not self._named(host):
            raise _error(url, f"the host {host} is not allowed", "add it to the campaign's allow_hosts")
        try:
            found = self.resolve(host, port)
        except (OSError, UnicodeError):
            found = []
        if not found:
            raise _error(url, f"the host {host} is not known")
        for address in found:
            if not self.is_allowed(address):
                raise _error(url, f"the host {host} is at {address}, which is not a public address")
        return found[0]

    def _named(self, host: str) -> bool:
        if host in self.hosts:
            return True
        parts = host.split(".")
        return any("*." + ".".join(parts[n:]) in self.hosts for n in range(1, len(parts)))


@dataclass(frozen=True, slots=True)
class _Limits:
    max_bytes: int
    deadline: float

    def left(self) -> float:
        """Seconds until the deadline. Raises TimeoutError after it."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


def _system_resolver(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def _follow(url: str, gate: _Gate, limits: _Limits) -> bytes:
    """The body behind `url`, through its redirects."""
    here = url
    for _ in range(MAX_REDIRECTS + 1):
        answer = _ask(url, here, gate, limits)
        if isinstance(answer, bytes):
            return answer
        here = urljoin(here, answer)
    raise _error(url, f"more than {MAX_REDIRECTS} redirects")


def _ask(url: str, here: str, gate: _Gate, limits: _Limits) -> bytes | str:
    """One GET: the body, or where a redirect points to. Errors name the feed's `url`."""
    parts, port = _split(url, here)
    host = (parts.hostname or "").lower().rstrip(".")
    address = gate.address(url, host, port)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = {"User-Agent": _AGENT, "Accept": "image/avif,image/webp,image/png,image/jpeg"}
    with _connected(parts.scheme, host, port, address, limits) as connection:
        connection.request("GET", target, headers=headers)
        with connection.getresponse() as response:
            if response.status in _REDIRECTS:
                location = response.getheader("Location")
                if not location:
                    raise _error(url, f"the server answered {response.status} without saying where to go")
                return location
            if response.status != 200:
                raise _error(url, f"the server answered {response.status} {response.reason}".rstrip())
            return _body(url, response, limits)


def _split(url: str, here: str) -> tuple[SplitResult, int]:
    try:
        parts = urlsplit(here)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme, 0)
    except ValueError:
        raise _error(url, f"'{here}' is not a link") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise _error(url, f"'{here}' is not a link", "image_link is a file's path, or an http(s) link")
    if any(ord(c) <= 32 or ord(c) >= 127 for c in parts.netloc + parts.path + parts.query):
        raise _error(url, "the link has blanks or letters that are not ASCII", "percent-encode them")
    return parts, port


@contextmanager
def _connected(
    scheme: str, host: str, port: int, address: str, limits: _Limits
) -> Iterator[http.client.HTTPConnection]:
    """A connection to `address` that speaks (and checks certificates) as to `host`.

    It is cut at the deadline: time limits of sockets are for each read, and a server that sends a byte now
    and then would keep it open for ever.
    """
    line = socket.create_connection((address, port), timeout=limits.left())

    def cut() -> None:
        with suppress(OSError):
            socket.socket.shutdown(line, socket.SHUT_RDWR)

    timer = threading.Timer(limits.left(), cut)
    timer.daemon = True
    timer.start()
    try:
        if scheme == "https":
            secure = ssl.create_default_context()
            line = tls = secure.wrap_socket(line, server_hostname=host, do_handshake_on_connect=False)
            tls.do_handshake()
        connection = http.client.HTTPConnection(host, port)
        connection.default_port = {"http": 80, "https": 443}[scheme]
        connection.auto_open = 0  # never a second connection, which would resolve the name anew
        connection.sock = line
        yield connection
    finally:
        timer.cancel()
        line.close()


def _body(url: str, response: http.client.HTTPResponse, limits: _Limits) -> bytes:
    too_large = _error(url, f"larger than {limits.max_bytes / 1e6:g} MB")
    if (response.length or 0) > limits.max_bytes:
        raise too_large
    content = response.read(limits.max_bytes + 1)
    if len(content) > limits.max_bytes:
        raise too_large
    limits.left()  # a body without a length ends where the connection is cut
    if response.length:
        raise http.client.IncompleteRead(content, response.length)
    return content


def _error(url: str, message: str, hint: str | None = None) -> BannerError:
    return BannerError(message, file=url, hint=hint, kind="picture")
