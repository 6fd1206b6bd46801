# Two commands matter: `make run` and `make test`. Everything they need they install.
PYTHON ?= python3
.DEFAULT_GOAL := help
.PHONY: help run test check bench nlu-report lock clean chaos chaos-standby

help: ## what can be asked for
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

run: ## install, train if needed, start everything, print the addresses
	@$(PYTHON) deploy/bootstrap.py product nlu
	@exec .venv/bin/lachan run

test: .dev ## install what the tests need and run them all
	@$(PYTHON) deploy/chromium.py
	@nlu/.venv/bin/python -m nlu.check_data
	@nlu/.venv/bin/python -m nlu.train
	nlu/.venv/bin/python -m pytest -q nlu/tests -p no:cacheprovider
	.venv/bin/python -m pytest

check: .dev ## linters, types, import contracts, content
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	.venv/bin/djlint bot console --check --lint --quiet
	.venv/bin/python -m deploy.compose_check
	nlu/.venv/bin/python -m nlu.check_data

chaos: .dev ## 10,000 messages while processes, database and platforms fail (about 4 minutes)
	.venv/bin/python -m tests.chaos $(CHAOS)

chaos-standby: .dev ## the same, smaller, while a PostgreSQL standby is promoted
	.venv/bin/python -m tests.chaos --standby --conversations 100 $(CHAOS)

bench: .dev ## benchmarks: tables on standard output
	.venv/bin/python -m bench

nlu-report: .dev ## evaluate the understanding and write docs/nlu-report.md
	nlu/.venv/bin/python -m nlu.evaluate --rankings
	.venv/bin/python -m bench.danger nlu/models/frozen-read.json --out nlu/models/frozen-judged.json
	nlu/.venv/bin/python -m nlu.evaluate --report docs/nlu-report.md

lock: ## renew the locks (hashes, no registry addresses)
	$(PYTHON) deploy/lock.py

.PHONY: .dev
.dev:
	@$(PYTHON) deploy/bootstrap.py product nlu --dev

clean: ## remove environments and models, never data
	rm -rf .venv nlu/.venv .tools nlu/models .mypy_cache .ruff_cache .pytest_cache

.PHONY: audit
audit: ## known vulnerabilities of the locked packages (asks a public service)
	.tools/uv/bin/uv tool run pip-audit -r requirements.lock --disable-pip --no-deps
