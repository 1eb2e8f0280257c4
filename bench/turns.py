# SPDX-License-Identifier: MIT
# What the benchmarks share: rounds in turn between two probes of the machine, medians of ratios, the CSV.
import csv
import json
import os
import statistics
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
STEADY = 0.10  # a round whose probes differ by more is done again
PATIENCE = 4   # tries for each round


def program_arguments(parser, rounds, seconds):
    parser.add_argument("--program", default=os.environ.get("FOVEA_PROGRAM", "build/fovea"))
    parser.add_argument("--rounds", type=int, default=rounds)
    parser.add_argument("--seconds", type=float, default=seconds, help="of each measurement")
    parser.add_argument("--csv", help="write every round to this file")


def fovea(program, *words):
    result = subprocess.run([program, *map(str, words), "--json"], capture_output=True, text=True)
    if result.returncode:
        raise SystemExit(result.stderr)
    return json.loads(result.stdout)


def machine(program):
    return fovea(program, "bench", "peak", "--arithmetic", "--seconds", 0.3)


class Peer:
    """Another program's process: a line in, a line of JSON out. Its first line is its name."""

    def __init__(self, python, script, *words):
        self.process = subprocess.Popen([python, os.path.join(HERE, script), *words], text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.name = self.process.stdout.readline().strip()
        if not self.name:
            raise SystemExit("%s cannot run %s" % (python, script))

    def ask(self, **question):
        print(json.dumps(question), file=self.process.stdin, flush=True)
        return json.loads(self.process.stdout.readline())


def steady_rounds(program, count, measure, name):
    """`count` results of measure() between probes of the peak that agree, and how many were thrown away. No
    results, and a line that says so of `name`, where these were too many."""
    kept, thrown = [], 0
    while len(kept) < count:
        before = machine(program)["gflops_one_thread"]
        result = measure()
        after = machine(program)["gflops_one_thread"]
        if abs(before - after) <= STEADY * min(before, after):
            kept.append((result, (before + after) / 2))
        else:
            thrown += 1
            if thrown > PATIENCE * count:
                print("%s: not measured, the machine is not quiet: its peak changed within %d rounds" % (name, thrown),
                      flush=True)
                return [], thrown
    return kept, thrown


def spread(values):
    """Median with smallest and largest."""
    return "%.2f (%.2f to %.2f)" % (statistics.median(values), min(values), max(values))


def write_csv(path, rows):
    if not path or not rows:
        return
    with open(path, "w", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def number(value):
    return float("%.4g" % value)
