#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# One picture through nets for ImageNet, against ONNX Runtime on the same files, in turn. README.md tells how to run it.
import argparse
import os
import statistics
import subprocess
import tempfile

import turns

NETS = ["squeezenet1_1", "mobilenet_v2", "resnet18"]


def arguments():
    parser = argparse.ArgumentParser(description="forward passes of one picture, in turn with ONNX Runtime")
    turns.program_arguments(parser, 7, 1)
    parser.add_argument("--ort", required=True, help="a Python with onnxruntime")
    parser.add_argument("--threads", default="1,2", help="settings to try, for both")
    parser.add_argument("--norms", action="store_true", help="leave batch normalisations in the files")
    parser.add_argument("nets", nargs="*", default=NETS, help="ready-made nets, or .onnx files that are there")
    return parser.parse_args()


def file_of(net, folder, options):
    if net.endswith(".onnx"):
        return net
    path = os.path.join(folder, net + ".onnx")
    words = [] if options.norms else ["--fold-batchnorm"]
    subprocess.run([options.program, "convert", net, path, "-q", *words], check=True)
    return path


def one_round(path, peer, options, quietly):
    result = {}
    for threads in map(int, options.threads.split(",")):
        mine = quietly(lambda: turns.fovea(options.program, "bench", "net", path, "--forward", "--batch", 1,
                                           "--seconds", options.seconds, "--threads", threads))
        theirs = quietly(lambda: peer.ask(file=path, threads=threads, seconds=options.seconds))
        result[threads] = mine["seconds_median"], theirs["seconds"]
    return result


def report(net, kept, thrown, peer):
    print("%s; probe %s GFLOP/s a thread, %d measurements thrown away" % (
        net, turns.spread([probe for _, probe in kept]), thrown))
    for threads in kept[0][0]:
        times = [result[threads] for result, _ in kept]
        print("    %d threads: fovea %6.2f ms, %s %6.2f ms; times as fast %s" % (
            threads, 1e3 * statistics.median(mine for mine, _ in times), peer.name,
            1e3 * statistics.median(other for _, other in times),
            turns.spread([other / mine for mine, other in times])), flush=True)


def rows_of(net, kept, peer):
    for index, (result, probe) in enumerate(kept):
        for threads, times in result.items():
            for program, seconds in zip(("fovea", peer.name), times):
                yield {"net": os.path.basename(net), "round": index, "program": program, "threads": threads,
                       "milliseconds": turns.number(1e3 * seconds), "probe_gflops": turns.number(probe)}


def main():
    options = arguments()
    peer, rows = turns.Peer(options.ort, "peer_ort_files.py"), []
    about, quiet = turns.machine(options.program), turns.Quiet(options)
    print("%s, %s kernels; %d rounds of %g s, one picture" % (
        about["cpu"], about["kernels"], options.rounds, options.seconds), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for net in options.nets:
            path = file_of(net, folder, options)
            kept, thrown = turns.quiet_rounds(quiet, lambda quietly: one_round(path, peer, options, quietly), net)
            if kept:
                report(net, kept, thrown, peer)
            rows += rows_of(net, kept, peer)
    turns.write_csv(options.csv, rows)


main()
