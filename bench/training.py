#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# Training steps, or forward passes, against PyTorch and ONNX Runtime, in turn. README.md tells how to run it.
import argparse
import statistics

import turns

CASES = [("tutorial-cifar", 64, "sgd"), ("tutorial-mnist", 64, "adam"), ("tutorial-mlp", 128, "adam"),
         ("lenet5", 128, "sgd"), ("resnet20", 128, "sgd")]


def arguments():
    parser = argparse.ArgumentParser(description="training steps of fovea and of others, in turn")
    turns.program_arguments(parser, 5, 0.5)
    parser.add_argument("--torch", action="append", help="a Python with torch; may be given again")
    parser.add_argument("--ort", help="a Python with onnxruntime, torch and onnx: forward passes only")
    parser.add_argument("--compile", action="store_true", help="the last --torch with torch.compile, too")
    parser.add_argument("--forward", action="store_true", help="forward passes instead of training steps")
    parser.add_argument("--batch", type=int, help="instead of each net's own")
    parser.add_argument("--threads", default="1,2", help="settings to try, for all")
    parser.add_argument("--nets", default="", help="only these, by comma")
    options = parser.parse_args()
    unknown = set(options.nets.split(",")) - {"", *(case[0] for case in CASES)}
    if unknown:
        parser.error("--nets: there are " + ", ".join(case[0] for case in CASES))
    return options


def make_peers(options):
    peers = [turns.Peer(python, "peer_torch_nets.py") for python in options.torch or []]
    if options.compile and options.torch:
        peers.append(turns.Peer(options.torch[-1], "peer_torch_nets.py", "compile"))
    if options.ort and options.forward:
        peers.append(turns.Peer(options.ort, "peer_ort_nets.py"))
    return peers


def ours(case, threads, options):
    net, batch, optimizer = case
    words = ["bench", "net", net, "--batch", batch, "--seconds", options.seconds, "--threads", threads]
    words += ["--forward"] if options.forward else ["--optimizer", optimizer]
    return turns.fovea(options.program, *words)


def theirs(peer, case, threads, options):
    net, batch, optimizer = case
    answer = peer.ask(net=net, batch=batch, optimizer="" if options.forward else optimizer, threads=threads,
                      seconds=options.seconds)
    return batch / answer["seconds"]


def one_round(case, peers, options, quietly):
    result = {"share": None, "fovea": {}, **{peer.name: {} for peer in peers}}
    for threads in map(int, options.threads.split(",")):
        mine = quietly(lambda: ours(case, threads, options))
        result["fovea"][threads] = mine["images_per_second"]
        if threads == 1:
            result["share"] = mine["gflops"] / mine["peak_one_thread"]
        for peer in peers:
            result[peer.name][threads] = quietly(lambda: theirs(peer, case, threads, options))
    return result


def report(case, kept, thrown, peers):
    of = [result["fovea"] for result, _ in kept]
    by_threads = {t: statistics.median(rates[t] for rates in of) for t in of[0]}
    shares = [result["share"] for result, _ in kept if result["share"]]
    print("%-15s batch %d %s: fovea %s images/s%s; probe %s GFLOP/s a thread, %d measurements thrown away" % (
        *case, ", ".join("%d threads %.0f" % item for item in by_threads.items()),
        ", %.1f %% of the peak of one" % (100 * statistics.median(shares)) if shares else "",
        turns.spread([probe for _, probe in kept]), thrown))
    if 1 in by_threads and len(by_threads) > 1:
        print("    threads: %s times one" % turns.spread([max(r.values()) / r[1] for r in of]))
    for peer in peers:
        rates = [max(result[peer.name].values()) for result, _ in kept]
        ratios = [max(result["fovea"].values()) / rate for (result, _), rate in zip(kept, rates)]
        print("    %-32s %8.0f images/s; ratio %s" % (peer.name, statistics.median(rates), turns.spread(ratios)))


def rows_of(case, kept, peers, options):
    for index, (result, probe) in enumerate(kept):
        for name in ["fovea"] + [peer.name for peer in peers]:
            for threads, rate in result[name].items():
                yield {"what": "forward" if options.forward else "training", "net": case[0], "batch": case[1],
                       "optimizer": "" if options.forward else case[2], "round": index, "program": name,
                       "threads": threads, "images_per_second": turns.number(rate),
                       "probe_gflops": turns.number(probe)}


def main():
    options = arguments()
    peers, rows = make_peers(options), []
    about, quiet = turns.machine(options.program), turns.Quiet(options)
    print("%s, %s kernels; %d rounds of %g s, the better of %s threads" % (
        about["cpu"], about["kernels"], options.rounds, options.seconds, options.threads), flush=True)
    for case in CASES:
        if options.nets and case[0] not in options.nets.split(","):
            continue
        case = (case[0], options.batch or case[1], case[2])
        kept, thrown = turns.quiet_rounds(quiet, lambda quietly: one_round(case, peers, options, quietly), case[0])
        if kept:
            report(case, kept, thrown, peers)
        rows += rows_of(case, kept, peers, options)
    turns.write_csv(options.csv, rows)


main()
