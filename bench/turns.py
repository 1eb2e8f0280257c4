# SPDX-License-Identifier: MIT
# What the benchmarks share: measurements in turn between probes of the machine, medians of ratios, the CSV.
import collections
import csv
import json
import math
import os
import statistics
import subprocess
import time

HERE = os.path.dirname(os.path.abspath(__file__))
STEADY = 0.10   # a measurement beside a probe that is lower by more is done again
PATIENCE = 300  # probes to wait for a quiet moment
TRIES = 20      # of each measurement

measured_on = {}  # columns of the CSV, from what the machine said of itself


def program_arguments(parser, rounds, seconds):
    parser.add_argument("--program", default=os.environ.get("FOVEA_PROGRAM", "build/fovea"))
    parser.add_argument("--rounds", type=int, default=rounds)
    parser.add_argument("--seconds", type=float, default=seconds, help="of each measurement")
    parser.add_argument("--csv", help="write every round to this file")
    parser.add_argument("--minutes", type=float, default=math.inf,
                        help="take no more trouble to find quiet moments after this long")


def fovea(program, *words):
    try:
        result = subprocess.run([program, *map(str, words), "--json"], capture_output=True, text=True)
    except OSError as error:
        raise SystemExit("%s: %s (--program, or make)" % (program, error.strerror))
    if result.returncode:
        raise SystemExit(result.stderr)
    return json.loads(result.stdout)


def machine(program, seconds=0.3):
    answer = fovea(program, "bench", "peak", "--arithmetic", "--seconds", seconds)
    measured_on.update(cpu=answer["cpu"], processors=answer["threads"], kernels=answer["kernels"])
    return answer


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


class NotQuiet(Exception):
    pass


class Quiet:
    """Measures between two probes of what all processors do together: neighbours that share them show there even
    where one thread alone is undisturbed. A measurement counts if both probes reach 90 % of the highest lately."""

    def __init__(self, options):
        self.program, self.rounds = options.program, options.rounds
        self.deadline = time.monotonic() + 60 * options.minutes
        self.lately, self.thrown = collections.deque(maxlen=100), 0
        for _ in range(10):
            self.probe()

    def probe(self):
        answer = machine(self.program, 0.1)
        self.lately.append(answer["gflops_all_threads"] / answer["threads"])
        return self.lately[-1]

    def in_time(self):
        if time.monotonic() > self.deadline:
            raise NotQuiet

    def is_quiet(self, probe):
        return probe >= (1 - STEADY) * max(self.lately)

    def wait(self):
        for _ in range(PATIENCE):
            self.in_time()
            probe = self.probe()
            if self.is_quiet(probe):
                return probe
            time.sleep(0.1)
        raise NotQuiet

    def __call__(self, measure):
        """measure()'s result, and the mean of the two probes beside it."""
        for _ in range(TRIES):
            before = self.wait()
            result = measure()
            after = self.probe()
            if self.is_quiet(before) and self.is_quiet(after):
                return result, (before + after) / 2
            self.thrown += 1
        raise NotQuiet


def one_quiet_round(quiet, measure):
    probes = []

    def quietly(function):
        result, probe = quiet(function)
        probes.append(probe)
        return result

    return measure(quietly), statistics.mean(probes)


def quiet_rounds(quiet, measure, name):
    """Results of measure(quietly), each with the mean of its probes, and how many measurements were thrown away.
    measure() hands everything it times to quietly(). A line says so where there are fewer than --rounds."""
    kept, thrown = [], quiet.thrown
    try:
        for _ in range(quiet.rounds):
            kept.append(one_quiet_round(quiet, measure))
    except NotQuiet:
        print("%s: measured %d times, then no quiet moment was found" % (name, len(kept)), flush=True)
    return kept, quiet.thrown - thrown


def spread(values):
    """Median with smallest and largest."""
    return "%.2f (%.2f to %.2f)" % (statistics.median(values), min(values), max(values))


def write_csv(path, rows):
    if not path or not rows:
        return
    with open(path, "w", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=[*rows[0], *measured_on], lineterminator="\n")
        writer.writeheader()
        writer.writerows({**row, **measured_on} for row in rows)


def number(value):
    return float("%.4g" % value)
