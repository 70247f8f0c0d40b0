"""The connectors: kinds of place that a source's data comes from, one a module."""
