# `make demo` renders the storefront example and serves the previewer, `make test` passes the tests; both set everything up first.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
DEMO := build/demo
AT := 2026-11-23T10:00:00Z
# Everywhere the same versions, those of what builds a package too. Newer releases of pip read the second name for that.
PINNED := PIP_CONSTRAINT=constraints.txt PIP_BUILD_CONSTRAINT=constraints.txt

.PHONY: setup constraints demo test test-deep lint references conformance bench clean

setup: $(READY)

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "mailweave needs Python 3.11 or later; name one with: make PYTHON=python3.12" >&2; exit 1; }
	$(PYTHON) -m venv .venv
	$(PINNED) $(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	$(BIN)/python -m mailweave_preview.browser --install
	@touch $@

# Names the newest release of everything in constraints.txt; run the tests before you commit it.
constraints:
	$(PYTHON) -m venv --clear build/newest
	build/newest/bin/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]' setuptools wheel --upgrade
	build/newest/bin/python -m pip freeze --all --exclude pip --exclude-editable | LC_ALL=C sort -f > constraints.txt

# Renders everything, then serves the previewer until Ctrl-C.
demo: setup
	$(BIN)/mailweave render-all --workspace examples/storefront --out $(DEMO) --local-assets --at $(AT)
	$(BIN)/mailweave preview --workspace examples/storefront --at $(AT)

test: setup lint
	$(BIN)/python -m pytest -q -n auto

# What takes long: the better part of an hour on two cores. Stopped, it goes on where it was, until the code changes.
test-deep: setup
	$(BIN)/python -m pytest -q -n auto -m deep --resume=build/deep

lint: setup
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/codespell README.md CHANGELOG.md docs engine plugins preview_server content_blocks examples

# What other implementations make of our templates, recorded anew. Needs Node; with Ruby and the gem liquid, Shopify's own too.
references: setup
	cd tests/references/liquid && npm install --no-package-lock --no-audit --no-fund
	$(BIN)/python tests/references/liquid/record.py
	cd tests/references/handlebars && npm install --no-package-lock --no-audit --no-fund && npm run --silent record
	cd tests/references/mjml && npm install --no-package-lock --no-audit --no-fund --loglevel=error && $(CURDIR)/$(BIN)/python generate.py 80 | node record.mjs

# Public test suites, each read from a checkout of its repository: `make conformance SUITE='../golden-liquid ../handlebars.js' ARGS=--json`.
# Exit code 1 of the command: something differs; 3: a suite can't run here, with what to install.
conformance: setup
	PYTHONPATH=tests $(BIN)/python -m conformance $(SUITE) $(ARGS)

# Needs Node 20 or later; installs what is compared with into benchmarks/node/node_modules.
bench: setup
	cd benchmarks/node && npm install --no-package-lock --no-audit --no-fund --loglevel=error
	$(BIN)/python benchmarks/run.py

clean:
	rm -rf .venv build dist *.egg-info
