"""OpenRTB: every response is valid, what is blocked is never served, malformed is 400, and nothing is 500."""

from __future__ import annotations

import copy
import json
import os
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from rtb_samples import judge, request, valid
from serving import Reply, Server, prepared, running
from shop_samples import Shop
from sqlalchemy import select

from banner_engine.serve.money import micros_of
from banner_engine.track import Store
from banner_engine.track.tables import decisions, events, spend

RTB = """\
openrtb: {adomain: [corner.example], cat: [IAB18-1], attr: [2], seat: corner}
"""
EXAMPLES = int(os.environ.get("RTB_EXAMPLES", "150"))
"""`make soak` makes 10,000."""
quick = settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def market(new_shop: Callable[..., Shop], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose card bids 8 CNY, and whose strip bids nothing until a test says so."""
    shop = new_shop()
    shop.edit("campaign.yaml", "grade: A}\n  - {id: strip", "grade: A, bid_cpm: 8.00 CNY}\n  - {id: strip")
    shop.write("campaign.yaml", shop.text("campaign.yaml") + RTB)
    with running(shop.folder, tmp_path_factory.mktemp("market") / "log", "--log", "problems") as found:
        yield prepared(found)


def bid(server: Server, asked: dict[str, Any]) -> dict[str, Any] | None:
    reply = server.post("/openrtb2/auction", asked)
    if reply.status == 204:
        return None
    assert reply.status == 200, reply.body
    assert reply.headers["x-openrtb-version"] == "2.6"
    found: dict[str, Any] = reply.json
    judge(asked, found, secure=False)
    return found


def test_a_bid_says_what_it_is(market: Server) -> None:
    answer = bid(market, request())
    assert answer is not None
    one = answer["seatbid"][0]["bid"][0]
    assert answer["cur"] == "CNY" and answer["seatbid"][0]["seat"] == "corner"
    assert {name: one[name] for name in ("impid", "price", "cid", "adomain", "cat", "attr", "w", "h", "mtype")} == {
        "impid": "1", "price": 8.0, "cid": "corner", "adomain": ["corner.example"], "cat": ["IAB18-1"], "attr": [2],
        "w": 300, "h": 250, "mtype": 1,
    }  # fmt: skip
    assert one["crid"] == one["adid"]
    assert market.get(one["iurl"]).headers["content-type"] == "image/jpeg"


def imp(**others: Any) -> dict[str, Any]:
    made = {"id": "1", "banner": {"w": 300, "h": 250}, **others}
    return request(imp=[{name: value for name, value in made.items() if value is not None}])


@pytest.mark.parametrize(
    ("asked", "bids"),
    [
        (imp(), True),
        (imp(tagid="card"), True),
        (imp(tagid="strip"), False),
        (imp(tagid="unknown"), True),
        (imp(banner=None), False),
        (imp(banner={}), False),
        (imp(banner={"w": 728, "h": 90}), False),
        (imp(banner={"w": 728, "h": 90, "format": [{"w": 970, "h": 90}, {"w": 300, "h": 250}]}), True),
        (imp(banner={"w": 300, "h": 250, "format": [{"w": 320, "h": 50}]}), False),
        (imp(banner={"w": 300, "h": 250, "btype": [4]}), True),
        (imp(banner={"w": 300, "h": 250, "btype": [2]}), False),
        (imp(banner={"w": 300, "h": 250, "battr": [2]}), False),
        (imp(banner={"w": 300, "h": 250, "battr": [1, 3]}), True),
        (imp(banner={"w": 300, "h": 250, "mimes": ["image/png"]}), False),
        (imp(banner={"w": 300, "h": 250, "mimes": ["image/jpeg"]}), True),
        (imp(bidfloor=8.0, bidfloorcur="CNY"), True),
        (imp(bidfloor=8.01, bidfloorcur="CNY"), False),
        (imp(bidfloor=0.01), False),
        (imp(secure=1), False),
        (imp(secure=0), True),
        (imp(pmp={"private_auction": 1, "deals": [{"id": "d"}]}), False),
        (imp(pmp={"private_auction": 0, "deals": [{"id": "d", "bidfloor": 99}]}), True),
        (request(cur=["EUR", "CNY"]), True),
        (request(cur=["EUR"]), False),
        (request(cur=[]), False),
        (request(wseat=["corner"]), True),
        (request(wseat=["other"]), False),
        (request(bseat=["corner"]), False),
        (request(bcat=["IAB18"]), False),
        (request(bcat=["IAB18-10", "IAB1"]), True),
        (request(bcat=["IAB1"], cattax=6), False),
        (request(acat=["IAB18"]), True),
        (request(acat=["IAB19"]), False),
        (request(badv=["Corner.example"]), False),
        (request(badv=["orner.example"]), True),
        (request(tmax=0), False),
        (request(device={"ua": "Googlebot/2.1 (+http://www.google.com/bot.html)"}), False),
        (request(some="thing", ext={"deep": [{"unknown": None}]}), True),
    ],
)  # fmt: skip
def test_who_may_bid(market: Server, asked: dict[str, Any], bids: bool) -> None:
    assert (bid(market, asked) is not None) == bids


def test_why_there_is_no_bid_where_it_is_asked(market: Server) -> None:
    def reason(asked: dict[str, Any]) -> Any:
        reply = market.post("/openrtb2/auction?nbr=1", asked)
        assert reply.status == 200 and reply.json["id"] == asked["id"]
        return reply.json["nbr"]

    assert reason(request(cur=["EUR"])) == 0
    assert reason(request(device={"ua": "Googlebot/2.1"})) == 3
    assert reason(request(tmax=0)) == 15


@given(asked=valid)
@quick
def test_every_response_is_valid(market: Server, asked: dict[str, Any]) -> None:
    event("bid" if bid(market, asked) else "no bid")


_WRONG = st.sampled_from(
    [None, "x", -1, 1.5, True, [], {}, [[]], {"id": 1}, "1" * 600, [None], 2**70]
)  # fmt: skip


@given(asked=valid, wrong=_WRONG, seed=st.integers(0, 10**6))
@quick
def test_a_mistake_anywhere_is_400_or_none_of_our_business(
    market: Server, asked: dict[str, Any], wrong: Any, seed: int
) -> None:
    draw = random.Random(seed)
    asked = copy.deepcopy(asked)
    at: Any = asked
    while True:
        name = draw.choice(list(at)) if isinstance(at, dict) else draw.randrange(len(at))
        if isinstance(at[name], dict | list) and at[name] and draw.random() < 0.7:
            at = at[name]
            continue
        at[name] = copy.deepcopy(wrong)
        break
    reply = market.post("/openrtb2/auction", asked)
    assert reply.status in (200, 204, 400), reply.body
    if reply.status == 400:
        assert reply.json["error"]["message"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{",
        b"{}",
        b'{"id":"1"}',
        b'{"id":"1","imp":[]}',
        b'{"id":"","imp":[{"id":"1"}]}',
        b"\xff\xfe",
        b'{"id":1,"imp":[{"id":"1"}]}',
        b'{"id":"1","imp":[{"id":"1","bidfloor":NaN}]}',
        b'{"id":"1","imp":[{"id":"1","bidfloor":1e999}]}',
        b'{"id":"1","imp":[{"id":"1"},{"id":"1"}]}',
        b"[" * 100_000,
        b'{"id":"1","imp":[{"id":"1","secure":2}]}',
    ],
)
def test_malformed_is_400(market: Server, body: bytes) -> None:
    reply = market.post("/openrtb2/auction", body)
    assert reply.status == 400 and reply.json["error"]["message"]


@given(body=st.binary(max_size=200))
@quick
def test_so_are_any_bytes(market: Server, body: bytes) -> None:
    assert market.post("/openrtb2/auction", body).status == 400


def test_a_body_may_not_be_endless(market: Server) -> None:
    assert market.post("/openrtb2/auction", b" " * 1_000_001).status == 413


# -- money ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("price", "micros", "wrong"),
    [
        ("8.00", 8_000, ""),
        ("0", 0, ""),
        ("0.0004", 0, ""),
        ("0.0015", 2, ""),
        (" 2.5 ", 2_500, ""),
        ("1000000", 10**9, ""),
        ("", 0, "empty"),
        ("AUDIT", 0, "audit"),
        ("audit", 0, "audit"),
        ("${AUCTION_PRICE}", 0, "unexpanded"),
        ("%24%7BAUCTION_PRICE%7D", 0, "unexpanded"),
        ("-1", 0, "negative"),
        ("NaN", 0, "unreadable"),
        ("inf", 0, "unreadable"),
        ("1e3", 0, "unreadable"),
        ("٣", 0, "unreadable"),
        ("1,5", 0, "unreadable"),
        ("1000001", 0, "too_much"),
        ("9" * 400, 0, "unreadable"),
    ],
)
def test_what_a_price_adds(price: str, micros: int, wrong: str) -> None:
    assert micros_of(price) == (micros, wrong)


def spent(server: Server, decision_id: str) -> list[tuple[int, str, str]]:
    query = select(spend.c.amount_micros, spend.c.currency, spend.c.source).where(
        spend.c.event_id.startswith(f"burl-{decision_id}")
    )
    with Store.open(server.folder / ".banner" / "track.db") as store, store.read() as connection:
        return [tuple(row) for row in connection.execute(query.order_by(spend.c.seq))]


def notice(server: Server, burl: str, price: str) -> Reply:
    return server.get(burl.replace("${AUCTION_PRICE}", price).replace("${AUCTION_ID}", "r-1"))


def test_a_billed_impression_costs_its_price_once(market: Server) -> None:
    answer = bid(market, request())
    assert answer is not None
    one = answer["seatbid"][0]["bid"][0]
    for price in ("AUDIT", "NaN", "5.25", "5.25", "7.00"):
        assert notice(market, one["burl"], price).status == 204
    assert spent(market, one["id"]) == [
        (0, "CNY", "openrtb:audit"),
        (0, "CNY", "openrtb:unreadable"),
        (5_250, "CNY", "openrtb"),
    ]


def stored(server: Server, decision_id: str) -> tuple[int, int]:
    """(rows of the decision, its events)."""
    rows = select(decisions.c.seq).where(decisions.c.decision_id == decision_id)
    with Store.open(server.folder / ".banner" / "track.db") as store, store.read() as connection:
        seqs = [row.seq for row in connection.execute(rows)]
        found = connection.execute(select(events.c.seq).where(events.c.decision.in_(seqs))).all()
    return len(seqs), len(found)


def test_a_bid_is_no_impression_and_a_win_is_none_either(market: Server) -> None:
    answer = bid(market, request())
    assert answer is not None
    one = answer["seatbid"][0]["bid"][0]
    assert stored(market, one["id"]) == (0, 0)
    notice(market, one["burl"], "3")
    assert stored(market, one["id"]) == (1, 0)
    seen = one["adm"].split('<img src="')[2].split('"')[0]
    assert market.get(seen).status == 200
    assert stored(market, one["id"]) == (1, 1)


def test_a_test_counts_nothing(market: Server) -> None:
    answer = bid(market, request(test=1))
    assert answer is not None
    one = answer["seatbid"][0]["bid"][0]
    assert "corner.example/p/" in one["adm"] and "/v1/clicks/" not in one["adm"]
    assert json.dumps(answer).count("/v1/variants/") == 2
