"""What the operator measures: answers by route and their times, and how the installation fares."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from services.operations import Overview


class Measures:
    """Counters of this process, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._answers = Counter(
            "fengqiao_http_answers", "Answers given", ("route", "status"), registry=self.registry
        )
        self._seconds = Histogram(
            "fengqiao_http_seconds", "Time to answer", ("route",), registry=self.registry
        )
        self._failed = self._gauge("jobs_failed", "Jobs that were given up", "job")
        self._unknown = self._gauge("messages_unknown", "Messages of unknown outcome", "way")
        self._held = self._gauge("messages_held", "Messages that wait for a way", "why")
        self._resting = self._gauge("wechat_resting", "Calls whose quota is used up", "call")
        self._alive = self._gauge("process_alive", "Does it live now?", "process")
        self._restarts = self._gauge(
            "process_restarts", "How often it was started again", "process"
        )

        self._told = (
            self._failed,
            self._unknown,
            self._held,
            self._resting,
            self._alive,
            self._restarts,
        )

    def answered(self, route: str, status: int, seconds: float) -> None:
        """Note one answer; the route is a pattern and never holds a token."""
        self._answers.labels(route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def fares(self, overview: Overview) -> None:
        """Note what is broken now; what is no longer there is no longer told."""
        for gauge in self._told:
            gauge.clear()
        for one in overview.troubles:
            self._failed.labels(one.job).inc()
        for way, count in overview.unknown.items():
            self._unknown.labels(way).set(count)
        for why, count in overview.held.items():
            self._held.labels(why).set(count)
        for rest in overview.rests:
            self._resting.labels(rest.path).set(rest.code)
        for process in overview.processes:
            self._alive.labels(process.name).set(process.alive)
            self._restarts.labels(process.name).set(process.restarts)

    def text(self) -> bytes:
        """The figures in Prometheus' text format."""
        return generate_latest(self.registry)

    def _gauge(self, name: str, about: str, label: str) -> Gauge:
        return Gauge(f"fengqiao_{name}", about, (label,), registry=self.registry)
