#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Each public header compiles alone, as C and (where there is a compiler for it) as C++, and includes
# nothing but itself and the C library.
set -u
cc=${CC:-cc}
bad=0
for header in include/fovea.h include/fovea/*.h; do
    name=${header#include/}
    echo "#include \"$name\"" |
        $cc -std=c11 -Wall -Wextra -Wshadow -Wstrict-prototypes -Wpedantic -Werror -Iinclude \
            -fsyntax-only -x c - || { echo "$name: not C11 alone"; bad=1; }
    if command -v g++ >/dev/null; then
        echo "#include \"$name\"" | g++ -std=c++17 -Wall -Wextra -Werror -Iinclude -fsyntax-only -x c++ - ||
            { echo "$name: not C++ alone"; bad=1; }
    fi
    if grep -nE '#include "' "$header" | grep -vE '"fovea/|"fovea\.h"'; then
        echo "$name: includes more than fovea/"
        bad=1
    fi
done
exit $bad
