# Larch. Everything a developer does starts here; the scripts say what they are doing meanwhile.
.PHONY: help run test test-proof bench torture dev-tools watch setup demo-reset fmt lint test-rust test-browser check-deps sbom clean

help:             ## What can be done
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{ printf "  make %-14s %s\n", $$1, $$2 }'

run:              ## Set up what is missing, build, and open the bank with its demo people
	@scripts/run

test:             ## Everything: format, lints, Rust tests, browser tests, dependency checks
	@scripts/test

bench:            ## Measure how much travels to the browser and how fast money moves (BENCH=--short)
	@scripts/bench $(BENCH)

torture:          ## Kill, halt, cut off and flood the bank, and look for lost money (TORTURE="--minutes 30")
	@scripts/torture $(TORTURE)

dev-tools:        ## Add cargo-leptos, for 'cargo leptos watch' and the release build
	@scripts/setup dev-tools

setup:            ## Set this machine up, and build nothing
	@scripts/setup test
	@scripts/setup encoder

watch:            ## Rebuild and reload on every change (after make dev-tools)
	@bash -c ". scripts/env.sh; exec cargo leptos watch"

demo-reset:       ## Throw the demo bank's data away and seed it again
	@scripts/demo-reset

fmt:              ## Format the code
	@bash -c ". scripts/env.sh; cargo fmt --all"

lint:             ## Clippy for the server and for the WASM, warnings denied
	@scripts/test lint

test-rust:        ## The Rust tests alone
	@scripts/test rust

test-browser:     ## The browser tests alone
	@scripts/test browser

test-proof:       ## The bank under faults, and its REST door under every input, both short
	@scripts/test proof

check-deps:       ## Licences, bans, known vulnerabilities, components, security requirements, what may reach the browser
	@scripts/test deps

sbom:             ## List all components of the server and the browser's part (CycloneDX)
	@scripts/sbom

clean:            ## Remove what was built (not the bank's data in var/)
	@rm -rf target/site; bash -c ". scripts/env.sh; cargo clean"
