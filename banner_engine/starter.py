"""A new campaign from the shipped one."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from pathlib import Path

from banner_engine.errors import BannerError
from banner_engine.load.campaign import check_id, load_campaign_file
from banner_engine.shipped import shipped

FLIGHT_DAYS = 30


def start_campaign(folder: Path, campaign_id: str | None = None, today: dt.date | None = None) -> int:
    """Copy the shipped campaign to a new folder, with a flight and sales of 30 days from today.

    Returns the number of files. Raises BannerError where the folder holds something already, cannot be
    written, or its name is no id.
    """
    name = campaign_id or folder.resolve().name
    try:
        check_id(name)
    except ValueError as error:
        raise BannerError(str(error), field="--id") from None
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BannerError("is there already", file=folder, hint="name a folder that does not exist yet")
    source = shipped("examples") / "double11"
    try:
        shutil.copytree(
            source, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns(".banner", "README.md")
        )
    except OSError as error:
        raise BannerError(f"cannot be written ({error.strerror or error})", file=folder) from None
    # the flight begins today where the campaign is, which may be yesterday or tomorrow here
    start = today or dt.datetime.now(load_campaign_file(source).zone).date()
    end = start + dt.timedelta(days=FLIGHT_DAYS - 1)
    path = folder / "campaign.yaml"
    text = path.read_text(encoding="utf-8")
    text = re.sub(r"(?m)^#.*\n", "", text)
    text = re.sub(r"(?m)^id: .*$", f"id: {name}", text)
    text = re.sub(r"(?m)^flight: .*$", f"flight: {{start: {start}, end: {end}}}", text)
    path.write_text(f"# A campaign: see docs/campaigns.md for every key.\n{text}", encoding="utf-8")
    for feed in (folder / "feeds").glob("*.csv"):
        _new_sale_dates(feed, start, end)
    copy = folder / "copy.yaml"
    copy.write_text(new_dates(copy.read_text(encoding="utf-8"), start, end), encoding="utf-8")
    return sum(1 for file in folder.rglob("*") if file.is_file())


def new_dates(text: str, start: dt.date, end: dt.date) -> str:
    """The shipped campaign's copy with the dates of another flight, so that it promises what holds."""
    after = end + dt.timedelta(days=1)
    for old, new in (
        ("(1 to 30 November)", f"({start} to {end})"),
        ("November 1 – 30", f"{start:%B} {start.day} – {end:%B} {end.day}"),
        ("November 30", f"{end:%B} {end.day}"),
        ("30 November", f"{end.day} {end:%B}"),
        ("Nov 30", f"{end:%b} {end.day}"),
        ("December 1", f"{after:%B} {after.day}"),
        ("11.1–11.30", f"{start.month}.{start.day}–{end.month}.{end.day}"),
        ("11.30", f"{end.month}.{end.day}"),
    ):
        text = text.replace(old, new)
    return text


def _new_sale_dates(feed: Path, start: dt.date, end: dt.date) -> None:
    """The same sales, in the new flight: from the day before it to the day after it."""
    text = feed.read_text(encoding="utf-8")
    day, hour = r"\d{4}-\d{2}-\d{2}", r"(T[0-9:]+(?:[+-]\d{2}:?\d{2}|Z))"
    dates = re.compile(f"{day}{hour}/{day}{hour}")
    first, last = start - dt.timedelta(days=1), end + dt.timedelta(days=2)
    feed.write_text(dates.sub(lambda m: f"{first}{m[1]}/{last}{m[2]}", text), encoding="utf-8")
