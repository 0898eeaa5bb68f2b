# Two commands do everything: `make review` and `make test`.

PYTHON ?= python3
# pins what is installed, the build backend included
export PIP_CONSTRAINT = $(CURDIR)/constraints.txt
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: review test slow fuzz bench pictures clean

review: .venv/installed
	@.venv/bin/srs review

test: .venv/installed-dev
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy
	.venv/bin/lint-imports
	.venv/bin/pytest

# heavy checks: many random histories, large collections, kills and power cuts; prints what they measured
slow: .venv/installed-dev
	.venv/bin/pytest -m slow -rP

# 20,000 mutated deck files, event files and databases, with fixed seeds: prints what became of them
fuzz: .venv/installed-dev
	.venv/bin/pytest -s -m slow tests/cli/test_fuzz.py tests/collection/machines/test_event_files.py

# what commands and exports cost, as ratios against peers in the same run
bench: .venv/installed-dev
	.venv/bin/python tests/benchmarks/startup.py
	.venv/bin/python tests/benchmarks/export.py
	.venv/bin/python tests/benchmarks/anki_export.py
	.venv/bin/python tests/benchmarks/keys.py
	.venv/bin/python tests/benchmarks/anki_pull.py
	.venv/bin/python tests/benchmarks/replay.py

# the README's picture, the sheets of screens and of Anki cards, and all cards on one page
pictures: .venv/installed-dev
	.venv/bin/python examples/capture_review.py examples/review.svg
	.venv/bin/python examples/capture_review.py build/review
	.venv/bin/python examples/anki_cards.py build/anki
	.venv/bin/python examples/all_cards.py decks build/cards.html

.venv/installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "srs needs Python 3.11 or newer; name one: make PYTHON=python3.12 review")'
	@echo 'Setting up .venv (once)…' >&2
	@test -x .venv/bin/python || $(PYTHON) -m venv .venv
	@.venv/bin/pip install --quiet --editable .
	@touch $@

.venv/installed-dev: .venv/installed
	.venv/bin/pip install --quiet --editable '.[dev]'
	@touch $@

clean:
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
