# Two commands matter on a fresh machine: `make demo` and `make test`. Everything else is for those who work here.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
OUT ?= out/demo
AS_OF := 2026-11-10T12:00:00+08:00
WORKERS ?= 2

.PHONY: demo test soak lint bench comps lock clean

$(VENV)/core: pyproject.toml requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; name it: make PYTHON=python3.12 …")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "installing into $(VENV) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c requirements.lock hatchling editables
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c requirements.lock --no-build-isolation -e .
	@touch $@

$(VENV)/dev: $(VENV)/core
	@echo "installing what tests and benchmarks need …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c requirements.lock --no-build-isolation -e '.[cutout,parquet,serve]' -r requirements-dev.txt
	@touch $@

demo: export BANNER_STORE := $(OUT)/state
demo: $(VENV)/core
	$(BIN)/banner profiles sample examples/double11 --count 2000 --seed 11 --out $(OUT)/profiles.jsonl --as-of $(AS_OF)
	$(BIN)/banner render examples/double11 --profiles $(OUT)/profiles.jsonl --out $(OUT)/banners --as-of $(AS_OF) --workers $(WORKERS)
	$(BIN)/banner simulate examples/double11 --users 2000 --seed 11 --as-of $(AS_OF)
	$(BIN)/banner report examples/double11 --by placement,theme --simulated
	$(BIN)/banner preview examples/double11 --out $(OUT)/sheet.png --as-of $(AS_OF)
	@echo
	@echo "The contact sheet:        $(OUT)/sheet.png"
	@echo "Every banner, every user: $(OUT)/banners (images/, variants.jsonl, assignments.jsonl)"
	@echo "The report again:         BANNER_STORE=$(OUT)/state $(BIN)/banner report examples/double11 --by copy --simulated"

test: $(VENV)/dev
	@$(BIN)/python -m pytest -n 2 --dist loadfile -q $(TESTS)

soak: $(VENV)/dev
	@SOAK_ROUNDS=100 $(BIN)/python -m pytest -q -s tests/track/test_ledger.py tests/serve/test_serve_ledger.py
	@RTB_EXAMPLES=10000 $(BIN)/python -m pytest -q tests/serve/test_serve_openrtb.py

lint: $(VENV)/dev
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy

bench: $(VENV)/dev
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-bench.txt
	@$(BIN)/python -m benchmarks

# Reference comps beside our banners, a sheet a theme; COMPS is a folder of THEME-WIDTHxHEIGHT.png.
COMPS ?= ../shared/comps
comps: $(VENV)/core
	@$(BIN)/python docs/make_comps.py $(COMPS) $(OUT)/comps

lock: $(VENV)/dev
	@$(BIN)/python -m pip freeze --exclude-editable --exclude pip --exclude setuptools > requirements.lock

clean:
	rm -rf out .pytest_cache .mypy_cache .ruff_cache .hypothesis
