#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Checks the rules of ARCHITECTURE.md that a compiler does not know; prints FILE:LINE: what is wrong.
#   tools/check_includes.sh [ROOT]       exit code 1 when a rule is broken
set -u
cd "${1:-$(dirname "$0")/..}" || exit 1

# A: what A may include, and with it all that may. Everyone may include base and include/.
rules='
base:
formats:
kernels:
tensor:
layers: tensor kernels
filter: tensor kernels
graph: layers
plan: graph
run: plan
data: formats tensor
model: graph data
train: run model
explain: run model
draw: tensor formats
figures: train explain draw filter
report: figures
download: data
'

sources() {
    find "$@" -type f \( -name '*.c' -o -name '*.h' -o -name '*.inc' \) 2>/dev/null | sort
}

check_sources() {
    sources src cli examples tests/api | tr '\n' '\0' | RULES=$rules xargs -0 -r awk '
        function allow(folder, other) {  # folder may include other and all that other may
            if ((folder, other) in allowed) return
            allowed[folder, other] = 1
            count = split(direct[other], list, " ")
            for (i = 1; i <= count; i++) pending[++waiting] = list[i]
        }
        function report(what) { print FILENAME ":" FNR ": " what }
        BEGIN {
            lines = split(ENVIRON["RULES"], line, "\n")
            for (l = 1; l <= lines; l++) {
                if (line[l] !~ /:/) continue
                folder = line[l]; sub(/:.*/, "", folder)
                rest = line[l]; sub(/^[^:]*: */, "", rest)
                direct[folder] = rest
            }
            for (folder in direct) {
                waiting = 0; pending[++waiting] = folder; pending[++waiting] = "base"
                while (waiting > 0) { next_one = pending[waiting--]; allow(folder, next_one) }
            }
        }
        FNR == 1 {
            n = split(FILENAME, part, "/")
            folder = part[1] == "src" ? part[2] : ""
            own = FILENAME; sub(/[^\/]*$/, "", own)
            if (part[1] == "src" && !(folder in direct)) report("folder src/" folder " has no rule")
            in_comment = 0
        }
        /^[ \t]*#[ \t]*include[ \t]*"/ {
            target = $0; sub(/^[^"]*"/, "", target); sub(/".*/, "", target)
            if (target == "fovea.h" || target ~ /^fovea\//) next
            if (folder == "") {
                if (target ~ /\//) report(part[1] " sees only include/, not \"" target "\"")
                next
            }
            other = target
            if (!sub(/\/.*/, "", other) || target ~ /\.\./ || !(other in direct))
                report("\"" target "\" is not written from the root of src/")
            else if (!((folder, other) in allowed))
                report(folder " may not include " other " (\"" target "\")")
            next
        }
        folder != "" {
            code = $0
            gsub(/"([^"\\]|\\.)*"/, "\"\"", code)
            if (in_comment) { if (!sub(/^.*\*\//, "", code)) next; in_comment = 0 }
            gsub(/\/\*([^*]|\*[^\/])*\*\//, " ", code)
            if (sub(/\/\*.*/, "", code)) in_comment = 1
            sub(/\/\/.*/, "", code)
            if (folder != "base") {
                if (code ~ /(^|[^A-Za-z0-9_.>])(malloc|calloc|realloc|free|strdup|strndup|aligned_alloc|posix_memalign|asprintf)[ \t]*\(/)
                    report("the heap is used through base/memory.h only")
                if (code ~ /#[ \t]*include[ \t]*<(unistd|fcntl|dirent|pthread|signal|sched|sys\/[a-z]+)\.h>/)
                    report("the operating system is used by base only")
            }
            if (folder != "kernels" && code ~ /immintrin|arm_neon|vector_size([^A-Za-z0-9_]|$)|(^|[^A-Za-z0-9_])_mm(256|512)?_/)
                report("vector code belongs to kernels")
            if (code ~ /(^|[^A-Za-z0-9_.>])(assert|abort|exit|_exit|printf|puts|perror)[ \t]*\(/)
                report("the library never exits, aborts, asserts or prints")
        }'
}

check_lengths() {
    find src include cli tests bench examples tools -type f \
        \( -name '*.[ch]' -o -name '*.inc' -o -name '*.sh' -o -name '*.py' \) \
        2>/dev/null | tr '\n' '\0' |
        xargs -0 -r awk 'FNR == 801 { print FILENAME ":801: longer than 800 lines" }'
}

# One name, one file; public headers are told apart by their "fovea/".
check_names() {
    sources src cli tests bench examples |
        awk -F/ '$NF in first { print $0 ":1: the name is taken by " first[$NF]; next }
                 { first[$NF] = $0 }'
}

check_licence() {
    find src include cli tests bench examples -type f -name '*.[ch]' 2>/dev/null | tr '\n' '\0' |
        xargs -0 -r awk 'FNR == 1 && $0 != "// SPDX-License-Identifier: MIT" {
            print FILENAME ":1: the first line is not // SPDX-License-Identifier: MIT" }'
}

found=$(check_sources; check_lengths; check_names; check_licence)
[ -z "$found" ] && exit 0
printf '%s\n' "$found"
exit 1
