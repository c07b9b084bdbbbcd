# One set of flags for every command, so that DataFusion is built once: see CONTRIBUTING.md.
FLAGS := --workspace --features cli
NEXTEST := $(shell cargo nextest --version >/dev/null 2>&1 && echo yes)

.PHONY: help
help: ## Show this help
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: all
all: fmt clippy doc deny examples python-tests test ## Everything, as CI runs it

.PHONY: fmt
fmt: ## Check the format
	cargo fmt --all --check

.PHONY: clippy
clippy: ## Lints, where a warning is an error
	cargo clippy $(FLAGS) --all-targets -- -D warnings

.PHONY: test
test: ## Doc tests, then all other tests
	cargo test $(FLAGS) --doc
ifeq ($(NEXTEST),yes)
	cargo nextest run $(FLAGS)
else
	cargo test $(FLAGS)
endif

.PHONY: python-tests
python-tests: ## Build the Python wheel, install it in an environment of its own, and test it there
	python/test.sh

.PHONY: examples
examples: build ## Run the examples, which assert what they show
	@set -e; for script in examples/*.sql; do \
		echo "$$script"; cargo ml -q --models "$$(mktemp -d)" -f "$$script" > /dev/null; \
	done
	cargo run -q --features cli --example embed > /dev/null
	cargo run -q --features cli --example one_row > /dev/null

.PHONY: build
build: ## Build everything
	cargo build $(FLAGS) --all-targets

.PHONY: doc
doc: ## Build the documentation, where a warning is an error
	RUSTDOCFLAGS="-D warnings" cargo doc $(FLAGS) --no-deps

.PHONY: bench
bench: ## Speed beside the rivals, see benches/README.md
	cargo build --release $(FLAGS)
	cargo bench $(FLAGS) --bench scorecard
	python3 benches/scorecard.py

.PHONY: deny
deny: ## Licences, advisories and sources of the dependencies, where cargo-deny is installed
	@if cargo deny --version >/dev/null 2>&1; then cargo deny check; \
	else echo "cargo deny: skipped, it is not installed (cargo install cargo-deny --locked)"; fi
