# SPDX-License-Identifier: MIT
# Every command tells its usage, its options and an example, as text and as JSON; docs/json.md has a row
# for each, in the same order.
. "$SOURCES/tests/cli/common.inc"
expect 0 fovea --help
commands=$(sed -n 's/^  \([a-z]\+\( [a-z-]\+\)\?\)  .*/\1/p' out.txt)
[ "$(echo "$commands" | wc -l)" -ge 29 ]
documented=$(sed -n '/^| `/{s/ | .*//;s/^| //;s/, /\n/g;s/`//g;p}' "$SOURCES/docs/json.md" | grep -v '^help ')
diff <(echo "$commands") <(echo "$documented")
while read -r command; do
    # shellcheck disable=SC2086  # a command may be two words
    expect 0 fovea $command --help
    prints "usage: fovea $command"
    prints "example:"
    prints "--json"
    prints "--seed N"
    prints "--threads N"
    # shellcheck disable=SC2086
    fovea help $command | cmp - out.txt
    # shellcheck disable=SC2086
    expect 0 fovea $command --help --json
    [ "$(json_get command name <out.txt)" = "\"help\" \"$command\"" ]
done <<<"$commands"
expect 2 fovea
prints "usage: fovea COMMAND"
expect 0 fovea help
prints FOVEA_VERBOSE
expect 0 fovea data --help
prints "data peek"
expect 0 fovea --version
cp out.txt version.txt
expect 0 fovea version
cmp out.txt version.txt
[ "$(fovea version --json | json_get '*')" = \
    "schema,command,version,kernels,cpu,threads,libraries" ]
