#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Judges the event files of `fovea train --tensorboard` by reading them with TensorBoard.

Usage: check_events.py RUN...   (folders with tensorboard/, history.csv and last.safetensors of a finished
run; needs tensorboard, numpy, pillow, safetensors). Exit code 1 when anything is wrong.
"""
import csv
import io
import os
import sys

import numpy
from PIL import Image
from safetensors.numpy import load_file
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

SCALARS = {"epoch": "epoch", "learning_rate": "lr", "loss/train": "loss", "accuracy/train": "accuracy",
           "loss/validation": "val_loss", "accuracy/validation": "val_accuracy",
           "loss/test": "test_loss", "accuracy/test": "test_accuracy"}


def check(condition, *what):
    if not condition:
        print("WRONG:", *what)
        sys.exit(1)


def check_steps(name, events):
    steps = [event.step for event in events]
    check(steps == sorted(set(steps)), name, "steps are not rising:", steps)


def check_scalars(events, history):
    tags = set(events.Tags()["scalars"])
    wanted = {tag for tag, column in SCALARS.items() if history[-1][column]}
    check(tags == wanted | {"loss/batch"}, "tags", tags)
    steps = None
    for tag in wanted:
        told = events.Scalars(tag)
        check_steps(tag, told)
        check(len(told) == len(history), tag, len(told), "values of", len(history), "epochs")
        steps = steps or [event.step for event in told]
        check(steps == [event.step for event in told], tag, "has other steps")
        for event, row in zip(told, history):
            column = float(row[SCALARS[tag]])
            check(abs(event.value - column) <= 2e-7 * abs(column), tag, event.value, column)
    batches = events.Scalars("loss/batch")
    check_steps("loss/batch", batches)
    an_epoch = steps[0]
    check(steps == [an_epoch * (e + 1) for e in range(len(steps))], "epochs at", steps)
    every = -(-an_epoch // 50)
    check([event.step for event in batches] ==
          [e * an_epoch + s for e in range(len(steps)) for s in range(every, an_epoch + 1, every)],
          "loss/batch at", [event.step for event in batches])
    return steps



def check_histogram(name, histogram, values):
    values = values.astype(numpy.float64).ravel()
    for what, told, true in [("num", histogram.num, values.size), ("min", histogram.min, values.min()),
                             ("max", histogram.max, values.max())]:
        check(told == true, name, what, told, true)
    for what, told, true, scale in [
            ("sum", histogram.sum, values.sum(), numpy.abs(values).sum()),
            ("sum_squares", histogram.sum_squares, (values * values).sum(), (values * values).sum())]:
        check(abs(told - true) <= 1e-12 * scale, name, what, told, true)
    counts = numpy.array(histogram.bucket)
    check(counts.sum() == values.size, name, "counts", counts.sum())
    index = numpy.searchsorted(histogram.bucket_limit, values, side="right")
    check((numpy.bincount(index, minlength=len(counts)) == counts).all(), name, "buckets differ")


def check_histograms(events, weights, steps):
    tags = events.Tags()["histograms"]
    names = {name for name in weights if not name.startswith("optimizer.")
             and "parameters/" + name in tags}
    check(names, "no histogram")
    for name in names:
        for kind in ("parameters/", "gradients/"):
            told = events.Histograms(kind + name)
            check_steps(kind + name, told)
            check([event.step for event in told] == steps, kind + name, "steps")
        check_histogram(name, events.Histograms("parameters/" + name)[-1].histogram_value, weights[name])
    check(len(tags) == 2 * len(names), "tags", tags)
    return names


def check_images(events, steps):
    tags = events.Tags()["images"]
    check(any(tag.startswith("filters/") for tag in tags), "no filters")
    for tag in tags:
        told = events.Images(tag)
        check_steps(tag, told)
        check([event.step for event in told] == [0] + steps, tag, "steps", [e.step for e in told])
        for event in told:
            image = Image.open(io.BytesIO(event.encoded_image_string))
            image.load()
            check(image.size == (event.width, event.height), tag, image.size)
            check(numpy.asarray(image).std() > 0, tag, "is empty")
    return tags


for run in sys.argv[1:]:
    events = EventAccumulator(os.path.join(run, "tensorboard"), size_guidance={
        "scalars": 0, "images": 0, "histograms": 0, "tensors": 0})
    events.Reload()
    with open(os.path.join(run, "history.csv")) as file:
        history = list(csv.DictReader(file))
    steps = check_scalars(events, history)
    names = check_histograms(events, load_file(os.path.join(run, "last.safetensors")), steps)
    tags = check_images(events, steps)
    print(f"{run}: {len(history)} epochs, {len(names)} parameters, {len(tags)} kinds of pictures: right")
