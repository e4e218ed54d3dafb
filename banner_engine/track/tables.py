"""The tables, as the newest schema version has them (`migrations` makes them; a test keeps both equal).

Times are microseconds since the epoch, money is micros. `seq` numbers count up as rows come, so that
rows of one hour lie together. Text that a row does not have is '' where it is part of a key.

Roll-ups (firsts, hourly, hourly_spend, reasons) are derived from events and spend up to `rolled`, and from
nothing else; `rollups` makes them, and can make them again.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Float, Index, Integer, MetaData, SmallInteger, Table, Text

metadata = MetaData()

schema_version = Table(
    "schema_version",
    metadata,
    Column("version", Integer, primary_key=True),
    Column("description", Text, nullable=False),
)

runs = Table(
    "runs",
    metadata,
    Column("run_id", Text, primary_key=True),
    Column("campaign", Text, nullable=False),
    Column("time", BigInteger, nullable=False),
    Column("details", Text, nullable=False),
)

variants = Table(
    "variants",
    metadata,
    Column("variant_id", Text, primary_key=True),
    Column("campaign", Text, nullable=False),
    Column("creative_id", Text, nullable=False),
    Column("theme", Text, nullable=False),
    Column("palette", Text, nullable=False),
    Column("seed", BigInteger, nullable=False),
    Column("layout", Text, nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("locale", Text, nullable=False),
    Column("products", Text, nullable=False),  # JSON list of ids
    Column("product_type", Text, nullable=False),
    Column("copy", Text, nullable=False),
    Column("recipe", Text, nullable=False),
)

# An arm is what was shown where and why, once for all the decisions that share it.
ARM_KEY = (
    "campaign",
    "placement",
    "variant_id",
    "theme",
    "palette",
    "layout",
    "copy",
    "product_type",
    "product",
    "policy",
    "grade",
    "locale",
)
arms = Table(
    "arms",
    metadata,
    Column("seq", Integer, primary_key=True),
    *(Column(name, Text, nullable=False) for name in ARM_KEY),
)
Index("arms_key", *(arms.c[name] for name in ARM_KEY), unique=True)

decisions = Table(
    "decisions",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("decision_id", Text, nullable=False),
    Column("run_id", Text, nullable=False),
    Column("arm", Integer, nullable=False),
    Column("user", Text),
    Column("time", BigInteger, nullable=False),
    Column("propensity", Float, nullable=False),
    Column("simulated", SmallInteger, nullable=False),
)
Index("decisions_id", decisions.c.decision_id, unique=True)

events = Table(
    "events",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("event_id", Text, nullable=False),
    Column("kind", SmallInteger, nullable=False),  # 1 + the place in KINDS
    Column("time", BigInteger, nullable=False),
    Column("arm", Integer, nullable=False),
    Column("decision", Integer),  # decisions.seq
    Column("lag", BigInteger),  # time - the decision's time
    Column("flags", Text, nullable=False),  # sorted names with commas; '' is valid traffic
    Column("source", Text, nullable=False),
    Column("simulated", SmallInteger, nullable=False),
)
Index("events_id", events.c.event_id, unique=True)

spend = Table(
    "spend",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("event_id", Text, nullable=False),
    Column("time", BigInteger, nullable=False),
    Column("arm", Integer, nullable=False),
    Column("amount_micros", BigInteger, nullable=False),
    Column("currency", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("simulated", SmallInteger, nullable=False),
)
Index("spend_id", spend.c.event_id, unique=True)

COUNTS_KEY = ("source", "campaign", "placement", "variant_id", "start", "end", "currency")
counts = Table(
    "counts",
    metadata,
    Column("source", Text, primary_key=True),
    Column("campaign", Text, primary_key=True),
    Column("placement", Text, primary_key=True),
    Column("variant_id", Text, primary_key=True),
    Column("start", BigInteger, primary_key=True),
    Column("end", BigInteger, primary_key=True),
    Column("currency", Text, primary_key=True),
    Column("impressions", BigInteger, nullable=False),
    Column("clicks", BigInteger, nullable=False),
    Column("spend_micros", BigInteger, nullable=False),
)

# What is known of each decision: its first valid impression and click, and whether any impression came.
firsts = Table(
    "firsts",
    metadata,
    Column("decision", Integer, primary_key=True),
    Column("simulated", SmallInteger, primary_key=True),
    Column("shown", BigInteger),
    Column("clicked", BigInteger),
    Column("seen", SmallInteger, nullable=False),
)

MEASURES = (
    "impressions",
    "clicks",
    "impressions_gross",
    "clicks_gross",
    "clicks_without_impression",
    "flagged",
)
hourly = Table(
    "hourly",
    metadata,
    Column("simulated", SmallInteger, primary_key=True),
    Column("hour", BigInteger, primary_key=True),  # the instant at which the local hour starts
    Column("arm", Integer, primary_key=True),
    *(Column(name, BigInteger, nullable=False) for name in MEASURES),
)

hourly_spend = Table(
    "hourly_spend",
    metadata,
    Column("simulated", SmallInteger, primary_key=True),
    Column("hour", BigInteger, primary_key=True),
    Column("arm", Integer, primary_key=True),
    Column("currency", Text, primary_key=True),
    Column("micros", BigInteger, nullable=False),
)

# Receipts that are not net, by the reason; one receipt may have several.
reasons = Table(
    "reasons",
    metadata,
    Column("simulated", SmallInteger, primary_key=True),
    Column("campaign", Text, primary_key=True),
    Column("hour", BigInteger, primary_key=True),
    Column("reason", Text, primary_key=True),
    Column("receipts", BigInteger, nullable=False),
)

# The last rows of events and of spend that the roll-ups hold.
rolled = Table(
    "rolled",
    metadata,
    Column("name", Text, primary_key=True),
    Column("seq", BigInteger, nullable=False),
)

rules = Table(
    "rules",
    metadata,
    Column("campaign", Text, primary_key=True),
    Column("timezone", Text, nullable=False),
    Column("early", BigInteger, nullable=False),
    Column("late", BigInteger, nullable=False),
    Column("keep", BigInteger),
)

pauses = Table(
    "pauses",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("time", BigInteger, nullable=False),
    Column("campaign", Text, nullable=False),
    Column("dimension", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("placement", Text, nullable=False),  # '' for all of them
    Column("paused", SmallInteger, nullable=False),  # 0: resumed
    Column("who", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("numbers", Text, nullable=False),  # JSON: what was known when it was decided
)

# SHA-256 of the pseudonyms of users who were forgotten, so that no run brings them back.
forgotten = Table("forgotten", metadata, Column("user", Text, primary_key=True))
