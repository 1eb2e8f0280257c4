// SPDX-License-Identifier: MIT
// ImageNet nets with residuals: ResNet and MobileNetV2.
#include "model/ready_made_imagenet.h"

// clang-format off
#define NORM(name) "batchnorm name=" name ", "
#define STEM                                                      \
    "conv 64 7 stride=2 pad=3 bias=0 name=conv1, " NORM("bn1")    \
    "relu name=relu, maxpool 3 stride=2 pad=1 name=maxpool, "
#define HEAD "gap name=avgpool, flatten name=flatten, linear 1000 name=fc"

// The ways of a block meet: `from` is what its shortcut adds, the block before or the downsampled.
#define JOIN(block, from) "add " from " name=" block ".add, relu name=" block ", "
#define DOWNSAMPLE(block, from, channels, window)                    \
    "from " from ", conv " channels " " window " bias=0 name=" block \
    ".downsample.0, " NORM(block ".downsample.1") "from " block

// Two convolutions of 3×3 (ResNet-18 and 34).
#define BASIC_WAY(block, channels, window)                                                    \
    "conv " channels " " window " bias=0 name=" block ".conv1, " NORM(block ".bn1")           \
    "relu name=" block ".relu1, "                                                             \
    "conv " channels " 3 pad=1 bias=0 name=" block ".conv2, " NORM(block ".bn2")
#define BASIC(block, from, channels) BASIC_WAY(block, channels, "3 pad=1") JOIN(block, from)
#define BASIC_DOWN(block, from, channels)          \
    BASIC_WAY(block, channels, "3 stride=2 pad=1") \
    DOWNSAMPLE(block, from, channels, "1 stride=2") ".bn2, " JOIN(block, block ".downsample.1")

const char fovea__text_resnet18[] =
    STEM BASIC("layer1.0", "maxpool", "64") BASIC("layer1.1", "layer1.0", "64")
    BASIC_DOWN("layer2.0", "layer1.1", "128") BASIC("layer2.1", "layer2.0", "128")
    BASIC_DOWN("layer3.0", "layer2.1", "256") BASIC("layer3.1", "layer3.0", "256")
    BASIC_DOWN("layer4.0", "layer3.1", "512") BASIC("layer4.1", "layer4.0", "512") HEAD;

const char fovea__text_resnet34[] =
    STEM BASIC("layer1.0", "maxpool", "64") BASIC("layer1.1", "layer1.0", "64")
    BASIC("layer1.2", "layer1.1", "64") BASIC_DOWN("layer2.0", "layer1.2", "128")
    BASIC("layer2.1", "layer2.0", "128") BASIC("layer2.2", "layer2.1", "128")
    BASIC("layer2.3", "layer2.2", "128") BASIC_DOWN("layer3.0", "layer2.3", "256")
    BASIC("layer3.1", "layer3.0", "256") BASIC("layer3.2", "layer3.1", "256")
    BASIC("layer3.3", "layer3.2", "256") BASIC("layer3.4", "layer3.3", "256")
    BASIC("layer3.5", "layer3.4", "256") BASIC_DOWN("layer4.0", "layer3.5", "512")
    BASIC("layer4.1", "layer4.0", "512") BASIC("layer4.2", "layer4.1", "512") HEAD;

// A bottleneck of 1×1, 3×3 and 1×1 with four times the channels; torchvision's stride is in the 3×3.
#define BOTTLENECK_WAY(block, channels, wide, stride)                                         \
    "conv " channels " 1 bias=0 name=" block ".conv1, " NORM(block ".bn1")                    \
    "relu name=" block ".relu1, "                                                             \
    "conv " channels " 3 pad=1 stride=" stride " bias=0 name=" block ".conv2, "               \
    NORM(block ".bn2") "relu name=" block ".relu2, "                                          \
    "conv " wide " 1 bias=0 name=" block ".conv3, " NORM(block ".bn3")
#define BOTTLENECK(block, from, channels, wide) \
    BOTTLENECK_WAY(block, channels, wide, "1") JOIN(block, from)
#define BOTTLENECK_DOWN(block, from, channels, wide, stride) \
    BOTTLENECK_WAY(block, channels, wide, stride)            \
    DOWNSAMPLE(block, from, wide, "1 stride=" stride) ".bn3, " JOIN(block, block ".downsample.1")

const char fovea__text_resnet50[] =
    STEM BOTTLENECK_DOWN("layer1.0", "maxpool", "64", "256", "1")
    BOTTLENECK("layer1.1", "layer1.0", "64", "256") BOTTLENECK("layer1.2", "layer1.1", "64", "256")
    BOTTLENECK_DOWN("layer2.0", "layer1.2", "128", "512", "2")
    BOTTLENECK("layer2.1", "layer2.0", "128", "512")
    BOTTLENECK("layer2.2", "layer2.1", "128", "512")
    BOTTLENECK("layer2.3", "layer2.2", "128", "512")
    BOTTLENECK_DOWN("layer3.0", "layer2.3", "256", "1024", "2")
    BOTTLENECK("layer3.1", "layer3.0", "256", "1024")
    BOTTLENECK("layer3.2", "layer3.1", "256", "1024")
    BOTTLENECK("layer3.3", "layer3.2", "256", "1024")
    BOTTLENECK("layer3.4", "layer3.3", "256", "1024")
    BOTTLENECK("layer3.5", "layer3.4", "256", "1024")
    BOTTLENECK_DOWN("layer4.0", "layer3.5", "512", "2048", "2")
    BOTTLENECK("layer4.1", "layer4.0", "512", "2048")
    BOTTLENECK("layer4.2", "layer4.1", "512", "2048") HEAD;

// An inverted residual of MobileNetV2: widened by 1×1, 3×3 a channel, narrowed by 1×1.
#define NORM_RELU6(name) NORM(name ".1") "relu6 name=" name ".2, "
#define DEPTHWISE(at, part, wide, stride)                                          \
    "conv " wide " 3 pad=1 stride=" stride " groups=" wide " bias=0 name=" at part \
    ".0, " NORM_RELU6(at part)
#define NARROW(at, conv, norm, channels) \
    "conv " channels " 1 bias=0 name=" at conv ", " NORM(at norm)
#define INVERTED(at, wide, channels, stride)                                 \
    "conv " wide " 1 bias=0 name=" at ".conv.0.0, " NORM_RELU6(at ".conv.0") \
        DEPTHWISE(at, ".conv.1", wide, stride) NARROW(at, ".conv.2", ".conv.3", channels)
#define ADD(at, from) "add " from " name=" at ", "

#define F(n) "features." n
const char fovea__text_mobilenet_v2[] =
    "conv 32 3 stride=2 pad=1 bias=0 name=features.0.0, " NORM_RELU6(F("0"))
    DEPTHWISE(F("1"), ".conv.0", "32", "1") NARROW(F("1"), ".conv.1", ".conv.2", "16")
    INVERTED(F("2"), "96", "24", "2") INVERTED(F("3"), "144", "24", "1") ADD(F("3"), F("2.conv.3"))
    INVERTED(F("4"), "144", "32", "2") INVERTED(F("5"), "192", "32", "1") ADD(F("5"), F("4.conv.3"))
    INVERTED(F("6"), "192", "32", "1") ADD(F("6"), F("5")) INVERTED(F("7"), "192", "64", "2")
    INVERTED(F("8"), "384", "64", "1") ADD(F("8"), F("7.conv.3")) INVERTED(F("9"), "384", "64", "1")
    ADD(F("9"), F("8")) INVERTED(F("10"), "384", "64", "1") ADD(F("10"), F("9"))
    INVERTED(F("11"), "384", "96", "1") INVERTED(F("12"), "576", "96", "1")
    ADD(F("12"), F("11.conv.3")) INVERTED(F("13"), "576", "96", "1") ADD(F("13"), F("12"))
    INVERTED(F("14"), "576", "160", "2") INVERTED(F("15"), "960", "160", "1")
    ADD(F("15"), F("14.conv.3")) INVERTED(F("16"), "960", "160", "1") ADD(F("16"), F("15"))
    INVERTED(F("17"), "960", "320", "1") "conv 1280 1 bias=0 name=features.18.0, "
    NORM_RELU6(F("18")) "gap name=avgpool, flatten name=flatten, dropout 0.2 name=classifier.0, "
    "linear 1000 name=classifier.1";
