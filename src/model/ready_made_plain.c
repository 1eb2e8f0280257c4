// SPDX-License-Identifier: MIT
// ImageNet nets without residuals: AlexNet, VGG, SqueezeNet.
#include "model/ready_made_imagenet.h"

// clang-format off
#define CONV_RELU(channels, window, at, next) \
    "conv " channels " " window " name=features." at ", relu name=features." next ", "

const char fovea__text_alexnet[] =
    CONV_RELU("64", "11 stride=4 pad=2", "0", "1") "maxpool 3 stride=2 name=features.2, "
    CONV_RELU("192", "5 pad=2", "3", "4") "maxpool 3 stride=2 name=features.5, "
    CONV_RELU("384", "3 pad=1", "6", "7") CONV_RELU("256", "3 pad=1", "8", "9")
    CONV_RELU("256", "3 pad=1", "10", "11")
    "maxpool 3 stride=2 name=features.12, adaptive_avgpool 6 name=avgpool, flatten name=flatten, "
    "dropout 0.5 name=classifier.0, linear 4096 name=classifier.1, relu name=classifier.2, "
    "dropout 0.5 name=classifier.3, linear 4096 name=classifier.4, relu name=classifier.5, "
    "linear 1000 name=classifier.6";

#define CONV3(channels, at, next) CONV_RELU(channels, "3 pad=1", at, next)
#define POOL2(at) "maxpool 2 name=features." at ", "
#define VGG_CLASSIFIER                                                                            \
    "adaptive_avgpool 7 name=avgpool, flatten name=flatten, linear 4096 name=classifier.0, relu " \
    "name=classifier.1, dropout 0.5 name=classifier.2, linear 4096 name=classifier.3, relu "      \
    "name=classifier.4, dropout 0.5 name=classifier.5, linear 1000 name=classifier.6"

const char fovea__text_vgg11[] =
    CONV3("64", "0", "1") POOL2("2") CONV3("128", "3", "4") POOL2("5") CONV3("256", "6", "7")
    CONV3("256", "8", "9") POOL2("10") CONV3("512", "11", "12") CONV3("512", "13", "14") POOL2("15")
    CONV3("512", "16", "17") CONV3("512", "18", "19") POOL2("20") VGG_CLASSIFIER;

const char fovea__text_vgg16[] =
    CONV3("64", "0", "1") CONV3("64", "2", "3") POOL2("4") CONV3("128", "5", "6")
    CONV3("128", "7", "8") POOL2("9") CONV3("256", "10", "11") CONV3("256", "12", "13")
    CONV3("256", "14", "15") POOL2("16") CONV3("512", "17", "18") CONV3("512", "19", "20")
    CONV3("512", "21", "22") POOL2("23") CONV3("512", "24", "25") CONV3("512", "26", "27")
    CONV3("512", "28", "29") POOL2("30") VGG_CLASSIFIER;

// A fire module: squeeze by 1×1, expand by 1×1 and 3×3 side by side.
#define FIRE(at, squeeze, expand)                                                   \
    "conv " squeeze " 1 name=features." at ".squeeze, relu name=features." at       \
    ".squeeze_activation, conv " expand " 1 name=features." at                      \
    ".expand1x1, relu name=features." at ".expand1x1_activation, from features." at \
    ".squeeze_activation, conv " expand " 3 pad=1 name=features." at                \
    ".expand3x3, relu name=features." at ".expand3x3_activation, from features." at \
    ".expand1x1_activation, concat features." at ".expand3x3_activation name=features." at ", "
#define POOL3(at) "maxpool 3 stride=2 ceil=1 name=features." at ", "

const char fovea__text_squeezenet1_1[] =
    CONV_RELU("64", "3 stride=2", "0", "1") POOL3("2") FIRE("3", "16", "64") FIRE("4", "16", "64")
    POOL3("5") FIRE("6", "32", "128") FIRE("7", "32", "128") POOL3("8") FIRE("9", "48", "192")
    FIRE("10", "48", "192") FIRE("11", "64", "256") FIRE("12", "64", "256")
    "dropout 0.5 name=classifier.0, conv 1000 1 name=classifier.1, relu name=classifier.2, "
    "gap name=classifier.3, flatten name=flatten";
