"""The parts of the HTML report: tiles, charts, boards, tables, and what every number means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from banner_engine.report.charts import Dot, Moment, dots, sliver, timeline
from banner_engine.report.leaderboard import Board, Entry
from banner_engine.report.money import amount
from banner_engine.report.table import ENOUGH, Cost, ReportTable, Row
from banner_engine.report.terminal import many, price

MOST_DOTS = 12
_NONE = "–"
_ABOUT = (
    (
        "Impressions, clicks",
        "net: the first valid receipt of each decision; repeats and flagged traffic are left out",
    ),
    ("CTR", "clicks ÷ impressions, with Wilson's 95 % interval"),
    ("Value", "what the placement's hours are worth, shared among variants by their impressions"),
    ("Value CPC", "value ÷ clicks; its interval divides by Garwood's 95 % bounds of the clicks"),
    ("Spend CPC", "what was paid ÷ clicks"),
    ("≥", "nobody clicked yet: the CPC is not known, and at least money ÷ 3.689"),
    ("Rank", f"by the upper end of the CPC's interval, from {ENOUGH} clicks on"),
    (
        "Needs",
        f"impressions until {ENOUGH} clicks are expected at the CTR of all; below that, a CPC says little",
    ),
    ("Unsold", "hours of a placement without an impression, and what they would have been worth"),
)


def tiles(total: Row) -> str:
    """The numbers of one currency, large."""
    between = total.ctr_interval
    found = [
        ("impressions", f"{total.impressions:,}", f"gross {total.impressions_gross:,}"),
        ("clicks", f"{total.clicks:,}", f"gross {total.clicks_gross:,}"),
        ("CTR", _percent(total.ctr), f"{between[0]:.2%} – {between[1]:.2%}" if between else ""),
    ]
    for kind, cost in (("value", total.value), ("spend", total.spend)):
        if cost is not None and total.currency is not None:
            found.append((f"{kind} in {total.currency}", amount(cost.micros, total.currency), ""))
            found.append((f"{kind} CPC", _each(cost, total.currency), _between(cost, total.currency)))
    if total.unsold_hours and total.currency is not None:
        worth = amount(total.unsold_micros or 0, total.currency)
        found.append(("unsold", f"{total.unsold_hours:,} h", f"worth {worth} {total.currency}"))
    cells = "".join(
        f'<div class="card tile"><span>{escape(name)}</span><b>{value}</b><span>{more}</span></div>'
        for name, value, more in found
    )
    return f'<div class="tiles">{cells}</div>'


def notes_of(table: ReportTable) -> str:
    """What is paused, what is not net, and what else is to be known."""
    lines = [f"Paused: {line}" for line in table.paused]
    parts = [f'<p class="note">{escape(line)}</p>' for line in lines]
    flags = [f"{number:,} {reason.replace('_', ' ')}" for reason, number in table.flags.items()]
    if flags:
        parts.append(f'<p class="soft">Not in net: {escape(", ".join(flags))}.</p>')
    parts += [f'<p class="soft">{escape(note)}</p>' for note in table.notes]
    return "\n".join(parts)


def charts(table: ReportTable) -> str:
    """Impressions and CTR by hour or day; a group that stands in two currencies is counted once."""
    groups: dict[str, Row] = {}
    for row in table.rows:
        label = row.key[0]
        if label is not None and (label not in groups or row.impressions > groups[label].impressions):
            groups[label] = row
    ordered = sorted(groups.items(), key=lambda item: item[0])
    seen = [place for place, (_, row) in enumerate(ordered) if row.impressions or row.clicks]
    if not seen:
        return '<p class="card soft">Nothing was seen.</p>'
    moments = [
        Moment(
            _moment(label, table.by[0]), row.impressions, row.ctr, *(row.ctr_interval or (row.ctr, row.ctr))
        )
        for label, row in ordered[seen[0] : seen[-1] + 1]
    ]
    by = "hour" if table.by[0] == "hour" else "day"
    return f'<figure class="card scroll time">{timeline(moments)}<figcaption>By local {by}.</figcaption></figure>'


def _moment(label: str, by: str) -> str:
    """2026-11-11T20:00+08:00 as 11-11 20h, 2026-11-11 as 11-11."""
    return f"{label[5:10]} {label[11:13]}h" if by == "hour" else label[5:]


def figure(name: str, table: ReportTable) -> str:
    """The rates of one component's most seen values; "" where there is only one."""
    rows: dict[str, Row] = {}
    for row in table.rows:
        label = row.key[0]
        if label and row.ctr_interval and (label not in rows or row.impressions > rows[label].impressions):
            rows[label] = row
    if len(rows) < 2:
        return ""
    most = sorted(rows.items(), key=lambda item: (-item[1].impressions, item[0]))[:MOST_DOTS]
    most.sort(key=lambda item: (-(item[1].ctr or 0), item[0]))
    found = [_dot(label, row) for label, row in most]
    impressions = sum(row.impressions for row in rows.values())
    mean = sum(row.clicks for row in rows.values()) / impressions if impressions else None
    more = (
        f"<figcaption>the {MOST_DOTS} most seen of {len(rows):,}</figcaption>"
        if len(rows) > MOST_DOTS
        else ""
    )
    return f'<figure class="card"><h3>{escape(name.replace("_", " "))}</h3>{dots(found, mean)}{more}</figure>'


def _dot(label: str, row: Row) -> Dot:
    low, high = row.ctr_interval or (0.0, 0.0)
    return Dot(label, row.ctr or 0.0, low, high, f"{row.ctr or 0:.2%} · {_short(row.impressions)}")


def board_of(board: Board, pictures: Mapping[str, str], shown: Mapping[str, str], top: int) -> str:
    """The leaders of one placement and currency, with their pictures."""
    head = f"{escape(board.placement)} <small>{board.kind} CPC in {escape(board.currency)}</small>"
    cards = "".join(_card(entry, board.currency, pictures, shown) for entry in board.ranked[:top])
    if not cards:
        cards = f'<p class="soft">None has {ENOUGH} clicks yet.</p>'
    apart = ""
    if board.apart:
        most = board.apart[0]
        needs = f", which needs {most.needs:,} more impressions" if most.needs else ""
        apart = (
            f'<p class="soft">{len(board.apart):,} with fewer than {ENOUGH} clicks stand apart; the most seen is '
            f"<code>{escape(most.variant_id)}</code> ({many(most.row.impressions, 'impression')}, "
            f"{many(most.row.clicks, 'click')}){needs}.</p>"
        )
    return f'<section class="board"><h3>{head}</h3><div class="ranks">{cards}</div>{apart}</section>'


def _card(entry: Entry, currency: str, pictures: Mapping[str, str], shown: Mapping[str, str]) -> str:
    row = entry.row
    return (
        f'<div class="rank"><div class="picture">{_picture(entry.variant_id, pictures, shown)}</div><div>'
        f"<span class=place>{entry.rank}</span><b>{_each(entry.cost, currency)}</b><br>"
        f"<small>{_between(entry.cost, currency)}</small><br>"
        f"{row.clicks:,} of {row.impressions:,} · {_percent(row.ctr)}<br>"
        f"<small><code>{escape(entry.variant_id)}</code><br>"
        f"{escape(shown.get(entry.variant_id, ''))}</small></div></div>"
    )


def _picture(variant_id: str, pictures: Mapping[str, str], shown: Mapping[str, str]) -> str:
    uri = pictures.get(variant_id)
    if uri is None:
        return '<div class="none">no picture</div>'
    return (
        f'<img src="{uri}" alt="{escape(shown.get(variant_id, variant_id))}" loading="lazy" decoding="async">'
    )


def variants_of(table: ReportTable, total: Row, pictures: Mapping[str, str], shown: Mapping[str, str]) -> str:
    """Every variant of one currency, to be sorted and searched."""
    rows = [row for row in table.rows if row.currency == total.currency and row.key[0]]
    kinds = [kind for kind in ("value", "spend") if getattr(total, kind) is not None]
    heads: list[tuple[str, str]] = [("", ""), ("variant", "up"), ("impressions", "down"), ("clicks", "down")]
    heads += [("CTR", "down"), ("", "")]
    for kind in kinds:
        heads += [(f"{kind} {total.currency}", "down"), (f"{kind} CPC", "up"), ("at most", "up")]
    heads.append(("needs", "up"))
    top = max((row.ctr_interval[1] for row in rows[:200] if row.ctr_interval), default=0.0)
    top = min(top, 4 * (total.ctr or 0.25))
    head = "".join(
        f"<th{' class=text' if place == 1 else ''}{f' data-sort={order}' if order else ''}>{escape(name)}</th>"
        for place, (name, order) in enumerate(heads)
    )
    body = "\n".join(_line(row, table.needs(row), kinds, top, pictures, shown) for row in rows)
    title = f"{len(rows):,} variants" + (f" in {total.currency}" if total.currency else "")
    return (
        f"<section>\n<h2>{escape(title)}</h2>\n"
        '<input type="search" placeholder="theme, product, copy, id …" aria-label="Search variants">\n'
        f'<div class="card scroll"><table class="sortable" data-text="1"><thead><tr>{head}</tr></thead>\n'
        f"<tbody>\n{body}\n</tbody></table></div>\n</section>"
    )


def _line(
    row: Row,
    needs: int | None,
    kinds: Sequence[str],
    top: float,
    pictures: Mapping[str, str],
    shown: Mapping[str, str],
) -> str:
    variant_id = str(row.key[0])
    words = shown.get(variant_id, "")
    picture = pictures.get(variant_id)
    cells = [
        f'<td class="picture">{_picture(variant_id, pictures, {}) if picture else ""}</td>',
        f'<td class="text" data-v="{escape(variant_id)}"><code>{escape(variant_id)}</code><br>'
        f"<small>{escape(words)}</small></td>",
        _cell(row.impressions, f"{row.impressions:,}"),
        _cell(row.clicks, f"{row.clicks:,}"),
        _cell(row.ctr, _percent(row.ctr)),
        f"<td>{sliver(row.ctr or 0, *row.ctr_interval, top) if row.ctr_interval else ''}</td>",
    ]
    for kind in kinds:
        cost: Cost | None = getattr(row, kind)
        if cost is None or row.currency is None:
            cells += [_cell(None, _NONE)] * 3
            continue
        cells += [
            _cell(cost.micros, amount(cost.micros, row.currency)),
            _cell(cost.per_click, _each(cost, row.currency)),
            _cell(cost.high, _NONE if cost.high is None else price(cost.high, row.currency)),
        ]
    cells.append(_cell(needs, _NONE if needs is None else f"{needs:,}" if needs else ""))
    return f'<tr data-words="{escape(f"{variant_id} {words}".lower())}">{"".join(cells)}</tr>'


def elsewhere_of(table: ReportTable) -> str:
    """What other systems counted, beside one's own numbers."""
    if not table.elsewhere:
        return ""
    rows = "\n".join(
        f'<tr><td class="text">{escape(row.source)}</td><td class="text">{escape(row.key[0] or _NONE)}</td>'
        f"<td>{row.impressions:,}</td><td>{row.clicks:,}</td><td>{_percent(row.ctr)}</td>"
        f"<td>{amount(row.spend.micros, row.currency)} {escape(row.currency)}</td>"
        f"<td>{_each(row.spend, row.currency)}</td></tr>"
        for row in table.elsewhere
    )
    return (
        "<h2>As other systems count</h2>\n<p class='soft'>Not in the numbers above.</p>\n"
        '<div class="card scroll"><table><thead><tr><th class=text>source</th><th class=text>variant</th>'
        "<th>impressions</th><th>clicks</th><th>CTR</th><th>spend</th><th>CPC</th></tr></thead>\n"
        f"<tbody>\n{rows}\n</tbody></table></div>"
    )


def about() -> str:
    terms = "".join(f"<dt>{escape(term)}</dt><dd>{escape(text)}</dd>" for term, text in _ABOUT)
    return f"<h2>What the numbers mean</h2>\n<dl>{terms}</dl>"


def _cell(value: float | None, text: str) -> str:
    return f'<td data-v="{"" if value is None else value}">{text}</td>'


def _percent(rate: float | None) -> str:
    return _NONE if rate is None else f"{rate:.2%}"


def _each(cost: Cost, currency: str) -> str:
    if cost.per_click is not None:
        return price(cost.per_click, currency)
    return _NONE if cost.low is None else f"≥ {price(cost.low, currency)}"


def _between(cost: Cost, currency: str) -> str:
    if cost.low is None or cost.high is None:
        return ""
    return f"{price(cost.low, currency)} – {price(cost.high, currency)}"


def _short(number: int) -> str:
    return f"{number / 1000:.3g} k" if number >= 1000 else str(number)
