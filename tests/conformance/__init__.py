"""Runs the public test suites of other implementations against mailweave: `make conformance SUITE=path`. For mailweave's own developers."""
