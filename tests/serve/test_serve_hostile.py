"""What a feed, a campaign and a request may bring: links into the own network, bombs, endless texts."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
import zlib
from collections.abc import Iterator
from pathlib import Path
from struct import pack
from typing import Any

import pytest
from PIL import Image
from serving import Server
from shop_samples import COPY, Shop, banner

HERE = Path(__file__).parent


class Listener:
    """A port of loopback (v4 and v6) that counts who connects."""

    def __init__(self) -> None:
        self.connections = 0
        self._sockets = [socket.socket(socket.AF_INET)]
        self._sockets[0].bind(("127.0.0.1", 0))
        self.port: int = self._sockets[0].getsockname()[1]
        for one in self._sockets:
            one.listen()
            threading.Thread(target=self._count, args=(one,), daemon=True).start()

    def _count(self, listening: socket.socket) -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            self.connections += 1
            connection.close()

    def close(self) -> None:
        for one in self._sockets:
            one.shutdown(socket.SHUT_RDWR)
            one.close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    found = Listener()
    yield found
    found.close()


HOSTS = ["127.0.0.1", "localhost", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0.0.0.0", "0",
         "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::]",
         "127.0.0.1.", "LOCALHOST", "localhost.", "①②⑦.0.0.1"]  # fmt: skip


def test_prepare_never_reaches_into_the_own_network(shop: Shop, listener: Listener) -> None:
    """Even where the campaign allows the host by name."""
    names = json.dumps([host.strip("[]") for host in HOSTS] + HOSTS, ensure_ascii=False)
    shop.write("campaign.yaml", shop.text("campaign.yaml") + f"fetch_hosts: {names}\n")
    products = [f"p{number:02d}" for number in range(1, 11)]
    for first in range(0, len(HOSTS), len(products)):
        for product, host in zip(products, HOSTS[first:], strict=False):
            shop.set_cells("catalogue.csv", product, image_link=f"http://{host}:{listener.port}/x.png")
        told = banner("products", "prepare", shop.folder)
        for product, host in zip(products, HOSTS[first:], strict=False):
            assert f"http://{host}:{listener.port}/x.png" in told.err, product
    assert listener.connections == 0


def test_the_server_fetches_nothing(server: Server, listener: Listener) -> None:
    link = f"http://127.0.0.1:{listener.port}/x"
    server.post(
        "/v1/decisions", {"placement": "card", "profile": {"image": link}, "user": link, "locale": "en"}
    )
    server.get(f"/v1/placements/card/image?r=1&url={link}&image={link}")
    server.post(
        "/openrtb2/auction", {"id": link, "imp": [{"id": link, "banner": {}}], "site": {"page": link}}
    )
    assert listener.connections == 0


def png(width: int, height: int, rows_there: int | None = None) -> bytes:
    """A PNG of one colour, packed by hand: Pillow would need its whole memory to write it."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return pack(">I", len(data)) + name + data + pack(">I", zlib.crc32(name + data))

    packer = zlib.compressobj(9)
    row = b"\0" * (1 + 3 * width)
    rows = b"".join(packer.compress(row) for _ in range(rows_there or height)) + packer.flush()
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
        + chunk(b"IDAT", rows)
        + chunk(b"IEND", b"")
    )


def gif(frames: int) -> bytes:
    head = b"GIF89a" + pack("<HHBBB", 64, 64, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
    frame = b"!\xf9\x04\0\x01\0\0\0," + pack("<HHHHB", 0, 0, 64, 64, 0) + b"\x02\x02D\x01\0"
    return head + frame * frames + b";"


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10">{}</svg>'
BOMBS: dict[str, tuple[str, Any, str]] = {
    "14000² PNG": ("picture", lambda: png(14_000, 14_000), "far too many pixels"),
    "60000² PNG": ("picture", lambda: png(60_000, 60_000, 10), "far too many pixels"),
    "10,000 frames": ("picture", lambda: gif(10_000), "not a picture that can be read"),
    "cut short": ("picture", lambda: png(2_000, 2_000)[:500], "broken or cut short"),
    "billion laughs": (
        "svg",
        lambda: f'<!DOCTYPE svg [<!ENTITY l0 "ha">{LAUGHS}]>{SVG.format("<text>&l9;</text>")}'.encode(),
        "may not declare a document type",
    ),
    "1 M of words": (
        "copy",
        lambda: COPY.replace("Picked for you", "word " * 200_000).encode(),
        "at most 300 characters",
    ),
    "1 M of one word": ("copy", lambda: COPY.replace("See it now", "w" * 1_000_000).encode(), "at most 300"),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_in_one_line_soon_and_in_little_memory(tmp_path: Path, name: str) -> None:
    kind, make, said = BOMBS[name]
    ending = {"picture": "png", "svg": "svg", "copy": "yaml"}[kind]
    harmless, bomb = tmp_path / f"harmless.{ending}", tmp_path / f"bomb.{ending}"
    if kind == "picture":
        Image.effect_noise((64, 64), 90).save(harmless)
    else:
        harmless.write_text(COPY if kind == "copy" else SVG.format(""), encoding="utf-8")
    bomb.write_bytes(make())
    command = [sys.executable, str(HERE / "bomb_process.py"), kind, str(harmless), str(bomb)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    found = json.loads(done.stdout)
    assert said in found["told"] and found["told"]
    assert "\n" not in found["told"] and len(found["told"]) < 400
    assert found["mb"] < 200
    assert found["seconds"] < 2  # of this process's own time, whatever else the machine does


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/v1/decisions", {"placement": "card", "user": "u" * 1_000_000}, 413),
        ("/v1/decisions", {"placement": "card", "user": "u" * 900_000}, 400),
        ("/v1/decisions", {"placement": "p" * 900_000}, 400),
        ("/v1/decisions", {"placement": "card", "locale": "l" * 900_000}, 400),
        ("/v1/decisions", {"placement": "card", "consent": {"gdpr": True, "tcf": "C" * 900_000}}, 400),
        ("/v1/decisions", {"requests": [{"placement": "card"}] * 20_000}, 400),
        ("/openrtb2/auction", {"id": "i" * 900_000, "imp": [{"id": "1"}]}, 400),
        ("/openrtb2/auction", {"id": "1", "imp": [{"id": str(n)} for n in range(50_000)]}, 400),
    ],
)  # fmt: skip
def test_endless_requests_are_4xx(server: Server, path: str, body: Any, status: int) -> None:
    reply = server.post(path, body)
    assert reply.status == status
    assert len(reply.body) < 1000


def test_deep_json_is_400(server: Server) -> None:
    for path in ("/v1/decisions", "/openrtb2/auction"):
        for body in (b"[" * 200_000, b'{"placement":' * 70_000, b'{"profile":' + b"[" * 400_000):
            assert server.post(path, body).status == 400


def test_long_addresses_are_refused(server: Server) -> None:
    assert server.get(f"/v1/clicks/{'a' * 30_000}").status == 400
    assert server.get("/v1/placements/card/image?" + "&".join(f"a{n}=1" for n in range(60))).status == 400
