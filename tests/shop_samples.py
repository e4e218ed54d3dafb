"""A small campaign on real files, cut from the shipped one, and ways to run `banner` over it.

Ten products, two markets, two small sizes, a plain theme of its own (nearly free to draw) and a shipped one.
"""

from __future__ import annotations

import contextlib
import csv
import hashlib
import io
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from shutil import copyfile
from typing import Any
from unittest.mock import patch

from banner_engine.cli import main
from banner_engine.shipped import shipped

ROOT = Path(__file__).parent.parent
AS_OF = "2026-11-10T12:00:00+08:00"
FEEDS = ("catalogue.csv", "feeds/zh-CN.csv", "feeds/en-US.csv")

CAMPAIGN = """\
id: corner
title: The corner shop
brand:
  name: {en: Corner, zh-CN: 街角}
  logo: {dark: logo-dark.svg, light: logo-light.svg}
landing_url: https://corner.example/p/{product.id}?lang={locale}
timezone: Asia/Shanghai
flight: {start: 2026-11-01, end: 2026-11-30}
grade: A
markets:
  - {id: cn, locales: [zh-CN], currency: CNY, feed: feeds/zh-CN.csv}
  - {id: us, locales: [en-US], currency: USD, feed: feeds/en-US.csv}
themes: [plain, lacquer]
catalogue: catalogue.csv
copy: copy.yaml
placements:
  - {id: card, sizes: [300x250], value_per_day: 240.00 CNY, grade: A}
  - {id: strip, sizes: [728x90], value_per_day: 120.00 CNY, grade: A}
ladder: [86, 80, 74, 68, 60]
disclosure: {en: Ad, zh-CN: 广告}
policy: {kind: epsilon-greedy, epsilon: 0.4}
"""

PLAIN = """\
title: Plain
mood: One colour, so that tests are fast.
extends: base
palettes:
  paper: &paper
    {ground: '#F4F2EE', ink: '#1C1C1E', ink-2: '#4A4A4F', accent: '#2F5BEA', price: '#1C1C1E', old-price: '#6A6A70',
     cta-1: '#2F5BEA', cta-2: '#2F5BEA', cta-3: '#2449C4', cta-ink: '#FFFFFF', panel: '#FFFFFF', badge: '#E4E9FB',
     badge-ink: '#1E3A9E', shadow: '#2A2620', rim: '#FFFFFF', rim-2: '#C8C8D0'}
  mint: {<<: *paper, ground: '#DFF3E8', accent: '#0B6B47'}
  sand: {<<: *paper, ground: '#F3E6CF', accent: '#8A4B00'}
"""

COPY = """\
copy_sets:
  - id: launch
    grades: [S, A]
    text:
      zh-CN: &chinese
        badge: {text: 双11狂欢季 · 开门红, short: 双11狂欢季}
        headline: {text: 山野季开场, short: 山野开场}
        word: 出发
        subline: {text: 山径、岩壁、雪场、公路，一次配齐, short: 一次配齐}
        cta: 立即抢购
        price_label: 到手价
        disclaimer: {text: 库存有限售完即止, short: 售完即止}
      en: &english
        badge: {text: 11.11 Season · Now on, short: 11.11 Season}
        headline: {text: Your season starts, short: Season starts}
        word: GO
        subline: {text: "Gear for trail, rock, snow and road.", short: All in one go}
        cta: Shop now
        price_label: Yours for
        disclaimer: {text: While supplies last., short: Limited stock}
  - id: discount
    requires: {min_discount: 0.2}
    text:
      zh-CN: {<<: *chinese, headline: {text: 山野装备狂欢, short: 装备狂欢}, number: "{discount}", subline: 本月直降}
      en: {<<: *english, headline: {text: Gear up for less, short: For less}, number: "{discount}", subline: On sale}
  - id: members
    text:
      zh-CN:
        headline: 为你挑好了
        subline: {text: "{product.brand} {product.title}", short: 猜你喜欢}
        cta: 带它回家
      en:
        headline: Picked for you
        subline: {text: "{product.title} by {product.brand}", short: Chosen for you}
        cta: See it now
"""


@dataclass(frozen=True)
class Shop:
    """A campaign's folder that a test may change."""

    folder: Path

    def path(self, name: str) -> Path:
        return self.folder / name

    def text(self, name: str) -> str:
        return self.path(name).read_text(encoding="utf-8")

    def write(self, name: str, content: str | bytes) -> Path:
        path = self.path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def edit(self, name: str, old: str, new: str) -> None:
        """Replace the one place where `old` stands."""
        text = self.text(name)
        assert text.count(old) == 1, f"{name} holds {old!r} {text.count(old)} times"
        self.write(name, text.replace(old, new))

    def write_table(self, name: str, rows: list[dict[str, str]]) -> Path:
        out = io.StringIO()
        table = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
        table.writeheader()
        table.writerows(rows)
        return self.write(name, out.getvalue())

    def set_cells(self, name: str, product: str, **cells: str) -> None:
        """Change cells of a product's row in a feed."""
        rows = read_table(self.path(name))
        next(row for row in rows if row["id"] == product).update(cells)
        self.write_table(name, rows)

    @property
    def state(self) -> Path:
        return self.folder / ".banner"


def make_shop(folder: Path) -> Shop:
    """Write the campaign: ten products of the shipped one under ids of their own, p01 to p10, two of a type
    at most; the cut-outs of their pictures are there too.
    """
    source = shipped("examples") / "double11"
    shop = Shop(folder)
    shop.write("campaign.yaml", CAMPAIGN)
    shop.write("copy.yaml", COPY)
    shop.write("themes/plain/theme.yaml", PLAIN)
    for name in ("base", "lacquer"):  # copies, so that the shipped ones may change while tests run
        shop.write(f"themes/{name}/theme.yaml", (shipped("themes") / name / "theme.yaml").read_bytes())
    for name in ("logo-dark.svg", "logo-light.svg"):
        shop.write(name, (source / name).read_bytes())
    names: dict[str, str] = {}
    of_type: Counter[str] = Counter()
    rows = read_table(source / "catalogue.csv")
    for row in rows:
        if row["availability"] == "in_stock" and of_type[row["product_type"]] < 2 and len(names) < 10:
            of_type[row["product_type"]] += 1
            names[row["id"]] = f"p{len(names) + 1:02d}"
    kept = [row for row in rows if row["id"] in names]
    shop.path("cutouts").mkdir()
    for row in kept:
        picture = (source / row["image_link"]).read_bytes()
        row["image_link"] = f"pictures/{names[row['id']]}.webp"
        shop.write(row["image_link"], picture)
        for cutout in (source / "cutouts").glob(f"{hashlib.sha256(picture).hexdigest()[:40]}-*"):
            copyfile(cutout, shop.path("cutouts") / cutout.name)
    for name in FEEDS:
        feed = kept if name == "catalogue.csv" else read_table(source / name)
        shop.write_table(name, [{**row, "id": names[row["id"]]} for row in feed if row["id"] in names])
    return shop


def read_table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write_lines(path: Path, rows: Iterable[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def read_rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def people(count: int, **others: Any) -> list[dict[str, Any]]:
    """Profiles with tastes that spread over the shop's products, the same every time."""
    types = ("Footwear", "Climbing", "Bags", "Jackets", "Navigation", "Cycling", "Ski/boarding", "Trekking")
    return [
        {
            "user_id": f"person-{number:03d}@corner.example",
            "locale": ("zh-CN", "en-US")[number % 2],
            "affinities": {
                "product_type": {types[number % 8]: 0.9, types[number * 3 % 8]: 0.4},
                "brand": {"Daybird": 0.5} if number % 3 else {},
            },
            **others,
        }
        for number in range(count)
    ]


def contents(folder: Path, *, without: Iterable[str] = ()) -> dict[str, str]:
    """Every file below a folder, hidden ones too, by its relative path: the digest of its bytes."""
    return {
        name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and (name := str(path.relative_to(folder))) not in set(without)
    }


@dataclass(frozen=True)
class Told:
    """What a command said."""

    code: int
    out: str
    err: str
    args: tuple[str, ...] = field(repr=False, default=())

    @property
    def json(self) -> dict[str, Any]:
        """The last line of standard output."""
        found = json.loads(self.out.splitlines()[-1])
        assert isinstance(found, dict)
        return found

    @property
    def lines(self) -> list[str]:
        return self.err.splitlines()


def banner(*args: str | Path) -> Told:
    """Run a command in this process, by the entry that the script has. A traceback fails the test."""
    words = tuple(map(str, args))
    out, err = io.StringIO(), io.StringIO()
    with (
        patch.object(sys, "argv", ["banner", *words]),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            main()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 0
    return Told(code, out.getvalue(), err.getvalue(), words)


def environment(**others: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("BANNER_", "COV_", "PYTEST_"))}
    return {**kept, **others}


def start(*args: str | Path, flags: Iterable[str] = (), **others: Any) -> subprocess.Popen[str]:
    """Start a command as a process of a group of its own."""
    return subprocess.Popen(
        [sys.executable, *flags, str(ROOT / "cli.py"), *map(str, args)],
        **{
            "stdout": subprocess.PIPE,
            "stderr": subprocess.PIPE,
            "text": True,
            "start_new_session": True,
            "env": environment(),
            **others,
        },
    )


def banner_process(*args: str | Path, **others: Any) -> Told:
    """Run a command as a process of its own."""
    process = start(*args, flags=("-W", "error"), **others)
    out, err = process.communicate(timeout=120)
    return Told(process.returncode, out, err, tuple(map(str, args)))


@dataclass(frozen=True)
class Run:
    """A finished `banner render`."""

    shop: Shop
    out: Path
    told: Told

    @property
    def variants(self) -> list[dict[str, Any]]:
        return read_rows(self.out / "variants.jsonl")

    @property
    def assignments(self) -> list[dict[str, Any]]:
        return read_rows(self.out / "assignments.jsonl")
