"""Figures for Prometheus: what this process did, and what waits in the database. Never who or what words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from storage import watching
from storage.store import Store, Unavailable

REGISTRY = CollectorRegistry()
TURNS = Histogram(
    "linli_turn_seconds",
    "One message, from its arrival to its commit.",
    ["channel"],
    registry=REGISTRY,
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 3, 10),
)
HEARD = Counter("linli_heard_total", "Messages read for their meaning.", registry=REGISTRY)
FALLBACKS = Counter("linli_not_understood_total", "Those not understood.", registry=REGISTRY)
SENT = Counter("linli_sent_total", "Pushes by lane and how they ended.", ["lane", "state"], registry=REGISTRY)
FAILED = Counter("linli_rounds_failed_total", "Rounds of the worker that broke.", registry=REGISTRY)


class _Rows(Collector):
    """What the database says at this moment."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self.store, self.clock = store, clock

    def describe(self) -> Iterator[GaugeMetricFamily]:
        return iter(())  # nothing is asked of the database before somebody looks

    def collect(self) -> Iterator[GaugeMetricFamily]:
        try:
            with self.store.read() as tx:
                found = watching.figures(tx, self.clock())
        except Unavailable:
            found = {}
        yield GaugeMetricFamily("linli_database_up", "Whether the database answers.", value=bool(found))
        for name, (about, value) in found.items():
            yield GaugeMetricFamily(f"linli_{name}", about, value=value)


class _Own(Collector):
    """What this process did."""

    def collect(self) -> Iterator[Metric]:
        yield from REGISTRY.collect()


def registry(store: Store, clock: Callable[[], datetime]) -> CollectorRegistry:
    """Everything that is to be shown of this process and its database."""
    both = CollectorRegistry()
    both.register(_Own())
    both.register(_Rows(store, clock))
    return both


def page(store: Store, clock: Callable[[], datetime]) -> bytes:
    """Everything, as Prometheus reads it."""
    return generate_latest(registry(store, clock))
