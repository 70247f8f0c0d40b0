"""Who can watch a run: logs, Prometheus and OpenTelemetry."""
