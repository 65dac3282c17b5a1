# make        sets up .venv/ and builds the web app
# make run    serves with a demonstration room
# make test   runs all tests but those in all browsers: make test-browsers
# make check  runs all checks of form and types

export PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# .venv/node is there only where the system has no Node of its own.
export PATH := $(CURDIR)/.venv/node:$(PATH)

BIN := .venv/bin
PYTHON_CODE := rooms protocols server client tests
INSTALLED := .venv/.installed
MODULES := client/node_modules/.installed
LIGHTHOUSE := .ci/lighthouse/node_modules/.installed
WEB := client/dist/.vite/manifest.json
WEB_SOURCES := $(shell find client/app -type f ! -name '*.test.ts') \
	client/vite.config.ts client/tsconfig.json

.PHONY: all run cluster demo demo-chaos bench test test-browsers chaos lighthouse check types format screens guide wheel clean
.DELETE_ON_ERROR:

# The stamp holds the place it was made for, so a folder that was moved is set up anew.
ifneq ($(CURDIR),$(shell cat $(INSTALLED) 2>/dev/null))
.PHONY: $(INSTALLED)
endif

all: $(INSTALLED) $(WEB)

$(INSTALLED): pyproject.toml .ci/constraints.txt .ci/ensure
	.ci/ensure python
	echo "$(CURDIR)" > $@

$(MODULES): client/package.json client/package-lock.json client/.npmrc | $(INSTALLED)
	.ci/ensure node
	cd client && npm ci --ignore-scripts --no-audit --no-fund --no-update-notifier
	touch $@

$(WEB): $(WEB_SOURCES) $(MODULES)
	.ci/ensure node
	cd client && npm run --silent build
	touch $@

run: all
	$(BIN)/oneroom serve --demo

cluster: all
	.ci/ensure redis
	$(BIN)/oneroom cluster

demo: all
	$(BIN)/oneroom demo

demo-chaos: all
	.ci/ensure redis
	$(BIN)/oneroom demo-chaos

bench: all
	$(BIN)/oneroom bench

test: all
	.ci/ensure redis
	.ci/ensure chromium
	$(BIN)/pytest --ignore=tests/browsers
	.ci/ensure node
	cd client && npm run --silent test

test-browsers: all
	.ci/ensure chromium
	.ci/ensure firefox
	.ci/ensure webkit
	ONEROOM_REQUIRE_BROWSERS=1 $(BIN)/pytest tests/browsers

# As in: make chaos ONLY="a server is killed", make chaos WRITE=docs/faults.md
chaos: all
	.ci/ensure redis
	$(BIN)/python -m tests.chaos $(if $(ONLY),--only "$(ONLY)") $(if $(WRITE),--write $(WRITE))

# Too heavy for every setup, so only here.
$(LIGHTHOUSE): .ci/lighthouse/package.json .ci/lighthouse/package-lock.json | $(INSTALLED)
	.ci/ensure node
	cd .ci/lighthouse && npm ci --ignore-scripts --no-audit --no-fund --no-update-notifier
	touch $@

lighthouse: all $(LIGHTHOUSE)
	.ci/ensure chromium
	$(BIN)/python -m tests.browser.lighthouse

# As in: make screens TO=/tmp/screens ONLY="--surface phone --lang ru"
screens: all
	.ci/ensure chromium
	$(BIN)/python -m tests.browser.screens $(or $(TO),screens) $(ONLY)

guide: all
	.ci/ensure chromium
	$(BIN)/python -m tests.browser.guide docs/guide

check: $(INSTALLED) $(MODULES)
	$(BIN)/ruff format --check $(PYTHON_CODE)
	$(BIN)/ruff check $(PYTHON_CODE)
	$(BIN)/mypy $(PYTHON_CODE)
	$(BIN)/python -m protocols.typescript --check client/app/wire.ts
	.ci/ensure node
	cd client && npm run --silent lint
	cd client && npm run --silent types

types: $(INSTALLED)
	$(BIN)/python -m protocols.typescript client/app/wire.ts

format: $(INSTALLED) $(MODULES)
	$(BIN)/ruff check --fix-only $(PYTHON_CODE)
	$(BIN)/ruff format $(PYTHON_CODE)
	.ci/ensure node
	cd client && npm run --silent format

wheel: all
	$(BIN)/python -m build --wheel --no-isolation --outdir dist

clean:
	rm -rf .venv client/node_modules client/dist dist .ci/lighthouse/node_modules
