"""Starting and ending: sites are opened, uvicorn serves, signals reload and stop; what waits is committed."""

from __future__ import annotations

import asyncio
import datetime as dt
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import uvicorn

from banner_engine.errors import BannerError
from banner_engine.serve.app import App
from banner_engine.serve.logs import Log, quiet_libraries
from banner_engine.serve.settings import Settings, check_secrets
from banner_engine.serve.site import Site
from banner_engine.state import State

GRACE = 10
"""Seconds that requests under way have when the server stops."""
KEEP_ALIVE = 75
"""Seconds that an idle connection stays open: ad systems keep theirs, and opening one costs more than a bid."""


def serve(
    campaigns: list[Path],
    settings: Settings,
    *,
    as_of: dt.datetime | None = None,
    state: Path | None = None,
    told: Callable[[str, App], None] | None = None,
) -> None:
    """Serve until SIGINT or SIGTERM. told: called with the address once requests are taken.

    Raises BannerError(s) where a campaign, a setting or a secret is wrong, or the port is taken.
    """
    check_secrets(settings, [State.of(folder, state) for folder in campaigns])
    listening = _listen(settings)
    try:
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            runner.run(_serve(campaigns, settings, listening, as_of, state, told))
    finally:
        listening.close()


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    with suppress(ImportError):
        import uvloop

        return uvloop.new_event_loop
    return None


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listening = socket.socket(family)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((settings.host, settings.port))
    except OSError as error:
        listening.close()
        raise BannerError(
            f"{settings.host}:{settings.port} cannot be listened on ({error.strerror})",
            hint="name another with --port",
            kind="config",
        ) from None
    return listening


class _Server(uvicorn.Server):
    """One that leaves signals to us: uvicorn would raise them once more when it has ended, before what waits
    is committed.
    """

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    def end(self) -> None:
        """Take no more requests, and finish those under way; asked twice, don't wait for them."""
        self.force_exit = self.should_exit
        self.should_exit = True


async def _serve(
    campaigns: list[Path],
    settings: Settings,
    listening: socket.socket,
    as_of: dt.datetime | None,
    state: Path | None,
    told: Callable[[str, App], None] | None,
) -> None:
    quiet_libraries()
    log = Log(settings.log)
    sites: list[Site] = []
    try:
        sites.extend(
            Site.open(folder, as_of=as_of, state=state, waiting=settings.waiting) for folder in campaigns
        )
        app = App(sites, settings, log)
        config = uvicorn.Config(
            app,
            access_log=False,
            log_config=None,
            lifespan="off",
            http="httptools",
            ws="none",
            server_header=False,
            timeout_keep_alive=KEEP_ALIVE,
            timeout_graceful_shutdown=GRACE,
            forwarded_allow_ips=settings.forwarded_allow_ips,
        )
        server = _Server(config)
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGHUP, lambda: _again(app, log))
        for stop in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(stop, server.end)
        for site in sites:
            site.start()
        serving = asyncio.create_task(server.serve([listening]))
        while not server.started and not serving.done():
            await asyncio.sleep(0.01)
        log.say("serving", address=settings.base, campaigns=[site.id for site in sites])
        if told is not None:
            told(settings.base, app)
        await serving
    finally:
        for site in sites:
            await site.close()
        log.say("stopped")


_reloading: set[asyncio.Task[None]] = set()


def _again(app: App, log: Log) -> None:
    task = asyncio.get_running_loop().create_task(reload_all(app, log))
    _reloading.add(task)
    task.add_done_callback(_reloading.discard)


async def reload_all(app: App, log: Log) -> None:
    """Read all campaigns again. One that cannot be read is served on as it was, and the log says why."""
    for site in app.sites.values():
        try:
            await site.reload()
        except BannerError as error:
            log.say("reload failed", campaign=site.id, message=str(error))
        else:
            log.say("reloaded", campaign=site.id)
