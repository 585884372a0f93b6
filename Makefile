# Two commands on a machine with Python 3.11 and make: `make demo` shows it work, `make test` proves it.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin

.PHONY: demo test lint types unit judges loaders faults bench lock clean

demo: .venv/ready
	$(BIN)/briefs demo

test: lint types unit

lint: .venv/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/ready
	$(BIN)/mypy

unit: .venv/ready .judges/ready .loaders/ready
	$(BIN)/python -m pytest

judges: .judges/ready

loaders: .loaders/ready

# 50 kills over a crawl of 1,000 pages, and what became of it; SEED=N kills at other moments.
SEED ?= 1
faults: .venv/ready
	BRIEFS_FAULTS=$(SEED) $(BIN)/python -m pytest tests/faults -s -n 0 -m slow

bench: .venv/ready .judges/ready
	$(BIN)/python benchmarks/crawl_cpu.py
	$(BIN)/python benchmarks/frontier_cost.py
	$(BIN)/python benchmarks/memory.py
	$(BIN)/python benchmarks/verify_speed.py
	$(BIN)/python benchmarks/index_speed.py
	$(BIN)/python benchmarks/rebuild_speed.py
	$(BIN)/python benchmarks/export_memory.py
	$(BIN)/python benchmarks/search_speed.py
	$(BIN)/python benchmarks/pack_memory.py
	$(BIN)/python -m benchmarks.bit_flips 1000

# Exact versions of everything, so that what is tested is what is installed.
.venv/ready: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Python is %d.%d, expected 3.11 or later" % sys.version_info[:2] if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	touch .venv/ready

# Programs of others that the tests ask: in an environment of their own, because what they pin breaks Scrapy's.
.judges/ready: tests/judges.txt
	$(PYTHON) -m venv .judges
	.judges/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --requirement tests/judges.txt
	touch .judges/ready

# What researchers load an export with: in an environment of their own, because it is ten times as large as ours.
.loaders/ready: tests/loaders.txt
	$(PYTHON) -m venv .loaders
	.loaders/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --requirement tests/loaders.txt
	touch .loaders/ready

# Newest versions that pyproject.toml allows, written to requirements.lock.
lock:
	rm -rf .venv-lock && $(PYTHON) -m venv .venv-lock
	.venv-lock/bin/python -m pip install --quiet --disable-pip-version-check hatchling editables '.[parquet,test]'
	.venv-lock/bin/python -m pip freeze --exclude brief-archive --exclude setuptools > requirements.lock
	rm -rf .venv-lock

clean:
	rm -rf .venv .judges .loaders .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage build dist
