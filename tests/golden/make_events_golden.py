#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# Makes tests/golden/events/events.out.tfevents: what TensorBoard's own messages and record writer
# make of the events that tests/unit/test_tfevents.c gives to fovea's. Needs tensorboard, numpy.
import os
import sys

import numpy
from tensorboard.compat.proto.event_pb2 import Event, SessionLog
from tensorboard.compat.proto.summary_pb2 import HistogramProto, Summary
from tensorboard.summary.writer.record_writer import RecordWriter

here = os.path.dirname(os.path.abspath(__file__))


def limits():
    side, limit = [], 1e-12
    while limit < 1e20:
        side.append(limit)
        limit *= 1.1
    side.append(sys.float_info.max)
    return numpy.array([-x for x in reversed(side)] + [0.0] + side)


def histogram(values):
    """Bucket i holds limit[i-1] <= value < limit[i]; of several empty ones side by side one stays."""
    values = numpy.asarray(values, dtype=numpy.float64)
    limit = limits()
    counts = numpy.bincount(numpy.searchsorted(limit, values, side="right"), minlength=len(limit))
    full = numpy.flatnonzero(counts)
    kept = [i for i in range(full[0], full[-1] + 1) if counts[i] or counts[i + 1]]
    return HistogramProto(min=values.min(), max=values.max(), num=len(values), sum=values.sum(),
                          sum_squares=(values * values).sum(), bucket_limit=limit[kept],
                          bucket=counts[kept])


def main():
    with open(os.path.join(here, "events", "grey.png"), "rb") as file:
        png = file.read()
    image = Summary.Image(height=2, width=3, colorspace=1, encoded_image_string=png)
    values = [
        Summary.Value(tag="loss/train", simple_value=0.1),
        Summary.Value(tag="zero", simple_value=0.0),
        Summary.Value(tag="parameters/Größe",
                      histo=histogram([-1024, -0.5, -0.5, 0, 0, 0, 2.0**-45, 0.25, 0.25, 3, 2.0**20])),
        Summary.Value(tag="one", histo=histogram([1.5])),
        Summary.Value(tag="filters/conv1", image=image),
    ]
    with open(os.path.join(here, "events", "events.out.tfevents"), "wb") as file:
        writer = RecordWriter(file)
        events = [Event(wall_time=1.5, file_version="brain.Event:2"),
                  Event(wall_time=2.25, step=7, session_log=SessionLog(status=SessionLog.START))]
        events += [Event(wall_time=1e9 + i, step=300 * i, summary=Summary(value=[value]))
                   for i, value in enumerate(values)]
        for event in events:
            writer.write(event.SerializeToString())


main()
