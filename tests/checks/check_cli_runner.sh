#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The runner of command-line tests accepts what matches and refuses what does not.
set -u
runner=$PWD/tests/cli/run.sh
top=$(mktemp -d "${FOVEA_TEST_TMP:-/tmp}/runner.XXXXXX") || exit 1
trap 'rm -rf "$top"' EXIT
cat >"$top/program" <<'END'
#!/bin/sh
echo "shape 3x32x32"
echo "time $$ s"
echo "done"
echo "note" >&2
exit "${1:-0}"
END
chmod +x "$top/program"
export FOVEA_PROGRAM=$top/program
bad=0

# try WANTED NAME: the runner's exit code for that test.
try() {
    "$runner" "$top/$2.sh" >"$top/log" 2>&1
    local code=$?
    [ $code -eq "$1" ] && return
    echo "$2: the runner ended with $code, wanted $1"
    cat "$top/log"
    bad=1
}

echo 'fovea | head -n 1' >"$top/exact.sh"
echo 'shape 3x32x32' >"$top/exact.stdout"
try 0 exact
echo 'shape 3x32x31' >"$top/exact.stdout"
try 1 exact
printf 'shape 3x32x32\nmore\n' >"$top/exact.stdout"
try 1 exact

echo 'fovea' >"$top/glob.sh"
printf 'shape *\ntime [0-9]* s\ndone\n' >"$top/glob.stdout.glob"
try 0 glob
printf '...\ndone\n' >"$top/glob.stdout.glob"
try 0 glob
printf 'shape*\n...\n' >"$top/glob.stdout.glob"
try 0 glob
printf '...\ntime*\n...\n' >"$top/glob.stdout.glob"
try 0 glob
printf '...\ntime*\n' >"$top/glob.stdout.glob"
try 1 glob
printf 'shape*\ndone\n' >"$top/glob.stdout.glob"
try 1 glob
printf '...\n' >"$top/glob.stdout.glob"
echo 'notes' >"$top/glob.stderr.glob"
try 1 glob
echo 'not*' >"$top/glob.stderr.glob"
try 0 glob

echo 'fovea 3' >"$top/code.sh"
try 1 code
echo 3 >"$top/code.exit"
try 0 code
printf 'false\necho reached\n' >"$top/stop.sh"
try 1 stop
printf 'echo no data here\nexit 77\n' >"$top/skip.sh"
try 77 skip
printf '[ -z "$(ls -A)" ] && [ -f "$SOURCES/CMakeLists.txt" ]\n' >"$top/place.sh"
try 0 place

echo 'fovea 4 | head -n 1; exit 5' >"$top/renew.sh"
"$runner" --set-exact-output "$top/renew.sh" >/dev/null
[ "$(cat "$top/renew.stdout")" = "shape 3x32x32" ] && [ "$(cat "$top/renew.exit")" = 5 ] || bad=1
try 0 renew
exit $bad
