#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# Heat maps of one picture by resnet18, against torch-cam, pytorch-grad-cam and Captum with the same weights, in turn.
# README.md tells how to run it.
import argparse
import math
import os
import statistics
import subprocess
import tempfile

import turns

NET, SIDE = "resnet18", 224
# What is measured: method, words for fovea, and for each library what its call takes, with the batch sizes to try.
CASES = {
    "grad-cam": ("grad-cam", [], {"torchcam": ({"layer": "layer4"}, [{}]),
                                  "pytorch-grad-cam": ({"layer": "layer4"}, [{}])}),
    "score-cam": ("score-cam", [], {
        "torchcam": ({"layer": "layer4"}, [{"batch_size": n} for n in (1, 8, 32)]),
        "pytorch-grad-cam": ({"layer": "layer4"}, [{"batch_size": n} for n in (8, 16)])}),
    "occlusion": ("occlusion", ["--patch", "16", "--stride", "8", "--baseline", "mean"], {
        "captum": ({"options": {"sliding_window_shapes": [3, 16, 16], "strides": [3, 8, 8]}},
                   [{"perturbations_per_eval": n} for n in (1, 8, 32)])}),
    "integrated-gradients": ("integrated-gradients", ["--steps", "50", "--baseline", "mean"], {
        "captum": ({"options": {"n_steps": 50}}, [{"internal_batch_size": n} for n in (1, 5, 10, 50)])}),
}
REPEATS = {"grad-cam": 25}  # maps made in one process, where one takes little
# Both give the same number, as far as float32 goes.
SAME_SUM = {("grad-cam", "torchcam"), ("integrated-gradients", "captum")}


def arguments():
    parser = argparse.ArgumentParser(description="heat maps, in turn with the libraries of PyTorch")
    turns.program_arguments(parser, 7, 1)
    parser.add_argument("--torch", required=True, help="a Python with torchvision, torchcam, grad-cam and captum")
    parser.add_argument("--threads", default="1,2", help="settings to try, for everyone")
    parser.add_argument("cases", nargs="*", metavar="CASE", help="of " + ", ".join(CASES) + "; all when not given")
    options = parser.parse_args()
    for name in options.cases:
        if name not in CASES:
            parser.error("there is no case %s" % name)
    return options


def write_picture(path):
    """Waves and squares of every colour: what is in it changes no time."""
    with open(path, "wb") as file:
        file.write(b"P6\n%d %d\n255\n" % (SIDE, SIDE))
        file.write(bytes((x * (c + 1) + y * y // 37 + 90 * (x // 56 + y // 32) % 256) % 256
                         for y in range(SIDE) for x in range(SIDE) for c in range(3)))


class Bench:
    def __init__(self, options, folder):
        self.options = options
        self.weights, self.picture = (os.path.join(folder, n) for n in (NET + ".safetensors", "picture.ppm"))
        write_picture(self.picture)
        subprocess.run([options.program, "convert", NET, self.weights, "-q"], check=True)
        self.peer = turns.Peer(options.torch, "peer_torch_explain.py")
        self.threads = list(map(int, options.threads.split(",")))

    def ours(self, case, threads):
        """In one process, after a map that is not counted: the others' have been warmed up, too."""
        method, words, _ = CASES[case]
        methods = ",".join(["grad-cam"] + [method] * REPEATS.get(case, 1))
        maps = turns.fovea(self.options.program, "explain", self.weights, self.picture, "--resize", SIDE, "--method",
                           methods, "--target", 1, "--trust", "none", *words, "--threads", threads)["maps"][1:]
        cells = math.prod(maps[0]["shape"])
        return {"forward": statistics.median(m["forward_seconds"] for m in maps),
                "whole": statistics.median(m["forward_seconds"] + m["seconds"] for m in maps),
                "sum": maps[0]["mean"] * cells}

    def theirs(self, case, library, threads, batch, seconds):
        method, _, libraries = CASES[case]
        return self.peer.ask(net=NET, weights=self.weights, picture=self.picture, library=library, method=method,
                             target=1, threads=threads, batch=batch, seconds=seconds, **libraries[library][0])

    def best_settings(self, case):
        """For each library the threads and batch it is fastest with, from one try each."""
        found = {}
        for library, (_, batches) in CASES[case][2].items():
            tries = [(self.theirs(case, library, n, batch, 0)["whole"], n, str(batch), batch)
                     for n in self.threads for batch in batches]
            found[library] = min(tries)[1], min(tries)[3]
        return found

    def one_round(self, case, settings, quietly):
        mine = min((quietly(lambda: self.ours(case, n)) for n in self.threads), key=lambda r: r["whole"])
        results = {"fovea": mine}
        for library, (threads, batch) in settings.items():
            results[library] = quietly(lambda: self.theirs(case, library, threads, batch, self.options.seconds))
            if (case, library) in SAME_SUM:
                a, b = mine["sum"], results[library]["sum"]
                if abs(a - b) > 1e-2 * abs(b):
                    raise SystemExit("%s: the map's sum is %g, %s's %g" % (case, a, library, b))
        return results


def rest(result):
    return max(result["whole"] - result["forward"], 1e-6)


def report(case, settings, kept, thrown):
    rounds = [result for result, _ in kept]
    print("%s; probe %s GFLOP/s a thread, %d measurements thrown away" % (case, turns.spread([p for _, p in kept]), thrown))
    for who in rounds[0]:
        how = "%d threads %s" % (settings[who][0], settings[who][1] or "") if who in settings else "the better of its threads"
        print("    %-17s forward %8.2f ms, map %9.2f ms, total %9.2f ms (%s)" % (
            who, *(1e3 * statistics.median(f(r[who]) for r in rounds) for f in (
                lambda r: r["forward"], rest, lambda r: r["whole"])), how.strip()))
    for who in settings:
        print("    times as fast as %s: map %s, total %s" % (
            who, turns.spread([rest(r[who]) / rest(r["fovea"]) for r in rounds]),
            turns.spread([r[who]["whole"] / r["fovea"]["whole"] for r in rounds])), flush=True)


def rows_of(case, settings, kept):
    for index, (results, probe) in enumerate(kept):
        for who, result in results.items():
            threads, batch = settings.get(who, ("best", {}))
            yield {"case": case, "round": index, "program": who, "threads": threads,
                   "batch": next(iter(batch.values()), ""), "forward_ms": turns.number(1e3 * result["forward"]),
                   "map_ms": turns.number(1e3 * rest(result)), "total_ms": turns.number(1e3 * result["whole"]),
                   "probe_gflops": turns.number(probe)}


def main():
    options, rows = arguments(), []
    about, quiet = turns.machine(options.program), turns.Quiet(options)
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(options, folder)
        print("%s, %s kernels; %s, one picture of %dx%d through %s, threads %s; %s; %d rounds" % (
            about["cpu"], about["kernels"], "heat maps", SIDE, SIDE, NET, options.threads, bench.peer.name,
            options.rounds), flush=True)
        for case in options.cases or CASES:
            settings = bench.best_settings(case)
            kept, thrown = turns.quiet_rounds(quiet, lambda quietly: bench.one_round(case, settings, quietly), case)
            if kept:
                report(case, settings, kept, thrown)
            rows += rows_of(case, settings, kept)
    turns.write_csv(options.csv, rows)


main()
