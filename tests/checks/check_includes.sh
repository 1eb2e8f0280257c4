#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The tree keeps its rules, and tools/check_includes.sh names file and line of each rule broken.
set -u
check=$PWD/tools/check_includes.sh
"$check" . || exit 1

tree=$(mktemp -d "${FOVEA_TEST_TMP:-/tmp}/includes.XXXXXX") || exit 1
trap 'rm -rf "$tree"' EXIT
bad=0

# expect FILE LINE < CONTENT: the content, with the licence line before it, is reported at that line.
expect() {
    mkdir -p "$tree/$(dirname "$1")"
    { echo '// SPDX-License-Identifier: MIT'; cat; } >"$tree/$1"
    local report
    if report=$("$check" "$tree"); then
        echo "not reported: $1"
        bad=1
    elif ! grep -q "^$1:$2: " <<<"$report"; then
        echo "wanted $1:$2, got: $report"
        bad=1
    fi
    rm "$tree/$1"
}

# accept FILE < CONTENT: nothing is reported.
accept() {
    mkdir -p "$tree/$(dirname "$1")"
    { echo '// SPDX-License-Identifier: MIT'; cat; } >"$tree/$1"
    "$check" "$tree" || { echo "wrongly reported: $1"; bad=1; }
    rm "$tree/$1"
}

expect src/formats/a.c 2 <<<'#include "graph/graph.h"'
expect src/tensor/a.c 3 <<<$'#include "base/fail.h"\n#include "kernels/conv/conv.h"'
expect src/draw/a.h 2 <<<'#include "train/loop.h"'
expect src/run/a.c 2 <<<'#include "session.h"'
expect src/nowhere/a.c 1 <<<''
expect cli/a.c 2 <<<'#include "base/text.h"'
expect tests/api/a.c 2 <<<'#include "tensor/convert.h"'
expect src/graph/a.c 2 <<<'void *f(void) { return malloc(4); }'
expect src/graph/a.c 4 <<<$'/* a\n comment */\nvoid f(void *p) { free(p); }'
expect src/run/a.c 2 <<<'#include <unistd.h>'
expect src/layers/a.c 2 <<<'#include <immintrin.h>'
expect src/layers/a.c 2 <<<'typedef float v __attribute__((vector_size(32)));'
expect src/data/a.c 2 <<<'void f(void) { exit(1); }'
expect src/base/reference.c 801 < <(yes '//' | head -900)
mkdir -p "$tree/src/draw" && echo '// SPDX-License-Identifier: MIT' >"$tree/src/draw/twice.h"
expect src/run/twice.h 1 <<<''
rm "$tree/src/draw/twice.h"

accept src/figures/a.c <<<$'#include "data/batch.h"\n#include "fovea/train.h"\n#include "kernels/conv/conv.h"'
accept src/base/a.c <<<$'#include <unistd.h>\nvoid f(void *p) { free(p); }'
accept src/graph/a.c <<<$'// free(memory) is called by nobody here\nvoid f(struct s *o) { o->free(o); fovea__free(0, "malloc("); }'
accept src/kernels/conv/a.c <<<'#include <immintrin.h>'
accept cli/a.c <<<$'#include "fovea.h"\n#include "common.h"'
exit $bad
