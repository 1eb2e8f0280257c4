#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# tests/properties.txt: every property is a test that its file really runs, none stands there twice, and
# there are no fewer than a hundred.
set -u
list=tests/properties.txt
count=0 bad=0
while read -r file function rest; do
    case $file in '#'* | '') continue ;; esac
    count=$((count + 1))
    [ -z "$rest" ] || { echo "$file $function: more than two words"; bad=1; }
    [ "$(grep -cE "\b$function\b" "tests/unit/$file.c" 2>/dev/null)" -ge 2 ] ||
        { echo "$file.c has no test $function"; bad=1; }
done <$list
twice=$(grep -v '^#' $list | sort | uniq -d)
[ -z "$twice" ] || { echo "twice: $twice"; bad=1; }
[ $count -ge 100 ] || { echo "$count properties"; bad=1; }
echo "$count properties"
exit $bad
