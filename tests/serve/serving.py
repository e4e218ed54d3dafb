"""A real server on a real socket, as a process of its own, and plain requests to it."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from shop_samples import AS_OF, environment, start

AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Safari/537.36"
TOKEN = "a-token-for-administrators"
KEY = "a-secret-of-the-corner-shop"


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@dataclass(frozen=True)
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Server:
    """A running `banner serve`."""

    port: int
    process: subprocess.Popen[str]
    folder: Path
    log: Path
    said: list[str] = field(default_factory=list)

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def ask(
        self, method: str, url: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> Reply:
        """One request over a connection of its own. url: a path, or a whole URL of this server."""
        parts = urlsplit(url)
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body, {"User-Agent": AGENT, **(headers or {})})
            answer = connection.getresponse()
            return Reply(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
        finally:
            connection.close()

    def get(self, url: str, **headers: str) -> Reply:
        return self.ask("GET", url, None, {k.replace("_", "-"): v for k, v in headers.items()})

    def post(self, url: str, data: Any = None, **headers: str) -> Reply:
        body = data if isinstance(data, bytes) else b"" if data is None else json.dumps(data).encode()
        return self.ask("POST", url, body, {k.replace("_", "-"): v for k, v in headers.items()})

    def decide(self, **asked: Any) -> dict[str, Any]:
        """The one decision of an answer."""
        reply = self.post("/v1/decisions", {"placement": "card", **asked})
        assert reply.status == 200, reply.body
        found: dict[str, Any] = reply.json["decisions"][0]
        return found

    def lines(self) -> list[dict[str, Any]]:
        """What the server has logged."""
        text = self.log.read_text(encoding="utf-8")
        return [json.loads(line) for line in text.splitlines() if line.startswith("{")]

    def stop(self) -> int:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)


def launch(folder: Path, log: Path, *args: str, port: int | None = None, **env: str) -> Server:
    """Start a server and wait until it takes requests (not until it has drawn its defaults)."""
    port = port or free_port()
    with log.open("a") as file:
        process = start(
            "serve", folder, "--port", str(port), *args, flags=("-W", "error"), stdout=file, stderr=file,
            env=environment(BANNER_KEY=KEY, BANNER_ADMIN_TOKEN=TOKEN, **env),
        )  # fmt: skip
    server = Server(port, process, folder, log)
    until = time.monotonic() + 120
    while time.monotonic() < until:
        if process.poll() is not None:
            raise AssertionError(f"the server ended with {process.returncode}: {log.read_text()}")
        try:
            if server.get("/healthz").status == 200:
                return server
        except OSError:
            time.sleep(0.05)
    os.killpg(process.pid, signal.SIGKILL)
    raise AssertionError("the server did not start")


def prepared(server: Server) -> Server:
    """Wait until the server has drawn its defaults."""
    until = time.monotonic() + 120
    while server.get("/readyz").status != 200:
        assert time.monotonic() < until, "the server did not get ready"
        time.sleep(0.1)
    return server


@contextmanager
def running(folder: Path, log: Path, *args: str, **env: str) -> Iterator[Server]:
    server = launch(folder, log, "--as-of", AS_OF, *args, **env)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            os.killpg(server.process.pid, signal.SIGTERM)
        assert server.process.wait(60) == 0, log.read_text()
