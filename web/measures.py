"""What the operator measures: answers by route and how long they took."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest


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

    def answered(self, route: str, status: int, seconds: float) -> None:
        """Note one answer; the route is a pattern and never holds a token."""
        self._answers.labels(route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def text(self) -> bytes:
        """The figures in Prometheus' text format."""
        return generate_latest(self.registry)
