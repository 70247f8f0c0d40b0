"""A run's spans and counters, as OpenTelemetry's own SDK takes them; and what is said where it isn't installed."""

from __future__ import annotations

import sys
from collections import Counter

import pytest
from opentelemetry.metrics import NoOpMeterProvider
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

from mailweave import MailweaveError
from mailweave.engine import Engine
from mailweave.testing import MINIMAL, write_files
from mailweave_plugins.bulk.plan import Request
from mailweave_plugins.bulk.pool import Workers
from mailweave_plugins.bulk.result import Start
from mailweave_plugins.bulk.run import run as run_all
from mailweave_plugins.bulk.sight.observers.telemetry import Telemetry
from mailweave_plugins.bulk.sight.snapshots import Reason, Tally
from mailweave_plugins.bulk.sight.watching import Progress, Sight

from .conftest import CAMPAIGN, customers, write_profiles


class Kept:
    """An SDK whose spans and numbers stay in this process."""

    def __init__(self):
        self.exporter, self.reader = InMemorySpanExporter(), InMemoryMetricReader()
        tracers = TracerProvider(shutdown_on_exit=False)
        tracers.add_span_processor(SimpleSpanProcessor(self.exporter))
        self.meters = MeterProvider([self.reader], shutdown_on_exit=False)
        self.telemetry = Telemetry(tracers, self.meters, pytest.fail)
        self.sight = Sight((self.telemetry,))

    def spans(self):
        return {span.name: span for span in self.exporter.get_finished_spans()}

    def numbers(self):
        data = self.reader.get_metrics_data()
        metrics = [metric for resource in data.resource_metrics for scope in resource.scope_metrics for metric in scope.metrics] if data else []
        return {(metric.name, *sorted(map(str, point.attributes.values()))): getattr(point, "value", None) or getattr(point, "sum", None) for metric in metrics for point in metric.data.data_points}


def test_a_run_has_a_span_for_each_part_and_counts_its_messages(tmp_path):
    write_files(tmp_path, {**MINIMAL, "campaigns/hello.yaml": CAMPAIGN})
    profiles = write_profiles(tmp_path / "p.ndjson", [*customers(5), {"email": "without an id@"}])
    kept, engine = Kept(), Engine()
    request = Request("hello", str(profiles), "ndjson", tmp_path / "out", "ndjson", str(tmp_path / "out"), part_size=3)
    result = run_all(engine, engine.open(tmp_path), request, Workers(1), Start(sight=kept.sight))
    numbers = kept.numbers()
    kept.sight.tell("run-ended", campaign="hello", exit_code=1, how="complete", seconds=2.5)
    assert result.counts.outcomes == {"written": 5, "rejected": 1}
    assert numbers == {("mailweave.run.messages", "hello", "written"): 5, ("mailweave.run.messages", "hello", "rejected"): 1, ("mailweave.run.failures", "bad-value", "hello"): 1}
    run, *parts = sorted(kept.exporter.get_finished_spans(), key=lambda span: span.start_time)
    assert (run.name, [part.name for part in parts], run.status.status_code) == ("mailweave run hello", ["part", "part"], StatusCode.ERROR)
    assert [part.parent.span_id for part in parts] == [run.context.span_id] * 2
    assert all(run.start_time <= part.start_time <= part.end_time for part in parts)
    assert [(part.attributes["mailweave.part"], part.attributes["mailweave.outcomes.written"]) for part in parts] == [(0, 3), (1, 2)]
    [event] = parts[1].events
    assert (event.name, event.attributes["mailweave.row"], event.attributes["mailweave.reason"]) == ("message-rejected", 5, "bad-value")


def test_a_run_that_goes_on_counts_what_is_new():
    kept = Kept()
    for sent in (5, 5, 9):
        kept.telemetry.progress(Progress("0", "a", 10, 5, 1, 0, 1.0, Tally(Counter(sent=sent), {"450": Reason("deferred", 1, "")})))
    assert kept.numbers() == {("mailweave.run.messages", "a", "sent"): 4}


def test_a_run_that_could_not_begin_has_a_span():
    kept = Kept()
    kept.sight.tell("problem", reason="unknown-campaign")
    kept.sight.tell("run-ended", 100.0, campaign="a", exit_code=1, how="error", seconds=2.0)
    [span] = kept.spans().values()
    assert (span.start_time, span.end_time, span.status.description) == (98 * 10**9, 100 * 10**9, "error")


def test_the_environment_says_where_it_goes(monkeypatch):
    monkeypatch.setenv("OTEL_TRACES_EXPORTER", "none")
    monkeypatch.setenv("OTEL_METRICS_EXPORTER", "none")
    monkeypatch.setenv("OTEL_SERVICE_NAME", "newsletter")
    found = Telemetry.configured(pytest.fail)
    assert found.tracers.resource.attributes["service.name"] == "newsletter"
    monkeypatch.delenv("OTEL_SERVICE_NAME")
    assert Telemetry.configured(pytest.fail).tracers.resource.attributes["service.name"] == "mailweave"
    monkeypatch.setenv("OTEL_SDK_DISABLED", "true")
    assert isinstance(Telemetry.configured(pytest.fail).meters, NoOpMeterProvider)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [("OTEL_TRACES_EXPORTER", "zipkin-like", "may be otlp, console or none"), ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc", "pip install opentelemetry-exporter-otlp-proto-grpc")],
)
def test_an_exporter_that_is_not_there_is_said(monkeypatch, name, value, said):
    monkeypatch.setenv(name, value)
    with pytest.raises(MailweaveError, match=said):
        Telemetry.configured(pytest.fail)


def test_without_the_extra_the_remedy_is_said(monkeypatch, shop):
    write_profiles(shop.root / "p.ndjson", customers(1))
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk", None)
    err = shop.call("--profiles", "p.ndjson", "--to", "out", "--otel", status=1).err
    assert "pip install 'mailweave[otel]'" in err
