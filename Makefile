# `make review` studies, `make test` tells within two minutes whether a change is good, `make check` does the rest.

PYTHON ?= python3
# pins what is installed, the build backend included
export PIP_CONSTRAINT = $(CURDIR)/constraints.txt
export PIP_DISABLE_PIP_VERSION_CHECK = 1

# a process for each processor; whoever is done takes over some of what another has left
PYTEST = .venv/bin/pytest --numprocesses auto --dist worksteal

# $(call timed,NAME,COMMANDS): runs them, and says how long they took
timed = start=$$(date +%s); $(2) && echo "$(1): $$(($$(date +%s) - start)) s"

.PHONY: review test check slow fuzz bench pictures clean

review: .venv/installed
	@.venv/bin/srs review

test: .venv/installed-dev
	@$(call timed,ruff,.venv/bin/ruff check && .venv/bin/ruff format --check)
	@$(call timed,mypy,.venv/bin/mypy)
	@$(call timed,layers,.venv/bin/lint-imports)
	@$(call timed,tests,$(PYTEST) -m 'not check and not slow')

# what `make test` leaves out: months of use, kills and power cuts, trouble in the terminal, the browser
check: .venv/installed-dev
	@$(call timed,check,$(PYTEST) -m 'check and not slow' --durations=10)

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
