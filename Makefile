# `make demo` renders the storefront example and serves the previewer, `make test` passes the tests; both set everything up first.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
DEMO := build/demo
AT := 2026-11-23T10:00:00Z

.PHONY: setup demo test lint clean

setup: $(READY)

$(READY): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "mailweave needs Python 3.11 or later; name one with: make PYTHON=python3.12" >&2; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	$(BIN)/python -m mailweave_preview.browser --install
	@touch $@

# Renders everything, then serves the previewer until Ctrl-C.
demo: setup
	$(BIN)/mailweave render-all --workspace examples/storefront --out $(DEMO) --local-assets --at $(AT)
	$(BIN)/mailweave preview --workspace examples/storefront --at $(AT)

test: setup lint
	$(BIN)/python -m pytest -q -n auto

lint: setup
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/codespell README.md CHANGELOG.md docs engine plugins preview_server content_blocks examples

clean:
	rm -rf .venv build dist *.egg-info
