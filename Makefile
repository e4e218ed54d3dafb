# Two commands matter on a fresh machine: `make demo` and `make test`. Everything else is for those who work here.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
OUT ?= out/demo
AS_OF := 2026-11-10T12:00:00+08:00
WORKERS ?= 2

.PHONY: demo test lint bench goldens lock clean

$(VENV)/core: pyproject.toml requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; name it: make PYTHON=python3.12 …")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "installing into $(VENV) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c requirements.lock hatchling editables
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c requirements.lock --no-build-isolation -e .
	@touch $@

$(VENV)/dev: $(VENV)/core
	@echo "installing what tests and benchmarks need …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c requirements.lock --no-build-isolation -e '.[cutout,parquet]' -r requirements-dev.txt
	@touch $@

demo: $(VENV)/core
	@$(BIN)/python examples/demo.py --out $(OUT) --as-of $(AS_OF) --workers $(WORKERS)

test: $(VENV)/dev
	@$(BIN)/python -m pytest -n 2 --dist loadfile -q $(TESTS)

lint: $(VENV)/dev
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy

bench: $(VENV)/dev
	@$(BIN)/python -m benchmarks

goldens: $(VENV)/dev
	@$(BIN)/python -m tests.goldens

lock: $(VENV)/dev
	@$(BIN)/python -m pip freeze --exclude-editable --exclude pip --exclude setuptools > requirements.lock

clean:
	rm -rf out .pytest_cache .mypy_cache .ruff_cache .hypothesis
