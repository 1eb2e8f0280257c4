# SPDX-License-Identifier: MIT
# The front door. CMakeLists.txt is the build description; this only calls it.
JOBS ?= 2
SECONDS_EACH := $(if $(SECONDS),$(SECONDS),60)
PREFIX ?= /usr/local
CLANG ?= $(firstword $(shell command -v clang-14 clang 2>/dev/null))
CLANG_FORMAT ?= $(firstword $(shell command -v clang-format-14 clang-format 2>/dev/null))
ifneq ($(shell command -v ccache 2>/dev/null),)
export CMAKE_C_COMPILER_LAUNCHER ?= ccache
endif
export FOVEA_CLANG = $(CLANG)

.DEFAULT_GOAL := build
.PHONY: help build deps demo test check-all bench docs fuzz install format clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## the optimised program at build/fovea (the default)
	@[ -f build/build.ninja ] || cmake --preset release
	@cmake --build --preset release -j $(JOBS) --target fovea-program

deps: ## install the packages fovea is built from (Debian, Ubuntu)
	@tools/install-deps.sh

demo: deps build ## install what is needed, build, train on Fashion-MNIST and look inside
	./build/fovea demo

test: deps ## all tests: plain, under address+undefined and thread sanitizers, the engine on an emulated arm64
	@tools/run_tests.sh release asan tsan arm64

check-all: deps ## make test, every kernel set, both compilers with warnings as errors, long tests
	@tools/run_tests.sh --all release asan tsan arm64

bench: build ## speed beside PyTorch where a Python has it, the short set (ten minutes at most)
	@tools/run_bench.sh

docs: build ## draw every figure of the tutorials again, by the pages' own commands (minutes)
	@tools/make_docs.sh

fuzz: deps ## run every fuzz target with libFuzzer, SECONDS=60 each
	@tools/run_fuzz.sh $(SECONDS_EACH)

install: build ## install program, libraries, headers, fovea.pc and CMake package below PREFIX
	@cmake --build --preset release -j $(JOBS) --target fovea fovea-static fovea-view fovea-view-static
	cmake --install build --prefix $(PREFIX)

format: ## format every C file with clang-format
	git ls-files '*.c' '*.h' | xargs $(CLANG_FORMAT) -i

clean: ## remove every build folder
	rm -rf build build-*
