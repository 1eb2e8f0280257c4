# SPDX-License-Identifier: MIT
# The published figures of the real sets.
if ! fovea data info mnist >/dev/null 2>&1; then
    echo "MNIST is not here (FOVEA_DATA)"
    exit 77
fi
fovea data info mnist | grep -q '^mean *0.1307$'
fovea data info mnist | grep -q '^deviation *0.3081$'
fovea data info mnist:test --json | json_get count | grep -q '^10000$'
if fovea data info fashion-mnist >/dev/null 2>&1; then
    fovea data info fashion-mnist | grep -q '^mean *0.2860$'
    fovea data info fashion-mnist | grep -q '^deviation *0.3530$'
fi
if fovea data info cifar10 >/dev/null 2>&1; then
    fovea data info cifar10:train --json | json_get classes.9.count | grep -q '^5000$'
    fovea show cifar10:train#79 --json | json_get class | grep -q automobile
    # The official files, or those made from cifar10-jpeg75.
    fovea data info cifar10:train | grep -A1 '^mean' | tr -s ' ' | tr '\n' ' ' |
        grep -q -e 'mean 0.4914 0.4822 0.4465 deviation 0.2470 0.2435 0.2616' \
            -e 'mean 0.4913 0.4821 0.4465 deviation 0.2452 0.2428 0.2606'
fi
