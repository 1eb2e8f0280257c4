#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# docs/hostile-input.md lists each case once, and each test it names is there.
set -u
table=docs/hostile-input.md
bad=0
listed=$(sed -n 's/^| \([0-9]*\) |.*/\1/p' $table)
wanted=$(seq 1 286)
if [ "$listed" != "$wanted" ]; then
    diff <(echo "$wanted") <(echo "$listed")
    bad=1
fi
for name in $(sed -n 's/^| [0-9]* |.*| `\([a-z0-9_]*\)` |$/\1/p' $table | sort -u); do
    if ! grep -rqE "^ *[a-z_]+test\($name\)" tests/unit tests/hostile --include='*.c' &&
        ! grep -rqE "unit_test\w*\($name\b" tests/unit tests/hostile --include='*.c'; then
        echo "$table names $name, which no test runs"
        bad=1
    fi
done
exit $bad
