"""fetch against real HTTP servers on the loopback address."""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from PIL import Image

from banner_engine.errors import BannerError
from banner_engine.prepare import fetch
from banner_engine.prepare.fetch import is_public, sniffed


def picture_bytes(kind: str = "PNG", size: int = 64) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (size, size), "#883311").save(out, kind)
    return out.getvalue()


PNG = picture_bytes()


class Shop(BaseHTTPRequestHandler):
    """A shop's image server; what it does is in the path."""

    asked: list[tuple[str, str]]

    def do_GET(self) -> None:
        self.asked.append((self.headers["Host"], self.path))
        kind, _, rest = self.path.lstrip("/").partition("/")
        getattr(self, f"answer_{kind}")(rest)

    def answer_png(self, rest: str) -> None:
        self.send(PNG, "image/png")

    def answer_mislabelled(self, rest: str) -> None:
        self.send(PNG, "text/html")

    def answer_html(self, rest: str) -> None:
        self.send(b"<html>moved</html>", "image/png")

    def answer_missing(self, rest: str) -> None:
        self.send_error(404, "Not Found")

    def answer_to(self, rest: str) -> None:
        self.send_response(302)
        self.send_header("Location", "http://" + rest)
        self.end_headers()

    def answer_nowhere(self, rest: str) -> None:
        self.send_response(301)
        self.end_headers()

    def answer_hops(self, rest: str) -> None:
        self.send_response(307)
        self.send_header("Location", f"/hops/{int(rest) - 1}" if int(rest) > 1 else "/png")
        self.end_headers()

    def answer_file(self, rest: str) -> None:
        self.send_response(302)
        self.send_header("Location", "file:///etc/passwd")
        self.end_headers()

    def answer_large(self, rest: str) -> None:
        self.send(PNG + b"\0" * int(rest), "image/png")

    def answer_endless(self, rest: str) -> None:
        self.send_response(200)
        self.end_headers()
        with suppress(OSError):
            self.wfile.write(PNG)
            while True:
                self.wfile.write(b"\0" * 10_000)

    def answer_dribble(self, rest: str) -> None:
        self.send_response(200)
        self.end_headers()
        self.slowly([bytes([byte]) for byte in PNG])

    def answer_headers(self, rest: str) -> None:
        self.slowly([b"HTTP/1.1 200 OK\r\n", *(f"X-{n}: 1\r\n".encode() for n in range(90))])

    def slowly(self, parts: list[bytes]) -> None:
        """A part every 20 ms; tells when the client cuts the line before the end."""
        try:
            for part in parts:
                self.wfile.write(part)
                time.sleep(0.02)
        except OSError:
            self.asked.append(("", "cut"))

    def answer_short(self, rest: str) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(PNG) + 50))
        self.end_headers()
        self.wfile.write(PNG)

    def answer_chunked(self, rest: str) -> None:
        self.protocol_version = "HTTP/1.1"
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for part in (PNG[:20], PNG[20:]):
            self.wfile.write(f"{len(part):x}\r\n".encode() + part + b"\r\n")
        self.wfile.write(b"0\r\n\r\n")

    def send(self, content: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        with suppress(OSError):
            self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def serving() -> Iterator[tuple[int, list[tuple[str, str]]]]:
    asked: list[tuple[str, str]] = []
    handler = type("Handler", (Shop,), {"asked": asked})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server.server_address[1], asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def shop() -> Iterator[tuple[int, list[tuple[str, str]]]]:
    with serving() as found:
        yield found


def to_loopback(host: str, port: int) -> list[str]:
    return ["127.0.0.1"]


def loopback_only(address: str) -> bool:
    return address == "127.0.0.1"


def get(url: str, folder: Path, **options: object) -> Path:
    settings: dict[str, object] = {
        "allow_hosts": ["img.shop.example"],
        "resolve": to_loopback,
        "is_allowed": loopback_only,
        "seconds": 10.0,
    }
    return fetch(url, folder, **(settings | options))  # type: ignore[arg-type]


def refusal(url: str, folder: Path, **options: object) -> str:
    with pytest.raises(BannerError) as caught:
        get(url, folder, **options)
    assert caught.value.kind == "picture"
    assert caught.value.file == url
    assert not folder.exists() or list(folder.iterdir()) == []
    return str(caught.value)


def test_picture_is_kept_by_digest_and_asked_for_under_its_host_name(shop, tmp_path: Path) -> None:
    port, asked = shop
    path = get(f"http://img.shop.example:{port}/png/a%20b?w=1", tmp_path / "fetched")
    assert path.read_bytes() == PNG
    assert path.suffix == ".png" and len(path.stem) == 64
    assert asked == [(f"img.shop.example:{port}", "/png/a%20b?w=1")]
    assert get(f"http://img.shop.example:{port}/mislabelled", tmp_path / "fetched") == path
    assert [p.name for p in (tmp_path / "fetched").iterdir()] == [path.name]


def test_chunked_answers_are_read(shop, tmp_path: Path) -> None:
    assert get(f"http://img.shop.example:{shop[0]}/chunked", tmp_path).read_bytes() == PNG


def test_loopback_is_refused_by_default(shop, tmp_path: Path) -> None:
    port, asked = shop
    with pytest.raises(BannerError, match=r"the host 127\.0\.0\.1 is at 127\.0\.0\.1, which is not a public"):
        fetch(f"http://127.0.0.1:{port}/png", tmp_path, allow_hosts=["127.0.0.1"])
    with pytest.raises(BannerError, match=r"the host localhost is at .*, which is not a public address"):
        fetch(f"http://localhost:{port}/png", tmp_path, allow_hosts=["localhost"])
    assert asked == []


def test_host_must_be_allowed(shop, tmp_path: Path) -> None:
    port, asked = shop
    text = refusal(f"http://other.example:{port}/png", tmp_path / "f")
    assert "the host other.example is not allowed" in text and "allow_hosts" in text
    refusal(f"http://img.shop.example.evil.example:{port}/png", tmp_path / "f")
    refusal(f"http://img.shop.example@evil.example:{port}/png", tmp_path / "f")
    assert asked == []
    below = {"allow_hosts": ["*.shop.example"]}
    assert get(f"http://img.shop.example:{port}/png", tmp_path / "f", **below).exists()
    (tmp_path / "g").mkdir()
    refusal(f"http://shop.example:{port}/png", tmp_path / "g", **below)


def test_every_address_of_a_host_must_be_allowed(shop, tmp_path: Path) -> None:
    def two(host: str, port: int) -> list[str]:
        return ["127.0.0.1", "10.0.0.7"]

    assert "10.0.0.7" in refusal(f"http://img.shop.example:{shop[0]}/png", tmp_path, resolve=two)
    assert shop[1] == []


def test_name_is_resolved_once_for_a_request(shop, tmp_path: Path) -> None:
    """A second answer, as in DNS rebinding, is never asked for: the checked address is connected to."""
    answers = iter(["127.0.0.1", "10.0.0.7"])

    def rebinding(host: str, port: int) -> list[str]:
        return [next(answers)]

    assert get(f"http://img.shop.example:{shop[0]}/png", tmp_path, resolve=rebinding).exists()
    assert next(answers) == "10.0.0.7"


def test_redirects_are_checked_like_links(shop, tmp_path: Path) -> None:
    port, _ = shop
    base = f"http://img.shop.example:{port}"
    assert get(f"{base}/to/img.shop.example:{port}/png", tmp_path / "a").exists()
    assert "the host other.example is not allowed" in refusal(f"{base}/to/other.example/png", tmp_path / "b")

    def by_name(host: str, port: int) -> list[str]:
        return ["192.168.0.1"] if host == "cdn.shop.example" else ["127.0.0.1"]

    options = {"allow_hosts": ["*.shop.example"], "resolve": by_name}
    text = refusal(f"{base}/to/cdn.shop.example/png", tmp_path / "b", **options)
    assert "cdn.shop.example is at 192.168.0.1, which is not a public address" in text
    assert "is not a link" in refusal(f"{base}/file", tmp_path / "b")
    assert "without saying where" in refusal(f"{base}/nowhere", tmp_path / "b")


def test_three_redirects_are_followed_and_no_more(shop, tmp_path: Path) -> None:
    base = f"http://img.shop.example:{shop[0]}"
    assert get(f"{base}/hops/3", tmp_path / "a").exists()
    assert "more than 3 redirects" in refusal(f"{base}/hops/4", tmp_path / "b")


@pytest.mark.parametrize("path", ["large/200000", "endless"])
def test_size_is_limited_with_and_without_a_length(shop, tmp_path: Path, path: str) -> None:
    url = f"http://img.shop.example:{shop[0]}/{path}"
    assert "larger than 0.1 MB" in refusal(url, tmp_path, max_bytes=100_000)


@pytest.mark.parametrize("path", ["dribble", "headers"])
def test_whole_exchange_is_limited_in_time(shop, tmp_path: Path, path: str) -> None:
    """Each byte comes in time, all of them do not: the line is cut, and what is left is not awaited."""
    port, asked = shop
    assert "not there after 0.3 s" in refusal(f"http://img.shop.example:{port}/{path}", tmp_path, seconds=0.3)
    for _ in range(500):
        if len(asked) == 2:
            break
        time.sleep(0.01)
    assert asked[1:] == [("", "cut")]


def test_content_decides_not_its_label(shop, tmp_path: Path) -> None:
    text = refusal(f"http://img.shop.example:{shop[0]}/html", tmp_path)
    assert "not a picture" in text and "PNG, JPEG, WebP and AVIF" in text


def test_cut_short_answer_is_refused(shop, tmp_path: Path) -> None:
    assert "can't be fetched" in refusal(f"http://img.shop.example:{shop[0]}/short", tmp_path)


def test_server_errors_are_told(shop, tmp_path: Path) -> None:
    assert "the server answered 404 Not Found" in refusal(
        f"http://img.shop.example:{shop[0]}/missing", tmp_path
    )


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("ftp://img.shop.example/a.png", "is not a link"),
        ("file:///etc/passwd", "is not a link"),
        ("http://", "is not a link"),
        ("http://img.shop.example:99999999/a", "is not a link"),
        ("http://img.shop.example/a b.png", "percent-encode"),
        ("http://img.shop.example/a\r\nHost: x", "percent-encode"),
    ],
)
def test_odd_links_are_refused(tmp_path: Path, url: str, message: str) -> None:
    assert message in refusal(url, tmp_path)


def test_unknown_host_and_closed_port(shop, tmp_path: Path) -> None:
    def nothing(host: str, port: int) -> list[str]:
        raise OSError("no such name")

    assert "is not known" in refusal("http://img.shop.example/a.png", tmp_path, resolve=nothing)
    with serving() as (port, _):
        closed = port
    assert "can't be fetched" in refusal(f"http://img.shop.example:{closed}/png", tmp_path)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1:248:1893:25c8:1946", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("ff0e::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:93.184.216.34", True),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
        ("2001:0:4136:e378:8000:63bf:3fff:fdd2", False),
    ],
)
def test_public_addresses(address: str, public: bool) -> None:
    assert is_public(address) is public


@pytest.mark.parametrize(
    ("kind", "ending"), [("PNG", "png"), ("JPEG", "jpg"), ("WEBP", "webp"), ("AVIF", "avif")]
)
def test_sniffing_knows_the_four_formats(kind: str, ending: str) -> None:
    assert sniffed(picture_bytes(kind)) == ending
    assert sniffed(b"GIF89a" + bytes(40)) is None
    assert sniffed(b"") is None
