#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# Training speed against PyTorch, in turn. README.md tells how to run it.
import argparse
import csv
import json
import os
import statistics
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
CASES = [("tutorial-cifar", 64, "sgd"), ("tutorial-mnist", 64, "adam"), ("tutorial-mlp", 128, "adam"),
         ("lenet5", 128, "sgd"), ("resnet20", 128, "sgd")]


def arguments():
    parser = argparse.ArgumentParser(description="training steps of fovea and of PyTorch, in turn")
    parser.add_argument("--program", default=os.environ.get("FOVEA_PROGRAM", "build/fovea"))
    parser.add_argument("--torch", default=os.environ.get("FOVEA_TORCH_PYTHON"), help="a Python with torch")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1, help="of each measurement")
    parser.add_argument("--threads", default="1,2", help="settings to try, for both")
    parser.add_argument("--compile", action="store_true", help="torch.compile the peer's nets")
    parser.add_argument("--nets", default="", help="only these, by comma")
    parser.add_argument("--csv", help="write the rounds to this file")
    return parser.parse_args()


class Peer:
    def __init__(self, python):
        self.process = subprocess.Popen([python, os.path.join(HERE, "peer_torch_nets.py")], text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.name = self.process.stdout.readline().strip()

    def rate(self, case, threads, options):
        net, batch, optimizer = case
        print(net, batch, optimizer, threads, options.seconds, "yes" if options.compile else "no",
              file=self.process.stdin, flush=True)
        return batch / float(self.process.stdout.readline())


def ours(case, threads, options):
    net, batch, optimizer = case
    words = [options.program, "bench", "net", net, "--batch", str(batch), "--optimizer", optimizer,
             "--seconds", str(options.seconds), "--threads", str(threads), "--json"]
    return json.loads(subprocess.run(words, check=True, capture_output=True, text=True).stdout)


def measure(case, peer, options):
    rows = []
    for number in range(options.rounds):
        for threads in map(int, options.threads.split(",")):
            mine = ours(case, threads, options)
            theirs = peer.rate(case, threads, options) if peer else float("nan")
            rows.append({"net": case[0], "batch": case[1], "optimizer": case[2], "round": number,
                         "threads": threads, "fovea": mine["images_per_second"], "peer": theirs,
                         "gflops": mine["gflops"], "peak_one": mine["peak_one_thread"]})
    return rows


def best(rows, number, column):
    return max(row[column] for row in rows if row["round"] == number)


def report(case, rows, options):
    ratios = sorted(best(rows, n, "fovea") / best(rows, n, "peer") for n in range(options.rounds))
    ones = [row for row in rows if row["threads"] == 1]
    share = statistics.median(row["gflops"] / row["peak_one"] for row in ones) if ones else float("nan")
    by_threads = {t: statistics.median(row["fovea"] for row in rows if row["threads"] == t)
                  for t in {row["threads"] for row in rows}}
    peaks = [row["peak_one"] for row in rows]
    print("%-15s %4d %-5s  fovea %8.0f  peer %8.0f  ratio %6.2f (%.2f to %.2f)  peak share %4.1f %%  %s  probe ±%.0f %%" % (
        *case, statistics.median(best(rows, n, "fovea") for n in range(options.rounds)),
        statistics.median(best(rows, n, "peer") for n in range(options.rounds)),
        statistics.median(ratios), ratios[0], ratios[-1], 100 * share,
        " ".join("%dT %.0f" % item for item in sorted(by_threads.items())),
        50 * (max(peaks) - min(peaks)) / statistics.median(peaks)), flush=True)


def main():
    options = arguments()
    peer = Peer(options.torch) if options.torch else None
    print("images a second, median of %d rounds of %g s, best of %s threads; peer: %s" % (
        options.rounds, options.seconds, options.threads, peer.name if peer else "none"))
    rows = []
    for case in CASES:
        if options.nets and case[0] not in options.nets.split(","):
            continue
        rows += measure(case, peer, options)
        report(case, [row for row in rows if row["net"] == case[0]], options)
    if options.csv:
        with open(options.csv, "w", newline="") as file:
            writer = csv.DictWriter(file, fieldnames=rows[0].keys())
            writer.writeheader()
            writer.writerows(rows)


main()
