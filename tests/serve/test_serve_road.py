"""The road from a request to counted events: decided, drawn, seen, clicked."""

from __future__ import annotations

import io

from PIL import Image
from serving import KEY, Server
from sqlalchemy import func, select

from banner_engine.track import Store
from banner_engine.track.tables import decisions, events


def counted(server: Server, decision_id: str) -> dict[str, int]:
    """Stored events of a decision, by kind; they are on the disk when the answer is there."""
    query = (
        select(events.c.kind, func.count().label("number"))
        .join(decisions, decisions.c.seq == events.c.decision)
        .where(decisions.c.decision_id == decision_id)
        .group_by(events.c.kind)
    )
    with Store.open(server.folder / ".banner" / "track.db") as store, store.read() as connection:
        found = {row.kind: row.number for row in connection.execute(query)}
    return {("", "impression", "click")[kind]: number for kind, number in found.items()}


def test_a_decision_is_drawn_seen_and_clicked(server: Server) -> None:
    found = server.decide(user="person-003@corner.example", locale="en-US")
    image = server.get(found["image_url"])
    assert image.status == 200
    with Image.open(io.BytesIO(image.body)) as picture:
        assert (picture.format, picture.size) == ("JPEG", (300, 250))
    seen = server.get(found["impression_url"])
    assert (seen.status, seen.headers["content-type"]) == (200, "image/gif")
    assert counted(server, found["decision_id"]) == {"impression": 1}
    clicked = server.get(found["click_url"])
    assert clicked.status == 302
    assert clicked.headers["location"].startswith(
        f"https://corner.example/p/{found['why']['product']}?lang=en-US&"
    )
    assert clicked.headers["x-banner-counted"] == "1"
    assert counted(server, found["decision_id"]) == {"impression": 1, "click": 1}


def test_urls_and_store_name_no_user(server: Server) -> None:
    user = "person-005@corner.example"
    found = server.decide(user=user)
    assert user not in str(found) and KEY not in str(found)
    from banner_engine.track.runs import pseudonym

    assert pseudonym(KEY.encode(), user) not in str(found)
    assert all(user not in str(line) for line in server.lines())
