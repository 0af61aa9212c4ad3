# Every target is one line that calls a program; `make` alone lists them.
PYTHON ?= python3
PART ?=
ARGS ?=
RUN = .venv/bin/python

.PHONY: help setup setup-test demo run check test prove bench lock clean
help:            ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile
setup:           ## make ready: .venv, fonts, system packages (seconds when nothing changed)
	@$(PYTHON) tools/setup.py $(if $(SPEECH),--speech)
setup-test:      ## make ready for the tests too
	@$(PYTHON) tools/setup.py --test
demo: setup      ## server, simulator and an invented district, on this machine alone
	@exec $(RUN) server.py demo $(ARGS)
run: setup       ## the server alone, with config.yaml
	@exec $(RUN) server.py serve $(ARGS)
check: setup-test ## format, lint, types, import contracts, licences
	@$(RUN) -m tools.check
test: setup-test check ## make check, then every test
	@$(RUN) -m tools.tests $(ARGS)
prove: setup-test ## the long proofs: make prove PART=name ARGS=...
	@$(RUN) -m tools.prove $(PART) $(ARGS)
bench: setup-test ## the benchmarks: make bench PART=name ARGS=...
	@$(RUN) -m tools.bench $(PART) $(ARGS)
lock:            ## make the locks anew (needs uv)
	@$(PYTHON) -m tools.lock
clean:           ## remove what set-up and tools made; data/ stays
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache node_modules
