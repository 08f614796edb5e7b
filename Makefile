# Two commands do all the set-up: `make run` (the assistant on http://127.0.0.1:7860) and `make test` (all checks).
VENV := .venv
BIN := $(VENV)/bin
export PYTHONDONTWRITEBYTECODE :=

.PHONY: run test eval clean

run: $(VENV)/.run
	$(BIN)/policyqa build
	$(BIN)/policyqa serve

test: $(VENV)/.dev
	$(BIN)/ruff format --check -q .
	$(BIN)/ruff check -q .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -q

eval: $(VENV)/.dev
	$(BIN)/policyqa eval readme

$(VENV)/.run: pyproject.toml constraints.txt
	test -x $(BIN)/python || python3 -m venv $(VENV)
	$(BIN)/pip install -q -c constraints.txt -e .
	touch $@

$(VENV)/.dev: $(VENV)/.run
	$(BIN)/pip install -q -c constraints.txt -e ".[dev]"
	touch $@

clean:
	rm -rf $(VENV)
