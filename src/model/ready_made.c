// SPDX-License-Identifier: MIT
#include "model/ready_made.h"

#include <string.h>

#include "base/fail.h"
#include "fovea/model.h"
#include "graph/graph.h"
#include "model/ready_made_imagenet.h"

// Four 4x4 filters: dark left of bright, its negative, the transpose and the transpose's negative.
static void four_filters(fovea_graph *graph) {
    fovea_view weight = fovea__graph_parameter(graph, fovea_graph_find_value(graph, "conv.weight"));
    for (int i = 0; i < 64; i++) {
        int filter = i / 16, row = i / 4 % 4, column = i % 4;
        int bright = filter < 2 ? column >= 2 : row >= 2;
        int value = (bright ? 1 : -1) * (filter % 2 ? -1 : 1);
        if (weight.type == FOVEA_F32)
            ((float *)weight.data)[i] = (float)value;
        else
            ((double *)weight.data)[i] = value;
    }
}

// A basic block of resnet20 whose shortcut adds `from` unchanged.
#define BLOCK(block, from, channels)                                                          \
    ", conv " channels " 3 pad=1 bias=0 name=" block ".conv1, batchnorm name=" block          \
    ".bn1, relu name=" block ".relu1, conv " channels " 3 pad=1 bias=0 name=" block           \
    ".conv2, batchnorm name=" block ".bn2, add " from " name=" block ".add, relu name=" block \
    ".relu2"
// One that halves the picture; option A: the shortcut takes every second pixel and pads the
// channels.
#define NARROWING_BLOCK(block, from, channels, quarter)                                       \
    ", conv " channels " 3 stride=2 pad=1 bias=0 name=" block ".conv1, batchnorm name=" block \
    ".bn1, relu name=" block ".relu1, conv " channels " 3 pad=1 bias=0 name=" block           \
    ".conv2, batchnorm name=" block ".bn2, from " from ", slice step=2 name=" block           \
    ".shortcut.slice, pad 0 channels=" quarter " name=" block ".shortcut, add " block         \
    ".bn2 name=" block ".add, relu name=" block ".relu2"

#define RESNET20                                                                   \
    "conv 16 3 pad=1 bias=0 name=conv1, batchnorm name=bn1, relu name=relu" BLOCK( \
        "layer1.0", "relu", "16") BLOCK("layer1.1", "layer1.0.relu2", "16")        \
        BLOCK("layer1.2", "layer1.1.relu2", "16")                                  \
            NARROWING_BLOCK("layer2.0", "layer1.2.relu2", "32", "8")               \
                BLOCK("layer2.1", "layer2.0.relu2", "32")                          \
                    BLOCK("layer2.2", "layer2.1.relu2", "32")                      \
                        NARROWING_BLOCK("layer3.0", "layer2.2.relu2", "64", "16")  \
                            BLOCK("layer3.1", "layer3.0.relu2", "64")              \
                                BLOCK("layer3.2", "layer3.1.relu2",                \
                                      "64") ", gap name=avgpool, flatten, linear 10 name=linear"

#define IMAGENET(name, help) \
    { #name, fovea__text_##name, help, {3, {3, 224, 224 } }, NULL, true }

static const fovea__ready_made nets[] = {
    {"four-filters",
     "conv 4 4 bias=0 name=conv, relu name=relu, maxpool 2 name=pool",
     "four fixed 4x4 filters on a grey picture of any size",
     {3, {1, 28, 28}},
     four_filters,
     false},
    {"tutorial-cifar",
     "conv 16 3 pad=1, tanh, maxpool 2, conv 8 3 pad=1, tanh, maxpool 2, flatten, "
     "linear 32 name=fc1, tanh, linear 10 name=fc2",
     "two convolutions and two linear layers for CIFAR-10",
     {3, {3, 32, 32}},
     NULL,
     false},
    {"tutorial-fc",
     "flatten, linear 1024 name=fc1, tanh, linear 512 name=fc2, tanh, linear 128 name=fc3, tanh, "
     "linear 10 name=fc4",
     "linear layers only, for CIFAR-10",
     {3, {3, 32, 32}},
     NULL,
     false},
    {"tutorial-mnist",
     "conv 16 5 pad=2, relu, maxpool 2, conv 32 5 pad=2, relu, maxpool 2, flatten, "
     "linear 128 name=fc1, relu, linear 10 name=fc2",
     "two convolutions and two linear layers for MNIST",
     {3, {1, 28, 28}},
     NULL,
     false},
    {"tutorial-mlp",
     "flatten, linear 512 name=fc1, relu, dropout 0.2, linear 512 name=fc2, relu, dropout 0.2, "
     "linear 10 name=fc3",
     "three linear layers with dropout, for MNIST",
     {3, {1, 28, 28}},
     NULL,
     false},
    {"lenet5",
     "conv 6 5 pad=2, relu, maxpool 2, conv 16 5, relu, maxpool 2, flatten, linear 120, relu, "
     "linear 84, relu, linear 10",
     "LeNet-5 with relu and max pooling, for MNIST",
     {3, {1, 28, 28}},
     NULL,
     false},
    {"resnet20",
     RESNET20,
     "residual net of 20 layers for CIFAR-10, shortcuts without parameters",
     {3, {3, 32, 32}},
     NULL,
     false},
    IMAGENET(alexnet, "AlexNet as torchvision has it, for ImageNet"),
    IMAGENET(vgg11, "VGG of 11 layers, for ImageNet"),
    IMAGENET(vgg16, "VGG of 16 layers, for ImageNet"),
    IMAGENET(squeezenet1_1, "SqueezeNet 1.1: fire modules, 1.2 million parameters, for ImageNet"),
    IMAGENET(mobilenet_v2, "MobileNetV2: inverted residuals, depthwise, for ImageNet"),
    IMAGENET(resnet18, "residual net of 18 layers, for ImageNet"),
    IMAGENET(resnet34, "residual net of 34 layers, for ImageNet"),
    IMAGENET(resnet50, "residual net of 50 layers, bottlenecks, for ImageNet"),
};

const fovea__ready_made *fovea__ready_made_find(const char *name) {
    for (size_t i = 0; i < sizeof nets / sizeof nets[0]; i++)
        if (strcmp(nets[i].name, name) == 0) return &nets[i];
    return NULL;
}

int32_t fovea_ready_made_count(void) {
    return (int32_t)(sizeof nets / sizeof nets[0]);
}

fovea_status fovea_ready_made_get(int32_t index, const char **name, const char **text,
                                  const char **help, fovea_error *error) {
    if (index < 0 || index >= fovea_ready_made_count())
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "there is no ready-made net %d; 0 to %d exist", index,
                           fovea_ready_made_count() - 1);
    if (name) *name = nets[index].name;
    if (text) *text = nets[index].text;
    if (help) *help = nets[index].help;
    return FOVEA_OK;
}
