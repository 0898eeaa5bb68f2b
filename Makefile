# `make review` starts a review. `make test` runs the fast checks (under two minutes), `make check` the other tests.

PYTHON ?= python3
# pin every installed version, including the build backend
export PIP_CONSTRAINT = $(CURDIR)/constraints.txt
export PIP_DISABLE_PIP_VERSION_CHECK = 1

# one process per processor; an idle process takes tests from a busy one
PYTEST = .venv/bin/pytest --numprocesses auto --dist worksteal

# $(call timed,NAME,COMMANDS): run the commands and print how long they took
timed = start=$$(date +%s); $(2) && echo "$(1): $$(($$(date +%s) - start)) s"

.PHONY: review test check slow fuzz bench bench-fit bench-goal pictures clean

review: .venv/installed
	@.venv/bin/srs review

test: .venv/installed-dev
	@$(call timed,ruff,.venv/bin/ruff check && .venv/bin/ruff format --check)
	@$(call timed,mypy,.venv/bin/mypy)
	@$(call timed,layers,.venv/bin/lint-imports)
	@$(call timed,tests,$(PYTEST) -m 'not check and not slow')

# tests that take longer: months of use, kills and power cuts, trouble in the terminal, the browser
check: .venv/installed-dev
	@$(call timed,check,$(PYTEST) -m 'check and not slow' --durations=10)

# heavy checks: many random histories, large collections, kills and power cuts; print their measurements
slow: .venv/installed-dev
	.venv/bin/pytest -m slow -rP

# 20,000 mutated deck files, event files and databases with fixed seeds; print the results
fuzz: .venv/installed-dev
	.venv/bin/pytest -s -m slow tests/cli/test_fuzz.py tests/sync/test_event_files.py

# run times of commands and exports, as ratios to other programs in the same run
bench: .venv/installed-dev
	.venv/bin/python tests/benchmarks/startup.py
	.venv/bin/python tests/benchmarks/export.py
	.venv/bin/python tests/benchmarks/anki_export.py
	.venv/bin/python tests/benchmarks/answer.py
	.venv/bin/python tests/benchmarks/keys.py
	.venv/bin/python tests/benchmarks/anki_pull.py
	.venv/bin/python tests/benchmarks/replay.py

# fitting FSRS to 100,000 reviews, compared with fsrs-rs-python alone
bench-fit: .venv/installed-dev
	.venv/bin/python tests/benchmarks/fit.py

# the rule of `srs goal` against other ways of getting ready for a date, with simulated learners: prints tables, and draws
# docs/goal.svg
bench-goal: .venv/installed-dev
	.venv/bin/python -m tests.benchmarks.goal --json build/goal.json
	.venv/bin/python -m tests.benchmarks.goal_chart build/goal.json docs/goal.svg

# the picture of the README, sheets of all screens and Anki cards, a page with all cards, and that of srs report
pictures: .venv/installed-dev
	.venv/bin/python examples/capture_review.py examples/review.svg
	.venv/bin/python examples/capture_review.py build/review
	.venv/bin/python examples/capture_stats.py build/stats
	.venv/bin/python examples/anki_cards.py build/anki
	.venv/bin/python examples/report_pages.py build/report
	.venv/bin/srs --decks decks --db build/srs.db preview --to build/cards.html

.venv/installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "srs needs Python 3.11 or newer; choose one with: make PYTHON=python3.12 review")'
	@echo 'Setting up .venv (once)…' >&2
	@test -x .venv/bin/python || $(PYTHON) -m venv .venv
	@.venv/bin/pip install --quiet --editable .
	@touch $@

.venv/installed-dev: .venv/installed
	.venv/bin/pip install --quiet --editable '.[dev]'
	@touch $@

clean:
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
