#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Runs a page of docs/ as a reader would: every `$ command` of its console blocks, in order,
# in an empty folder from which docs/ can be seen, and compares what is printed with what the page
# prints. `...` stands for any text of a line, or alone for any number of lines.
#
#   tests/docs/run_page.sh PAGE.md [--figures FOLDER]
#
# A comment `<!-- needs: WORD... -->` before a block says what it cannot do without: mnist,
# fashion-mnist, cifar10-jpeg75 or cifar10-original (the set is here), long (minutes: only with
# FOVEA_LONG=1), or file:NAME (what an earlier, perhaps skipped, block makes). Such blocks are skipped
# with a message. Every figure the page shows must be made by a command of the page; with --figures
# they are put into FOLDER, else those made are compared with the ones in git where FOVEA_LONG=1.
set -u
page=$(realpath "$1")
figures=
[ "${2:-}" = --figures ] && figures=$(realpath "$3")
SOURCES=$(cd "$(dirname "$0")/../.." && pwd)
program=$(realpath "${FOVEA_PROGRAM:-$SOURCES/build/fovea}")
[ -x "$program" ] || { echo "no program at $program"; exit 1; }
export NO_COLOR=1
unset COLUMNS
top=$(mktemp -d "${FOVEA_TEST_TMP:-${TMPDIR:-/tmp}}/page.XXXXXX") || exit 1
trap 'rm -rf "$top"' EXIT
mkdir "$top/bin" "$top/reader"
ln -s "$program" "$top/bin/fovea"
ln -s "$(dirname "$program")/examples/planted_shapes" "$top/bin/planted_shapes"
kept=$(dirname "$page")/figures
ln -s "$SOURCES/docs" "$top/reader/docs"
PATH=$top/bin:$PATH
cd "$top/reader" || exit 1

# here WORD: whether what a block needs is here.
here() {
    case $1 in
        long) [ -n "${FOVEA_LONG:-}" ] ;;
        file:*) [ -e "${1#file:}" ] ;;
        cifar10-jpeg75) fovea data info cifar10 2>/dev/null | grep -q '^deviation *0.2452 ' ;;
        cifar10-original) fovea data info cifar10 2>/dev/null | grep -q '^deviation *0.2470 ' ;;
        *) fovea data info "$1" >/dev/null 2>&1 ;;
    esac
}

# matches LINE TEXT: whether TEXT is the page's LINE, `...` in it being any text.
matches() {
    local pattern=${1//\\/\\\\}
    pattern=${pattern//\*/\\*}
    pattern=${pattern//\?/\\?}
    pattern=${pattern//\[/\\[}
    # shellcheck disable=SC2053  # the right side is meant as a pattern
    [[ $2 == ${pattern//.../*} ]]
}

# compare PRINTED EXPECTED: line by line; `...` alone is any number of lines.
compare() {
    local -a lines wanted
    mapfile -t lines <"$1"
    mapfile -t wanted <"$2"
    local w=0 l=0 again_w=-1 again_l=0
    while [ $l -lt ${#lines[@]} ]; do
        if [ $w -lt ${#wanted[@]} ] && [ "${wanted[$w]}" = ... ]; then
            again_w=$((++w))
            again_l=$l
        elif [ $w -lt ${#wanted[@]} ] && matches "${wanted[$w]}" "${lines[$l]}"; then
            w=$((w + 1)) l=$((l + 1))
        elif [ $again_w -ge 0 ]; then
            w=$again_w
            l=$((++again_l))
        else
            echo "  printed: ${lines[$l]}"
            echo "  page:    ${wanted[$w]:-(nothing more)}"
            return 1
        fi
    done
    while [ $w -lt ${#wanted[@]} ] && [ "${wanted[$w]}" = ... ]; do w=$((w + 1)); done
    [ $w -eq ${#wanted[@]} ] && return 0
    echo "  not printed: ${wanted[$w]}"
    return 1
}

commands=0 skipped=0 bad=0
command= command_line=0
# finish: runs the command gathered and compares.
finish() {
    [ -n "$command" ] || return 0
    commands=$((commands + 1))
    bash -c "$command" >"$top/printed" 2>&1 </dev/null
    local code=$?
    if { [ $code -ne 0 ] && ! grep -q '^fovea: ' "$top/expected"; } ||
        ! compare "$top/printed" "$top/expected"; then
        echo "FAILED $(basename "$page"):$command_line: $command (exit code $code)"
        sed 's/^/    /' "$top/printed" | head -n 60
        bad=$((bad + 1))
    fi
    command=
}

needs= state=text number=0
while IFS= read -r line; do
    number=$((number + 1))
    case $state in
        text)
            case $line in
                '<!-- needs: '*) needs=${line#'<!-- needs: '} needs=${needs%' -->'} ;;
                '```console')
                    state=console
                    for word in $needs; do
                        here "$word" && continue
                        echo "skipped the block at line $number: needs $word"
                        skipped=$((skipped + 1))
                        state=other
                        break
                    done
                    needs= ;;
                '```'*) state=other needs= ;;
                '') ;;
                *) [ -z "$needs" ] || { echo "line $number: needs: stands before no block"; bad=1; needs=; } ;;
            esac ;;
        other) [ "$line" = '```' ] && state=text ;;
        more)
            command+=$'\n'$line
            [[ $line == *\\ ]] || state=console ;;
        console)
            case $line in
                '```') finish; state=text ;;
                '$ '*)
                    finish
                    command=${line#'$ '} command_line=$number
                    : >"$top/expected"
                    [[ $line == *\\ ]] && state=more ;;
                *) printf '%s\n' "$line" >>"$top/expected" ;;
            esac ;;
    esac
done <"$page"
[ $state = text ] || { echo "a block is not closed"; bad=1; }

# Figures: each is named by a command of its page, in git, and (long) the one the program makes now.
for name in $(grep -o '(figures/[^)]*)' "$page" | sed 's/^(figures\///; s/)$//' | sort -u); do
    grep -qE -- "(-o|--output) $name( |\$)" "$page" || { echo "no command makes $name"; bad=1; }
    if [ -n "$figures" ]; then
        [ -f "$name" ] && cp "$name" "$figures/$name"
    elif [ ! -f "$kept/$name" ]; then
        echo "$kept/$name is missing: make docs"
        bad=1
    elif [ -n "${FOVEA_LONG:-}" ] && [[ $name == *.svg ]] && [ -f "$name" ] &&
        ! cmp -s "$name" "$kept/$name"; then
        echo "$kept/$name is not what the program makes now: make docs"
        bad=1
    fi
done
echo "$(basename "$page"): $commands commands run, $skipped blocks skipped, $bad wrong"
[ $bad -eq 0 ] || exit 1
[ $commands -gt 0 ] || exit 77
