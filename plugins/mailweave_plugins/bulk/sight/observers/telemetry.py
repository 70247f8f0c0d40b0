"""A run's traces and metrics by OpenTelemetry, through its own SDK: a span for each start and each part, and counters.

The SDK's own variables say where they go (https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/): OTEL_SERVICE_NAME,
OTEL_RESOURCE_ATTRIBUTES, OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_HEADERS, OTEL_TRACES_EXPORTER, OTEL_METRICS_EXPORTER and the rest. No
global provider is set, so a host's own tracing isn't touched.
"""

from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.metadata import entry_points, version
from typing import Any, Final

from opentelemetry.metrics import NoOpMeterProvider
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import MetricExporter, PeriodicExportingMetricReader
from opentelemetry.sdk.resources import SERVICE_NAME, SERVICE_VERSION, OTELResourceDetector, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.trace import NoOpTracerProvider, Span, Status, StatusCode, set_span_in_context

from mailweave import MailweaveError, Problem
from mailweave_plugins.bulk.sight.watching import Event, Progress

_SCOPE: Final = "mailweave.run"
_FLUSH: Final = 10.0  # seconds
_PROTOCOLS: Final = {"http/protobuf": "otlp_proto_http", "grpc": "otlp_proto_grpc"}

# Names of the metrics → unit and description, by https://opentelemetry.io/docs/specs/semconv/general/naming/.
METRICS: Final = {
    "mailweave.run.messages": ("{message}", "Messages by outcome."),
    "mailweave.run.failures": ("{problem}", "Problems of messages that failed, wait or are in doubt, by reason."),
    "mailweave.run.duration": ("s", "How long a start of a run took, by exit status."),
}


@dataclass
class Telemetry:
    """Makes spans of a run's events, and counters of its progress."""

    tracers: Any
    meters: Any
    warn: Callable[[str, str], None]
    _run: Span | None = None
    _parts: dict[int, Span] = field(default_factory=dict)
    _counted: dict[str, Counter[str]] = field(default_factory=dict)

    @classmethod
    def configured(cls, warn: Callable[[str, str], None]) -> Telemetry:
        """As the environment's variables say.

        Raises:
            MailweaveError: an exporter that they name isn't installed.
        """
        if os.environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true":
            return cls(NoOpTracerProvider(), NoOpMeterProvider(), warn)
        # What the environment says of the service goes before what we say.
        ours = {SERVICE_NAME: "mailweave", SERVICE_VERSION: version("mailweave")}
        resource = Resource.create(ours).merge(OTELResourceDetector().detect())
        tracers = TracerProvider(resource=resource, shutdown_on_exit=False)
        spans: type[SpanExporter] | None = _exporter("traces")
        if spans:
            tracers.add_span_processor(BatchSpanProcessor(spans()))
        numbers: type[MetricExporter] | None = _exporter("metrics")
        readers = [PeriodicExportingMetricReader(numbers())] if numbers else []
        return cls(tracers, MeterProvider(readers, resource=resource, shutdown_on_exit=False), warn)

    def __post_init__(self) -> None:
        self._tracer = self.tracers.get_tracer(_SCOPE)
        meter = self.meters.get_meter(_SCOPE)
        made = {"mailweave.run.duration": meter.create_histogram}
        self._made = {name: made.get(name, meter.create_counter)(name, unit, text) for name, (unit, text) in METRICS.items()}

    def event(self, event: Event) -> None:
        """Begin or end a span, or note the event in the one that it belongs to."""
        at, fields = int(event.at * 1e9), event.fields
        if event.name == "run-began":
            self._run = self._tracer.start_span(f"mailweave run {fields['campaign']}", start_time=at, attributes=_attributes(fields))
        elif event.name == "part-began" and self._run:
            part = fields["part"]
            self._parts[part] = self._tracer.start_span("part", set_span_in_context(self._run), start_time=at, attributes=_attributes(fields))
        elif event.name in ("part-done", "part-stopped"):
            self._end(self._parts.pop(fields["part"], None), event, failed=False)
        elif event.name == "run-ended":
            self._ended(event)
        else:
            span = self._parts.get(fields.get("part", -1)) or self._run
            if span:
                span.add_event(event.name, _attributes(fields), at)

    def progress(self, progress: Progress) -> None:
        """Count what was added since the last time."""
        self._count("mailweave.run.messages", "outcome", progress.campaign, progress.tally.outcomes)
        reasons = Counter({name: reason.count for name, reason in progress.tally.reasons.items()})
        self._count("mailweave.run.failures", "reason", progress.campaign, reasons)

    def _count(self, name: str, key: str, campaign: str, now: Counter[str]) -> None:
        # The first time is before this start has done anything: that was counted by earlier ones.
        before = self._counted.setdefault(name, now.copy())
        for value, count in now.items():
            if count > before[value]:
                self._made[name].add(count - before[value], {"mailweave.campaign": campaign, f"mailweave.{key}": value})
                before[value] = count

    def _ended(self, event: Event) -> None:
        # A run that couldn't begin has a span, too.
        if self._run is None:
            start = int((event.at - event.fields["seconds"]) * 1e9)
            self._run = self._tracer.start_span(f"mailweave run {event.fields.get('campaign', '')}", start_time=start)
        for span in self._parts.values():
            self._end(span, event, failed=False)
        self._parts.clear()
        status = event.fields["exit_code"]
        of = {"mailweave.campaign": event.fields.get("campaign", ""), "mailweave.exit_code": status}
        self._made["mailweave.run.duration"].record(event.fields["seconds"], of)
        self._end(self._run, event, failed=status not in (0, 130))
        if not isinstance(self.meters, NoOpMeterProvider) and not self._flushed():
            remedy = "look at OTEL_EXPORTER_OTLP_ENDPOINT, and whether a collector is there"
            self.warn("OpenTelemetry's exporter couldn't send everything in time", remedy)

    def _flushed(self) -> bool:
        """Whether all was sent. The SDK tries for half a minute and longer, and nobody wants to wait for that."""
        done: list[bool] = []

        def flush() -> None:
            done.extend(provider.force_flush(int(_FLUSH * 1000)) for provider in (self.tracers, self.meters))
            for provider in (self.tracers, self.meters):
                provider.shutdown()

        thread = threading.Thread(target=flush, name="mailweave-telemetry", daemon=True)
        thread.start()
        thread.join(_FLUSH)
        return len(done) == 2 and all(done)

    def _end(self, span: Span | None, event: Event, *, failed: bool) -> None:
        if span is None:
            return
        span.set_attributes(_attributes(event.fields))
        if failed:
            span.set_status(Status(StatusCode.ERROR, str(event.fields.get("how", ""))))
        span.end(int(event.at * 1e9))


def _attributes(fields: Any) -> dict[str, Any]:
    """Fields as attributes, those of `outcomes` and `reasons` each by itself."""
    found: dict[str, Any] = {}
    for key, value in fields.items():
        if isinstance(value, dict):
            found |= {f"mailweave.{key}.{name}": count for name, count in value.items()}
        elif value is not None:
            found[f"mailweave.{key}"] = value
    return found


def _exporter(signal: str) -> Any:
    """The exporter's class for "traces" or "metrics", as the variables name it; None for none."""
    upper = signal.upper()
    said = os.environ.get(f"OTEL_{upper}_EXPORTER", "").strip() or "otlp"
    if said == "none":
        return None
    protocol = os.environ.get(f"OTEL_EXPORTER_OTLP_{upper}_PROTOCOL") or os.environ.get("OTEL_EXPORTER_OTLP_PROTOCOL") or "http/protobuf"
    name = _PROTOCOLS.get(protocol, protocol) if said == "otlp" else said
    for point in entry_points(group=f"opentelemetry_{signal}_exporter", name=name):
        return point.load()
    remedy = f"OTEL_{upper}_EXPORTER may be otlp, console or none"
    if name.startswith("otlp"):
        remedy = f"run: pip install opentelemetry-exporter-{name.replace('_', '-')}"
    raise MailweaveError(Problem(f"there is no OpenTelemetry exporter '{name}' for {signal}", remedy, code="no-library"))
