"""Traffic that is no person's is flagged, and people are left alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from banner_engine.errors import BannerError
from banner_engine.track.traffic import Screen, is_crawler

NOW = datetime(2026, 11, 11, 12, tzinfo=UTC)
CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/142.0.0.0 Safari/537.36"
)
PEOPLE = [
    CHROME,
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.1 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
    "Mozilla/5.0 (Linux; Android 15; SM-S921B) AppleWebKit/537.36 (KHTML, like Gecko) "
    "SamsungBrowser/27.0 Chrome/125.0.0.0 Mobile Safari/537.36",
]
ROBOTS = [
    "Googlebot/2.1 (+http://www.google.com/bot.html)",
    "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)",
    "facebookexternalhit/1.1",
    "curl/8.11.0",
    "python-requests/2.32.3",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/120.0 Safari/537.36",
]


def flags(
    address: str | None = "198.51.100.7", screen: Screen | None = None, **headers: str
) -> tuple[str, ...]:
    said = {"user-agent": CHROME} | {name.replace("_", "-"): value for name, value in headers.items()}
    return (screen or Screen()).flags(said, address, NOW)


@pytest.mark.parametrize("agent", PEOPLE)
def test_people_are_not_flagged(agent: str) -> None:
    assert flags(user_agent=agent) == ()


@pytest.mark.parametrize("agent", ROBOTS)
def test_crawlers_are(agent: str) -> None:
    assert flags(user_agent=agent) == ("crawler",)


@pytest.mark.parametrize("agent", ["", "   "])
def test_no_user_agent_is_a_flag_of_its_own(agent: str) -> None:
    assert flags(user_agent=agent) == ("no_user_agent",)
    assert Screen().flags({}, None, NOW) == ("no_user_agent",)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("sec_purpose", "prefetch"),
        ("sec_purpose", "prefetch;prerender"),
        ("sec_purpose", "prefetch;anonymous-client-ip"),
        ("purpose", "prefetch"),
        ("Purpose".lower(), "Prefetch"),
        ("x_purpose", "preview"),
        ("x_moz", "prefetch"),
    ],
)
def test_a_prefetch_is_nobody_looking(name: str, value: str) -> None:
    assert flags(**{name: value}) == ("prefetch",)
    assert flags(**{name: "navigate"}) == ()


def test_a_source_that_is_too_fast_is_flagged_until_the_minute_ends() -> None:
    screen = Screen(per_minute=3)
    said = {"user-agent": CHROME}
    seen = [screen.flags(said, "198.51.100.7", NOW + timedelta(seconds=place)) for place in range(5)]
    assert seen == [(), (), (), ("rate",), ("rate",)]
    assert screen.flags(said, "198.51.100.8", NOW) == ()
    assert screen.flags(said, "198.51.100.7", NOW + timedelta(minutes=1)) == ()


def test_own_machines_are_flagged(tmp_path: Path) -> None:
    (tmp_path / "own-ips.txt").write_text(
        "# the office\n203.0.113.0/24\n\n2001:db8::/32 # lab\n198.51.100.9\n"
    )
    screen = Screen.of(tmp_path)
    for address in ("203.0.113.200", "::ffff:203.0.113.1", "2001:db8:1::7", "198.51.100.9"):
        assert flags(address, screen) == ("own_ip",)
    for stranger in ("203.0.114.1", "2001:db9::1", "not an address", None):
        assert flags(stranger, screen) == ()
    (tmp_path / "own-ips.txt").write_text("203.0.113.0/24\nthe office\n")
    with pytest.raises(BannerError, match=r"own-ips.txt, line 2: 'the office' is no address"):
        Screen.of(tmp_path)


def test_flags_add_up_and_are_words_that_a_store_takes() -> None:
    screen = Screen(["198.51.100.7"], per_minute=0)
    assert flags(screen=screen, user_agent="curl/8", purpose="prefetch") == (
        "crawler",
        "own_ip",
        "prefetch",
        "rate",
    )


def test_the_list_is_read_whole() -> None:
    assert is_crawler("Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)")
    assert not is_crawler("x" * 2_000)
