# SPDX-License-Identifier: MIT
# The parameter counts of the ready-made nets, and summary's JSON.
for net in tutorial-cifar tutorial-fc tutorial-mlp tutorial-mnist lenet5 resnet20; do
    echo "$net $(fovea summary $net --json | json_get parameters)"
done
fovea summary tutorial-cifar | tail -n 1 >/dev/null
fovea summary tutorial-cifar | grep =
fovea summary tutorial-cifar --json | json_get '*' tensors.0 nodes.0 nodes.7
fovea summary 'conv 8 3 name=first, relu, flatten, linear 2' --input 1x6x6 --batch 5 --json |
    json_get batch parameters tensors.0.name nodes.0.shape nodes.0.receptive_field
