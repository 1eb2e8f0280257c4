#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# Single layers against PyTorch, in turn, from files of shapes. README.md tells how to run it.
import argparse
import statistics
import tempfile

import turns

PASSES = ["forward", "input gradient", "weight gradient"]


def arguments():
    parser = argparse.ArgumentParser(description="single layers of fovea and of PyTorch, in turn")
    turns.program_arguments(parser, 3, 0.1)
    parser.add_argument("files", nargs="+", help="of shapes, as bench/shapes/training.txt")
    parser.add_argument("--torch", help="a Python with torch")
    parser.add_argument("--forward", action="store_true", help="no gradients")
    parser.add_argument("--threads", default="1", help="settings to try, for both: 1,2")
    return parser.parse_args()


def shapes(paths):
    for path in paths:
        with open(path) as file:
            for line in file:
                words = line.split("#")[0].split()
                if words:
                    yield " ".join(words)


def ours(shape, threads, options):
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        print(shape, file=file, flush=True)
        words = ["--forward"] if options.forward else []
        answer = turns.fovea(options.program, "bench", "kernels", file.name, "--seconds", options.seconds,
                             "--threads", threads, *words)
    result = {}
    for row in answer["rows"]:  # batchnorm gathers and merges first: all of a pass counts
        name = row["pass"] if row["pass"] in PASSES else "forward" if "forward" in row["pass"] else "input gradient"
        seconds, rate = result.get(name, (0, 0))
        result[name] = seconds + row["seconds"], max(rate, row["gflops"])
    return result


def one_round(shape, peer, options, quietly):
    result = {}
    for threads in map(int, options.threads.split(",")):
        mine = quietly(lambda: ours(shape, threads, options))
        theirs = quietly(lambda: peer.ask(shape=shape, threads=threads, seconds=options.seconds,
                                          forward=options.forward)) if peer else {}
        result[threads] = mine, theirs
    return result


def report(shape, kept, threads):
    for name in PASSES:
        seconds = [min(result[t][0][name][0] for t in threads) for result, _ in kept if name in result[threads[0]][0]]
        if not seconds:
            continue
        shares = [result[threads[0]][0][name][1] / probe for result, probe in kept]
        line = "%-46s %-15s %9.1f us" % (shape, name, 1e6 * statistics.median(seconds))
        line += "  %5.1f %%" % (100 * statistics.median(shares)) if shares[0] and threads[0] == 1 else "         "
        ratios = [min(result[t][1][name] for t in threads) / mine
                  for (result, _), mine in zip(kept, seconds) if name in result[threads[0]][1]]
        print(line + ("  %s" % turns.spread(ratios) if ratios else ""), flush=True)


def rows_of(shape, kept):
    for index, (result, probe) in enumerate(kept):
        for threads, (mine, theirs) in result.items():
            for name, (seconds, rate) in mine.items():
                yield {"shape": shape, "pass": name, "round": index, "threads": threads,
                       "fovea_us": turns.number(1e6 * seconds), "fovea_gflops": turns.number(rate),
                       "peer_us": turns.number(1e6 * theirs[name]) if name in theirs else "",
                       "probe_gflops": turns.number(probe)}


def main():
    options = arguments()
    peer = turns.Peer(options.torch, "peer_torch_layers.py") if options.torch else None
    threads = [int(t) for t in options.threads.split(",")]
    about, quiet, rows, thrown = turns.machine(options.program), turns.Quiet(options), [], 0
    print("%s, %s kernels; the better of %s threads, median of %d rounds; peer: %s" % (
        about["cpu"], about["kernels"], options.threads, options.rounds, peer.name if peer else "none"))
    print("%-46s %-15s %12s  %7s  peer's time / ours" % ("batch, sample, layer", "pass", "fastest", "of peak"))
    for shape in shapes(options.files):
        kept, again = turns.quiet_rounds(quiet, lambda quietly: one_round(shape, peer, options, quietly), shape)
        if kept:
            report(shape, kept, threads)
        rows += rows_of(shape, kept)
        thrown += again
    print("%d measurements were thrown away: the peak beside them was more than %.0f %% lower than shortly before" % (thrown, 100 * turns.STEADY))
    turns.write_csv(options.csv, rows)


main()
