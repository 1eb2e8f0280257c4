# SPDX-License-Identifier: MIT
# What is typed wrongly ends with code 2, one line that says what is right, and nothing on standard
# output.
. "$SOURCES/tests/cli/common.inc"
own_data
refused() { # TEXT WORDS...
    local text=$1
    shift
    expect 2 "$@"
    says "$text"
    [ "$(wc -l <err.txt)" -eq 1 ]
    [ ! -s out.txt ]
}
refused "did you mean 'summary'?" fovea sumary lenet5
refused "unknown command 'dance'" fovea dance
refused "did you mean 'data list'?" fovea data lisst
refused "data what? list, info, peek, get" fovea data
refused "did you mean --epochs?" fovea train --epohcs 3
refused "unknown option -x" fovea summary -x lenet5
refused "needs an argument" fovea summary lenet5 --batch
refused "takes no argument" fovea summary lenet5 --json=1
refused "beginning of several" fovea train --m 3
refused "before a command" fovea --tread
refused "one word too many" fovea summary lenet5 lenet5
refused "missing" fovea summary
refused "'lenet55'" fovea summary lenet55
refused "what goes in" fovea summary 'conv 8 3, relu'
refused "takes pictures (channels, height and width), not 28×28" fovea summary lenet5 --input 28x28
refused "flatten" fovea summary --input 3x32x32 \
    'conv 16 3 pad=1, tanh, maxpool 2, conv 8 3 pad=1, tanh, maxpool 2, linear 32'
refused "did you mean 'maxpool'?" fovea describe maxpol
refused "a picture's name must end in" fovea data peek mnist -o x.gif
refused "no class of that name" fovea data peek mnist --class eleven
refused "numbered from 0" fovea show mnist#400
refused "integer" fovea show mnist#3x
# Numbers: whole, decimal, in range, whatever the locale.
export LC_ALL=de_DE.UTF-8
train() { fovea train --arch "$small_net" --data mnist -o never "$@"; }
for lr in 0 -1 nan inf 1e400 0x1p3 0,1 3x ''; do refused "--lr $lr: must be" train --lr "$lr"; done
for count in 0 -1 3.5 3x '' 9223372036854775808; do
    refused "--epochs $count: must be" train --epochs "$count"
    refused "--batch $count: must be" train --batch "$count"
done
for seed in -1 18446744073709551616 1e3 0x10 ' 1' ''; do
    refused "--seed $seed: must be" train --seed "$seed"
done
refused "--threads 0: must be" train --threads 0
refused "--threads 257: must be" train --threads 257
refused "--val-fraction 1: must be" train --val-fraction 1
refused "--augment" train --augment tilt
refused "optimizer 'sdg' is unknown; did you mean 'sgd'?" train --optimizer sdg
refused "schedule" train --schedule cosin
refused "--nesterov needs --momentum" train --nesterov
refused "belong to --optimizer sgd" train --optimizer adam --momentum 0.9
refused "--class-weights has 2 numbers for 10 classes" train --class-weights 1,2
refused "--mean has 2 numbers" train --mean 0,0
refused "--arch is missing" fovea train --data mnist
refused "--data is missing" fovea train --arch lenet5
refused "unknown option --splits" train --splits 5
[ ! -e never ]
mkdir full && touch full/a
refused "--resume full goes on" fovea train --arch lenet5 --data mnist -o full
refused "is no folder" fovea train --arch lenet5 --data mnist -o full/a
expect 0 fovea summary lenet5 --seed 18446744073709551615
