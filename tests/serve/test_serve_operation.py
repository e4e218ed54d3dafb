"""Running it: secrets, reload, overload, shutdown, metrics, logs, the pages for people."""

from __future__ import annotations

import http.client
import os
import re
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from serving import AGENT, KEY, TOKEN, Reply, Server, free_port, launch, prepared, running
from shop_samples import AS_OF, Shop, banner, environment, start
from test_serve_road import counted

from banner_engine.errors import BannerError
from banner_engine.serve.settings import Settings, check_secrets
from banner_engine.state import State

BEARER = {"authorization": f"Bearer {TOKEN}"}

# -- secrets ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("token", "key", "told"),
    [
        ("", "", "there is no admin token"),
        ("x" * 16, "", "no secret signs the tokens"),
        ("x" * 16, "y" * 16, None),
    ],
)
def test_only_loopback_is_served_without_secrets(
    tmp_path: Path, token: str, key: str, told: str | None
) -> None:
    states = [State(tmp_path)]
    environment = {"BANNER_KEY": key} if key else {}
    for host in ("0.0.0.0", "::", "192.0.2.1", "example.com"):
        settings = Settings(host=host, admin_token=token)
        if told is None:
            check_secrets(settings, states, environment)
            continue
        with pytest.raises(BannerError, match=told):
            check_secrets(settings, states, environment)
    for host in ("127.0.0.1", "::1", "localhost", "127.9.9.9"):
        check_secrets(Settings(host=host), states, {})


def test_the_command_refuses_to_start(shop: Shop) -> None:
    process = start("serve", shop.folder, "--host", "0.0.0.0", "--port", str(free_port()))
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err.count("\n")) == (2, 1)
    assert err.startswith(
        "Error: 0.0.0.0 is not loopback, and there is no admin token; set BANNER_ADMIN_TOKEN"
    )


def test_a_short_token_is_none() -> None:
    with pytest.raises(BannerError, match="shorter than 16"):
        Settings(admin_token="short")


def test_a_port_that_is_taken_is_told(server: Server) -> None:
    told = banner("serve", server.folder, "--port", str(server.port))
    assert told.code == 2 and told.err.count("\n") == 1
    assert f"127.0.0.1:{server.port} cannot be listened on" in told.err


@pytest.mark.parametrize("given", [{}, {"authorization": "Bearer wrong"}, {"authorization": TOKEN[:-1]}])
def test_admin_needs_the_token(server: Server, given: dict[str, str]) -> None:
    reply = server.post("/admin/reload", None, **given)
    assert (reply.status, reply.headers["www-authenticate"]) == (401, "Bearer")


def test_metrics_are_for_this_machine_or_the_token(server: Server) -> None:
    assert server.get("/metrics").status == 200
    for far in ({"x_forwarded_for": "198.51.100.1"}, {"host": "ads.example"}):
        assert server.get("/metrics", **far).status == 401
        assert server.get("/metrics", **far, **BEARER).status == 200


# -- metrics and logs -------------------------------------------------------------------------------


def value(server: Server, name: str) -> float:
    text = server.get("/metrics").body.decode()
    return sum(float(line.rpartition(" ")[2]) for line in text.splitlines() if line.startswith(name))


def test_metrics_count_and_name_nobody(server: Server) -> None:
    before = value(server, 'banner_outcomes_total{outcome="impression:new"}')
    found = server.decide(user="person-007@corner.example")
    server.get(found["impression_url"])
    server.get(found["impression_url"], user_agent="Googlebot/2.1")
    assert value(server, 'banner_outcomes_total{outcome="impression:new"}') == before + 1
    text = server.get("/metrics").body.decode()
    for name in (
        "requests_total",
        "request_seconds_bucket",
        "zone_hits_total",
        "cold_waiting",
        "drawn_total",
    ):
        assert f"banner_{name}" in text
    token = found["click_url"].rpartition("/")[2]
    for secret in ("person-007", token, found["decision_id"], found["variant_id"], "Mozilla"):
        assert secret not in text


def test_a_log_line_has_the_id_of_its_answer_and_no_token(server: Server) -> None:
    found = server.decide(user="person-008@corner.example")
    reply = server.get(found["impression_url"], x_request_id="from-the-proxy.1")
    assert reply.headers["x-request-id"] == "from-the-proxy.1"
    line = next(one for one in server.lines() if one.get("id") == "from-the-proxy.1")
    assert (line["route"], line["status"], line["outcome"]) == ("/v1/impressions", 200, "impression:new")
    text = server.log.read_text()
    assert found["impression_url"].rpartition("/")[2] not in text and "person-008" not in text
    assert server.get("/healthz", x_request_id="no good").headers["x-request-id"] != "no good"


# -- pages for people -------------------------------------------------------------------------------


def test_the_page_of_the_api_loads_nothing(server: Server) -> None:
    reply = server.get("/docs")
    text = reply.body.decode()
    assert reply.headers["content-type"].startswith("text/html")
    assert "<script" not in text and "http" not in text.replace("<!doctype html>", "").replace(
        "text/html", ""
    )
    for path in server.get("/openapi.json").json["paths"]:
        assert path.replace("{", "{") in text


def test_the_demo_shows_every_placement_and_what_was_counted(server: Server) -> None:
    page = server.get("/demo").body.decode()
    assert page.count("<figure>") == 2
    for url in re.findall(r'<img src="([^"]+)"', page):
        assert server.get(url).status == 200
    again = server.ask(
        "POST",
        "/demo",
        b"user=someone%3C&locale=en-US",
        {"content-type": "application/x-www-form-urlencoded"},
    )
    assert 'value="someone&lt;"' in again.body.decode()
    assert "<td>card<td>" in again.body.decode()


@pytest.mark.parametrize(
    "far", [{"x_forwarded_for": "198.51.100.1"}, {"via": "1.1 proxy"}, {"host": "evil.example"}]
)
def test_the_demo_is_for_this_machine_only(server: Server, far: dict[str, str]) -> None:
    assert server.get("/demo", **far).status == 404


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 404),
        ("GET", "/v1/", 404),
        ("GET", "/v1/clicks/", 404),
        ("DELETE", "/v1/decisions", 405),
        ("GET", "/v1/decisions", 405),
        ("PUT", "/healthz", 405),
        ("GET", "/v1/placements/card", 404),
        ("GET", "/v1/placements/none/image?r=1", 404),
        ("GET", "/v1//", 404),
    ],
)
def test_what_is_not_there(server: Server, method: str, path: str, status: int) -> None:
    reply = server.ask(method, path)
    assert reply.status == status and reply.json["error"]["message"]
    assert (status == 405) == ("allow" in reply.headers)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"", None),
        (b"{}", "placement"),
        (b'{"placement":"card","n":0}', "n"),
        (b'{"placement":"card","n":"1"}', "n"),
        (b'{"placement":"carb"}', "placement"),
        (b'{"placement":"card","size":"1x1"}', "size"),
        (b'{"placement":"card","usr":"x"}', "usr"),
        (b'{"requests":[]}', "requests"),
        (
            b'{"placement":"card","profile":{"affinities":{"product_type":{"Bags":2}}}}',
            "profile.affinities.product_type.Bags",
        ),
    ],
)
def test_a_wrong_request_is_told_where(server: Server, body: bytes, field: str | None) -> None:
    reply = server.post("/v1/decisions", body)
    assert reply.status in (400, 404)
    assert reply.json["error"].get("field") == field


def test_a_batch_answers_each_alone(server: Server) -> None:
    reply = server.post(
        "/v1/decisions",
        {"requests": [{"placement": "card", "n": 3}, {"placement": "nope"}, {"placement": "strip"}]},
    )
    first, second, third = reply.json["answers"]
    ids = [one["variant_id"] for one in first["decisions"]]
    assert len(ids) == len(set(ids)) == 3
    assert second["status"] == 404 and second["error"]["field"] == "placement"
    assert third["decisions"][0]["placement"] == "strip"


# -- cold, overload, reload, shutdown ---------------------------------------------------------------


def together(server: Server, paths: list[str], threads: int = 50) -> list[Reply]:
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(server.get, paths))


def test_what_a_hundred_ask_for_at_once_is_drawn_once(shop: Shop, tmp_path: Path) -> None:
    with running(shop.folder, tmp_path / "log", "--patience", "30") as server:
        prepared(server)
        drawn = []
        for number in range(4):
            before = value(server, "banner_drawn_total")
            replies = together(server, [f"/v1/placements/card/image?r=same-{number}"] * 100, 100)
            assert {reply.status for reply in replies} == {200}
            assert len({reply.body for reply in replies}) == 1
            drawn.append(value(server, "banner_drawn_total") - before)
        assert max(drawn) == 1


def test_too_much_is_shed_and_never_waits(shop: Shop, tmp_path: Path) -> None:
    with running(shop.folder, tmp_path / "log", "--queue", "1", "--patience", "0.01") as server:
        replies = together(
            server, [f"/v1/placements/card/image?r={number}&locale=en-US" for number in range(60)]
        )
        assert {reply.status for reply in replies} <= {200, 503}
        assert any(reply.status == 503 for reply in replies)
        assert all(reply.headers["retry-after"] == "1" for reply in replies if reply.status == 503)
        prepared(server)
        replies = together(server, [f"/v1/placements/card/image?r=later-{number}" for number in range(60)])
        assert {reply.status for reply in replies} == {200}  # the default, where nothing else is ready


def test_a_reload_changes_what_is_shown_and_drops_nothing(shop: Shop, tmp_path: Path) -> None:
    with running(shop.folder, tmp_path / "log") as server:
        prepared(server)
        old = server.decide()
        done = threading.Event()
        statuses: list[int] = []

        def ask() -> None:
            connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
            while not done.is_set():
                connection.request("POST", "/v1/decisions", b'{"placement":"card"}', {"User-Agent": AGENT})
                answer = connection.getresponse()
                answer.read()
                statuses.append(answer.status)
            connection.close()

        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        shop.edit("campaign.yaml", "themes: [plain, lacquer]", "themes: [lacquer]")
        reply = server.post("/admin/reload", None, **BEARER)
        assert (reply.status, reply.json) == (200, {"campaigns": {"corner": "reloaded"}})
        assert {server.decide()["why"]["theme"] for _ in range(15)} == {"lacquer"}

        shop.edit("campaign.yaml", "themes: [lacquer]", "themes: [plain]")
        os.kill(server.process.pid, signal.SIGHUP)
        until = time.monotonic() + 20
        while server.decide()["why"]["theme"] != "plain":
            assert time.monotonic() < until
        shop.edit("campaign.yaml", "themes: [plain]", "themes: [nothing]")
        reply = server.post("/admin/reload", None, **BEARER)
        assert reply.status == 409 and "nothing" in reply.json["campaigns"]["corner"]
        assert server.decide()["why"]["theme"] == "plain"
        done.set()
        for thread in threads:
            thread.join()
        assert set(statuses) == {200}
        assert server.get(old["impression_url"]).status == 200
        assert server.get(old["click_url"]).status == 302


def test_a_shutdown_answers_and_commits(shop: Shop, tmp_path: Path) -> None:
    server = launch(shop.folder, tmp_path / "log", "--as-of", AS_OF)
    found = server.decide()
    acknowledged: list[int] = []

    def ask() -> None:
        while True:
            try:
                acknowledged.append(server.get(found["impression_url"]).status)
            except (OSError, http.client.HTTPException):
                return

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    time.sleep(0.3)
    assert server.stop() == 0
    for thread in threads:
        thread.join()
    assert set(acknowledged) == {200} and len(acknowledged) > 10
    # whatever had been taken was answered: no event is stored that nobody was told of
    assert counted(server, found["decision_id"]) == {"impression": len(acknowledged)}
    assert server.lines()[-1]["event"] == "stopped"


def test_outside_of_the_flight_nothing_is_decided(shop: Shop, tmp_path: Path) -> None:
    server = launch(shop.folder, tmp_path / "log", "--as-of", "2026-12-01")
    assert server.post("/v1/decisions", {"placement": "card"}).status == 204
    assert server.get("/v1/placements/card/image?r=1").status == 204
    assert server.post("/openrtb2/auction", {"id": "1", "imp": [{"id": "1"}]}).status == 204
    assert server.stop() == 0


def test_two_campaigns_may_not_share_a_placement(shop: Shop, new_shop: Callable[..., Shop]) -> None:
    other = new_shop()
    other.edit("campaign.yaml", "id: corner", "id: other")
    process = start(
        "serve", shop.folder, other.folder, "--port", str(free_port()), env=environment(BANNER_KEY=KEY)
    )
    _, err = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "campaigns 'corner' and 'other' both have a placement 'card'" in err
