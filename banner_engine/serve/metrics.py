"""What Prometheus reads: rates, times, caches, queues. No label is a user, a token, an id or a path."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

if TYPE_CHECKING:
    from banner_engine.serve.site import Site

TYPE = b"text/plain; version=0.0.4; charset=utf-8"
BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)


class Metrics:
    """The counters of one server, in a registry of its own."""

    def __init__(self, sites: Iterable[Site]) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "banner_requests", "Requests by route and status", ["route", "status"], registry=self.registry
        )
        self._outcomes = Counter(
            "banner_outcomes", "What became of decisions, events, bids", ["outcome"], registry=self.registry
        )
        self._seconds = Histogram(
            "banner_request_seconds",
            "Seconds to the answer",
            ["route"],
            registry=self.registry,
            buckets=BUCKETS,
        )
        self._children: dict[tuple[str, int], Counter] = {}
        self._times: dict[str, Histogram] = {}
        self._kept: dict[str, Counter] = {}
        self.registry.register(_State(tuple(sites)))

    def saw(self, route: str, status: int, outcome: str, seconds: float) -> None:
        # labels() takes a lock and hashes all of them: children are kept, for this is on every request's path
        child = self._children.get((route, status))
        if child is None:
            child = self._children[route, status] = self._requests.labels(route, str(status))
            self._times.setdefault(route, self._seconds.labels(route))
        child.inc()
        self._times[route].observe(seconds)
        if outcome:
            kept = self._kept.get(outcome)
            if kept is None:
                kept = self._kept[outcome] = self._outcomes.labels(outcome)
            kept.inc()

    def text(self) -> bytes:
        return generate_latest(self.registry)


class _State(Collector):
    """What is read when it is asked for."""

    def __init__(self, sites: tuple[Site, ...]) -> None:
        self._sites = sites

    def collect(self) -> Iterator[Metric]:
        queue = GaugeMetricFamily("banner_cold_waiting", "Banners that wait to be drawn", labels=["campaign"])
        ready = GaugeMetricFamily("banner_ready_variants", "Variants that are drawn", labels=["campaign"])
        shared = CounterMetricFamily(
            "banner_cold_shared", "Requests that waited for another one's drawing", labels=["campaign"]
        )
        lost = CounterMetricFamily(
            "banner_decisions_lost", "Decisions that the disk could not follow", labels=["campaign"]
        )
        drawn = CounterMetricFamily("banner_drawn", "Pictures that were made", labels=["campaign"])
        hits = CounterMetricFamily("banner_zone_hits", "Pictures joined without a miss", labels=["campaign"])
        misses = CounterMetricFamily(
            "banner_zone_misses", "Zones that were not in memory", labels=["campaign"]
        )
        for site in self._sites:
            name = [site.id]
            stats = site.view.engine.workshop.assembler.stats
            queue.add_metric(name, len(site.studio))
            ready.add_metric(name, len(site.view.shelf))
            drawn.add_metric(name, site.view.shelf.drawn)
            shared.add_metric(name, site.studio.shared)
            lost.add_metric(name, site.lost_decisions)
            hits.add_metric(name, stats.hits)
            misses.add_metric(name, stats.misses)
        yield from (queue, ready, drawn, shared, lost, hits, misses)
