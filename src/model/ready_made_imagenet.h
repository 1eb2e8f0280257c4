// SPDX-License-Identifier: MIT
// Architecture text of nets for ImageNet (224×224, 1000 classes), with torchvision's names of
// parameters, so that its state dicts load.
#ifndef FOVEA_MODEL_READY_MADE_IMAGENET_H
#define FOVEA_MODEL_READY_MADE_IMAGENET_H

extern const char fovea__text_alexnet[];
extern const char fovea__text_vgg11[];
extern const char fovea__text_vgg16[];
extern const char fovea__text_squeezenet1_1[];
extern const char fovea__text_mobilenet_v2[];
extern const char fovea__text_resnet18[];
extern const char fovea__text_resnet34[];
extern const char fovea__text_resnet50[];

#endif
