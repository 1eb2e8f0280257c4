#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes photo_classes.txt: the five most probable classes that ONNX Runtime gives for photos prepared by torchvision.

A line is: net, --preprocess of fovea, photo, and class:probability five times.

  FOVEA_DATA=FOLDER python3 tests/golden/make_photo_classes.py    (needs onnxruntime, torchvision, pillow and numpy)
"""
import os

import numpy as np
import onnxruntime
import torchvision.transforms as T
from PIL import Image

HERE = os.path.dirname(os.path.abspath(__file__))
PHOTOS = ["chelsea.png", "coffee.png", "Labrador_retriever_06457.jpg", "Brittany_02625.jpg", "dog-and-cat.png",
          "dog-darknet.jpg"]


def caffe(pixels):
    return pixels[:, :, ::-1] - np.array([104, 117, 123])


def imagenet(pixels):
    return (pixels / 255 - np.array([0.485, 0.456, 0.406])) / np.array([0.229, 0.224, 0.225])


NETS = [("squeezenet1.0-deepcompression", caffe, 227), ("shufflenet-v2-dequantised", imagenet, 224)]


def main():
    data = os.environ["FOVEA_DATA"].split(":")[0]
    with open(os.path.join(HERE, "photo_classes.txt"), "w") as out:
        for net, prepare, side in NETS:
            session = onnxruntime.InferenceSession(os.path.join(data, "models", "converted", net + ".onnx"))
            for photo in PHOTOS:
                picture = Image.open(os.path.join(data, "photos", photo)).convert("RGB")
                picture = T.CenterCrop(side)(T.Resize(256)(picture))
                x = prepare(np.asarray(picture).astype(float)).transpose(2, 0, 1)[None].astype(np.float32)
                y = session.run(None, {session.get_inputs()[0].name: np.ascontiguousarray(x)})[0][0].astype(float)
                if y.min() < 0:
                    y = np.exp(y - y.max()) / np.exp(y - y.max()).sum()
                best = " ".join(f"{k}:{y[k]:.4f}" for k in np.argsort(-y)[:5])
                out.write(f"{net} {prepare.__name__} {photo} {best}\n")


main()
