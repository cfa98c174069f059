# The two commands of the README are `make demo` and `make test`; the rest is for those who work on Flotilla.

SWIFT ?= swift
PACKAGES := libgit2-dev libcurl4-openssl-dev libyaml-dev libsqlite3-dev pkg-config git
SOURCES := Package.swift Sources Tests Benchmarks
CORPUS ?= ../shared/conformance
REPORT ?= .build/conformance.json

.DEFAULT_GOAL := help
.PHONY: help setup build release demo test conformance bench fuzz lint format

help: ## this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-11s %s\n", $$1, $$2}'

setup: ## install the system packages that are missing (Debian, Ubuntu)
	@.ci/setup $(PACKAGES)

build: setup ## a debug build
	@$(SWIFT) build

release: setup ## a release build: .build/release/flotilla
	@$(SWIFT) build -c release --product flotilla

demo: setup ## the example fleet on four simulated clusters
	@$(SWIFT) build --product flotilla
	@"$$($(SWIFT) build --show-bin-path)/flotilla" demo $(ARGS)

test: setup ## all tests
	@$(SWIFT) test

# What the compiler says goes to the standard error: the last line of the output is the result.
conformance: setup ## recorded cases of Argo CD, Go, Sprig and Helm; others with CORPUS=DIR, the report with REPORT=FILE
	@$(SWIFT) build --product flotilla-conformance >&2
	@"$$($(SWIFT) build --show-bin-path)/flotilla-conformance" "$(CORPUS)" --report "$(REPORT)" $(ARGS)

bench: setup ## the benchmarks, release build, each beside its baseline
	@$(SWIFT) build -c release --product flotilla-bench
	@"$$($(SWIFT) build -c release --show-bin-path)/flotilla-bench" $(ARGS)

FUZZ ?= template
RUNS ?= 1000000
fuzz: setup ## libFuzzer on FUZZ=template, yaml or definitions, RUNS=1000000 executions
	@FLOTILLA_FUZZERS=1 $(SWIFT) build -c release --sanitize fuzzer --scratch-path .build-fuzz --product fuzz-$(FUZZ)
	@mkdir -p .build-fuzz/corpus/$(FUZZ)
	@SWIFT_BACKTRACE=enable=no "$$(FLOTILLA_FUZZERS=1 $(SWIFT) build -c release --sanitize fuzzer --scratch-path .build-fuzz --show-bin-path)/fuzz-$(FUZZ)" \
	  -runs=$(RUNS) -max_len=4096 -timeout=10 -rss_limit_mb=1024 -print_final_stats=1 -artifact_prefix=.build-fuzz/ \
	  -dict=Tests/Fuzz/$(if $(filter template,$(FUZZ)),template,yaml).dict .build-fuzz/corpus/$(FUZZ)

lint: ## formatting and style; changes nothing
	@$(SWIFT) format lint --strict --recursive --parallel $(SOURCES)

format: ## format all sources in place
	@$(SWIFT) format --in-place --recursive --parallel $(SOURCES)
