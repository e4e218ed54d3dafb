"""OpenRTB requests, and a judge of responses that knows the specification and not our code."""

from __future__ import annotations

import math
from typing import Any

from hypothesis import strategies as st

SIZES = [(300, 250), (728, 90), (320, 50), (1, 1)]


def request(**others: Any) -> dict[str, Any]:
    """A plain request for one 300x250 in CNY."""
    return {
        "id": "r-1",
        "imp": [{"id": "1", "banner": {"w": 300, "h": 250}, "bidfloor": 1.0, "bidfloorcur": "CNY"}],
        "site": {"id": "s", "page": "https://news.example/"},
        "device": {"ua": "Mozilla/5.0 (X11; Linux x86_64) Chrome/131.0", "ip": "192.0.2.1"},
        "cur": ["CNY"],
        "tmax": 20_000,
        **others,
    }


_flag = st.sampled_from([0, 1])
_size = st.sampled_from(SIZES)
_currency = st.sampled_from(["CNY", "USD", "EUR"])
_word = st.text(max_size=8)
_anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 10**6)
    | st.floats(allow_nan=False, allow_infinity=False)
    | _word,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(_word, inner, max_size=2),
    max_leaves=4,
)


def _some(required: dict[str, Any], optional: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(required, optional=optional)


_banner = _some(
    {},
    {
        "w": st.sampled_from([300, 728, 0]),
        "h": st.sampled_from([250, 90]),
        "format": st.lists(_size.map(lambda s: {"w": s[0], "h": s[1]}), max_size=3),
        "btype": st.lists(st.integers(1, 4), max_size=2),
        "battr": st.lists(st.integers(1, 17), max_size=3),
        "mimes": st.lists(st.sampled_from(["image/jpeg", "image/png", "text/html"]), max_size=2),
        "pos": st.integers(0, 7),
        "topframe": _flag,
        "ext": _anything,
    },
)
_imp = _some(
    {},
    {
        "banner": _banner,
        "tagid": st.sampled_from(["card", "strip", "unknown", ""]),
        "bidfloor": st.sampled_from([0, 0.5, 7.99, 8.0, 8.01, 1000]),
        "bidfloorcur": _currency,
        "secure": _flag,
        "pmp": _some(
            {}, {"private_auction": _flag, "deals": st.lists(st.just({"id": "d", "bidfloor": 3}), max_size=1)}
        ),
        "video": st.just({"mimes": ["video/mp4"]}),
        "instl": _flag,
        "ext": _anything,
    },
)
_eids = st.lists(st.just({"source": "x.example", "uids": [{"id": "u", "atype": 1}]}), max_size=1)
_any = _some(
    {"id": st.text(min_size=1, max_size=12), "imp": st.lists(_imp, min_size=1, max_size=3)},
    {
        "cur": st.lists(_currency, max_size=2),
        "test": _flag,
        "wseat": st.lists(st.sampled_from(["corner", "other"]), max_size=2),
        "bseat": st.lists(st.sampled_from(["corner", "other"]), max_size=1),
        "bcat": st.lists(st.sampled_from(["IAB18", "IAB18-1", "IAB1", "IAB17-18"]), max_size=2),
        "badv": st.lists(st.sampled_from(["corner.example", "example", "other.example"]), max_size=1),
        "cattax": st.sampled_from([1, 2, 6]),
        "tmax": st.just(20_000),
        "regs": _some(
            {},
            {
                "gdpr": _flag,
                "coppa": _flag,
                "gpp": _word,
                "gpp_sid": st.lists(st.integers(1, 20), max_size=2),
                "ext": st.just({"gdpr": 1}),
            },
        ),
        "user": _some(
            {},
            {
                "id": _word,
                "buyeruid": _word,
                "consent": _word,
                "eids": _eids,
                "ext": st.just({"consent": "x"}),
            },
        ),
        "device": _some(
            {},
            {
                "ua": st.sampled_from(["Mozilla/5.0", "Googlebot/2.1"]),
                "language": st.sampled_from(["en", "zh", "de"]),
                "dnt": _flag,
                "lmt": _flag,
            },
        ),
        "site": st.just({"id": "s"}),
        "source": st.just({"tid": "t", "schain": {"complete": 1}}),
        "ext": _anything,
    },
).map(lambda made: {**made, "imp": [{**one, "id": str(n)} for n, one in enumerate(made["imp"])]})


def _few(draw: st.DrawFn, from_: dict[str, Any], most: int) -> dict[str, Any]:
    names = draw(st.lists(st.sampled_from(sorted(from_)), max_size=most, unique=True)) if from_ else []
    return {name: from_[name] for name in names}


@st.composite
def _near(draw: st.DrawFn) -> dict[str, Any]:
    """A request that would get bids, and a few other things in it."""
    imps = []
    for number in range(draw(st.integers(1, 3))):
        banner = {"w": 300, "h": 250, **_few(draw, draw(_banner), 2)}
        others = {name: value for name, value in draw(_imp).items() if name != "banner"}
        imps.append({"banner": banner, **_few(draw, others, 2), "id": str(number)})
    others = {name: value for name, value in draw(_any).items() if name != "imp"}
    return {"id": "near", "cur": ["CNY"], "tmax": 20_000, **_few(draw, others, 3), "imp": imps}


valid = _near() | _any
"""Requests that break no rule, most of them with something in them that we could bid for."""


def judge(asked: dict[str, Any], answer: dict[str, Any], secure: bool) -> None:
    """Raises AssertionError where a response breaks a rule of OpenRTB 2.6, or serves what was blocked."""
    assert answer["id"] == asked["id"]
    assert answer["cur"] in (asked.get("cur") or ["USD"])
    assert answer["seatbid"]
    imps = {one["id"]: one for one in asked["imp"]}
    seen = set()
    for seat in answer["seatbid"]:
        assert seat["bid"]
        if asked.get("wseat"):
            assert seat["seat"] in asked["wseat"]
        assert seat.get("seat") not in asked.get("bseat", [])
        for bid in seat["bid"]:
            assert bid["impid"] in imps and bid["impid"] not in seen
            seen.add(bid["impid"])
            _judge_bid(asked, imps[bid["impid"]], bid, answer["cur"], secure)


def _judge_bid(
    asked: dict[str, Any], imp: dict[str, Any], bid: dict[str, Any], currency: str, secure: bool
) -> None:
    for name, kind in (
        ("id", str),
        ("impid", str),
        ("price", float),
        ("adid", str),
        ("crid", str),
        ("cid", str),
        ("adomain", list),
        ("iurl", str),
        ("w", int),
        ("h", int),
        ("mtype", int),
        ("exp", int),
        ("adm", str),
    ):
        assert type(bid[name]) is kind, name
    banner = imp["banner"]
    assert bid["mtype"] == 1
    assert math.isfinite(bid["price"]) and bid["price"] > 0
    floor = imp.get("bidfloor", 0)
    if floor:
        assert imp.get("bidfloorcur", "USD") == currency and bid["price"] >= floor
    sizes = [(one["w"], one["h"]) for one in banner.get("format", [])] or [(banner.get("w"), banner.get("h"))]
    assert (bid["w"], bid["h"]) in sizes
    assert 2 not in banner.get("btype", [])
    if 3 in banner.get("btype", []):
        assert "<script" not in bid["adm"]
    assert not set(bid.get("attr", [])) & set(banner.get("battr", []))
    if banner.get("mimes"):
        assert "image/jpeg" in banner["mimes"]
    assert secure or not imp.get("secure")
    assert not imp.get("pmp", {}).get("private_auction")
    for domain in bid["adomain"]:
        assert not any(domain == bad or domain.endswith(f".{bad}") for bad in asked.get("badv", []))
    if asked.get("bcat"):
        assert asked.get("cattax", 1) == 1
        assert not any(
            c == bad or c.startswith(f"{bad}-") for c in bid.get("cat", []) for bad in asked["bcat"]
        )
    assert "?" not in bid["iurl"]
    assert f'width="{bid["w"]}" height="{bid["h"]}"' in bid["adm"]
    if asked.get("test"):
        assert "burl" not in bid and "/v1/impressions/" not in bid["adm"]
    else:
        assert "${AUCTION_PRICE}" in bid["burl"] and "/v1/impressions/" in bid["adm"]
