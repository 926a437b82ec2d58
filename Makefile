# Two commands need nothing but Python >= 3.11 and make: `make play` and `make test`.
PYTHON ?= python3
BIN := .venv/bin
ENV := .venv/.ready
ARGS ?=
N ?= 1000
SEED ?= 1
.DEFAULT_GOAL := help

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "make %-10s %s\n", $$1, $$2}'

$(ENV): requirements-dev.lock
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	touch $@

env: $(ENV) ## the virtual environment, with everything locked

play: $(ENV) ## the bot on a local Slack, in the browser (ARGS="--http --port 9000 --no-browser")
	$(BIN)/python app.py play $(ARGS)

test: $(ENV) ## every test; browser tests where Chromium is found (required when CI=true)
	$(BIN)/pytest -n 2 --dist worksteal $(ARGS)

burst: $(ENV) ## 200 commands and 200 submits in a second each, Slack at 1 s, beside a bare Bolt handler
	$(BIN)/python -m benchmarks.burst $(ARGS)

bench: $(ENV) ## a million waiting nudges against a thousand, loop stall, 10,000 due at once; SQLite and Postgres
	$(BIN)/python -m benchmarks.bench $(ARGS)

crowd: $(ENV) ## one person with 5,000 incidents, one incident with 2,000 events, 100,000 rows due; what others wait
	$(BIN)/python -m benchmarks.crowd $(ARGS)

claims: $(ENV) ## two and four processes claim 20,000 due rows: once each, on SQLite and on Postgres
	$(BIN)/python -m benchmarks.claims $(ARGS)

start: $(ENV) ## from start to ready and idle memory, beside the bare imports
	$(BIN)/python -m benchmarks.start $(ARGS)

walk: $(ENV) ## the line, the small and the full path in Chromium (ARGS="small --transport http"); pictures in build/walk
	$(BIN)/python -m tests.walk $(ARGS)

walkers: $(ENV) ## five people do anything they can, N walks (N=20 SEED=1); one again: SEED=7 N=1 ARGS=--trail
	$(BIN)/python -m tests.walkers --n $(if $(filter command line,$(origin N)),$(N),20) --seed $(SEED) $(ARGS)

people: $(ENV) ## a script played by everybody in it in Chromium, the clock moved on, each reminder looked for
	$(BIN)/python -m tests.walk supplier --transport socket $(ARGS)

crash: $(ENV) ## kill -9 the bot again and again (KILLS=100), and lie to it
	KILLS=$(or $(KILLS),20) $(BIN)/pytest tests/crash tests/edge tests/flows $(ARGS)

model: $(ENV) ## incidents, nudges, faults and the clock in any order, against a model (RUNS=500)
	RUNS=$(or $(RUNS),500) $(BIN)/pytest tests/model $(ARGS)

drafts: $(ENV) ## every draft for eight incidents, one and several parties, clients and colleagues
	$(BIN)/python -m tests.words.print_drafts $(ARGS)

writeup: $(ENV) ## write-ups printed on A4, with a picture of every page in build/writeup
	$(BIN)/python -m tests.words.print_writeup

rehearse: $(ENV) ## the eight scripts through the real guide, planner and sender: 0 differences
	$(BIN)/python app.py rehearse docs/scenarios/*.yaml

torture: $(ENV) ## bots killed N times while nudges drain against a failing Slack (N=10000 SEED=1)
	@# not by -m: each bot's process would import that module anew, and a half of the time would go there
	$(BIN)/python -c "import sys; from benchmarks.torture import main; sys.exit(main())" --kills $(N) --seed $(SEED) $(ARGS)

fuzz: $(ENV) ## N bent payloads, signed, over HTTP and a socket (N=100000 SEED=1): 0 faults, 0 answers 5xx, memory flat
	$(BIN)/python -m tests.fuzz --n $(N) --seed $(SEED) $(ARGS)

replicas: $(ENV) ## three bots started together on an empty Postgres, 20 times; 20 reporters tell one boss
	$(BIN)/python -m benchmarks.replicas $(ARGS)

lint: $(ENV) ## ruff, mypy, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

lock: $(ENV) ## write the lock files anew from pyproject.toml
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	  --no-emit-index-url pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	  --no-emit-index-url --extra test pyproject.toml -o requirements-dev.lock

matrix: $(ENV) ## who may do what: 36,000 deliveries against the table in tests/access/expected.py
	$(BIN)/python -m tests.access.matrix

data: $(ENV) ## write docs/data.md anew: each answer and column, who sees it, where, for how long
	$(BIN)/python -m tests.access.data_page --write

.PHONY: crowd replicas walkers fuzz data model writeup people matrix help env play test torture burst bench claims start drafts rehearse lint lock walk crash
