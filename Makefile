# meshplan: the targets that developers and CI run. `make help` lists them.
SHELL := /usr/bin/env bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
# Fuzz targets as package:Target, run one after the other by soak.
# An input that reaches new code is shrunk in a few steps: the toolchain's own bound is a
# minute for each, in which nothing else is tried.
FUZZ_TIME ?= 5m
FUZZ_TARGETS = $(shell grep -rhoE --include='*_test.go' --exclude-dir=node_modules '^func Fuzz[A-Za-z]+' -H . | sed -E 's|^\./(.*)/[^/]+:func (Fuzz.*)|./\1:\2|')
# Length of the mixed load in soak.
SOAK_TIME ?= $(or $(MESHPLAN_SOAK),10m)

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 14

setup: ## install what the tests need, where it is missing
	scripts/setup

generate: setup ## make templates, stylesheet and script anew
	go generate ./...

check: setup ## the gates that read the tree: format, vet, lint, modules, generated code
	scripts/check

unit: setup ## every test of the program, on SQLite and on a PostgreSQL of its own
	scripts/with-postgres go test -timeout 20m ./...

# What happens at once in the web server: runs that are followed, stopped and left, the queue,
# the cache, batches, saving. The other tests send one request after the other; the
# detector, which takes many times as long, would see nothing in them.
RACE_WEB = AtOnce|Slots|Hold|Follow|Stopped|Leaves|Malformed|Cache|Rows|Saved|Conflict|Comment|Rate|Proxy

race: setup ## the packages with goroutines, under the race detector
	scripts/with-postgres env CGO_ENABLED=1 go test -race -short -timeout 20m ./internal/web/workbook ./internal/store/... ./cmd/...
	CGO_ENABLED=1 go test -race -short -run '$(RACE_WEB)' -skip 'AreComparedWith|EveryFileListed|FollowsTheWeights' -timeout 20m ./internal/web
	CGO_ENABLED=1 go test -race -timeout 20m -run SameBytes ./internal/pack

oracles: ## other people's code as judges, in modules of their own
	for module in $$(find . -name go.mod -not -path './node_modules/*' -not -path './go.mod' -not -path './tools/*' -not -path './e2e/*' -not -path './bench/*'); do \
	  echo "oracle $$(dirname $$module)"; (cd $$(dirname $$module) && go test ./...); done

e2e: setup ## the real binary in a real browser
	mkdir -p bin && CGO_ENABLED=0 go build -trimpath -o bin/meshplan ./cmd/server
	cd e2e && E2E_PROGRAM="$(CURDIR)/bin/meshplan" go test -timeout 20m ./...

lighthouse: setup ## Lighthouse over / and /method: 95 in performance, 100 in the rest, on desktop and phone
	scripts/lighthouse

test: check unit race oracles e2e ## everything that a change has to pass
	@echo "make test: all passed"

soak: setup ## what takes longer: exhaustive search, Lighthouse, load for minutes, overload, fuzzing, crashes by the hundred
	PACK_TRIALS=10000 go test -count=1 -timeout 60m -run Exhaustive ./internal/pack ./internal/model
	scripts/lighthouse
	MESHPLAN_SOAK=$(SOAK_TIME) go test -count=1 -timeout 25h -v -run '^TestSoak' ./cmd/server
	for target in $(FUZZ_TARGETS); do echo "fuzz $$target for $(FUZZ_TIME)"; \
	  go test -run '^$$' -fuzz "^$${target#*:}\$$" -fuzztime $(FUZZ_TIME) -fuzzminimizetime 10x "$${target%:*}"; done
	MESHPLAN_CRASHES=200 scripts/with-postgres -durable go test -count=1 -timeout 60m -run Crash ./cmd/server

bench: peers ## measurements: peers, throughput and memory, the packing against its targets (about an hour), every benchmark
	go -C bench run ./load
	go -C bench run .
	go test -run '^$$' -bench . -benchmem ./internal/...

peers: ## Karpenter's own scheduler against the packing, on the same instances in the same run
	go -C bench/peers run .

build: ## the program, without cgo, in bin/
	CGO_ENABLED=0 go build -trimpath -ldflags '-s -w -X main.version=$(VERSION)' -o bin/meshplan ./cmd/server

.PHONY: help setup generate check unit race oracles e2e lighthouse test soak bench peers build
