#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# Speed of whole commands on photos, against other programs, in turn. README.md tells how to run it.
import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))


def arguments():
    parser = argparse.ArgumentParser(description="fovea on photos against OpenCV and PyTorch")
    parser.add_argument("--program", default=os.environ.get("FOVEA_PROGRAM", "build/fovea"))
    parser.add_argument("--opencv", default=os.environ.get("FOVEA_OPENCV_PYTHON"),
                        help="a Python with OpenCV; none: only ours, and a photo of 4000x3000 as --photo")
    parser.add_argument("--torch", default=os.environ.get("FOVEA_TORCH_PYTHON"),
                        help="a Python with torch and matplotlib")
    parser.add_argument("--photo", required=True, help="enlarged to 4000x3000 for the filter")
    parser.add_argument("--picture", required=True, help="512x512, for the maps")
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--threads", help="fovea's; else one per processor")
    return parser.parse_args()


def threads(options):
    return ["--threads", options.threads] if options.threads else []


def run(words):
    start = time.perf_counter()
    done = subprocess.run(words, check=True, capture_output=True, text=True)
    return 1000 * (time.perf_counter() - start), done.stdout


def spread(values):
    ordered = sorted(values)
    low, high = ordered[len(ordered) // 10], ordered[-1 - len(ordered) // 10]
    return "%8.1f  (%.1f to %.1f)" % (statistics.median(ordered), low, high)


def ratios(ours, theirs):
    ordered = sorted(a / b for a, b in zip(ours, theirs))
    low, high = ordered[len(ordered) // 10], ordered[-1 - len(ordered) // 10]
    return "%8.3f  (%.3f to %.3f)" % (statistics.median(ordered), low, high)


def compare_filter(options, folder):
    jpeg, ours_png, peer_png = (os.path.join(folder, n) for n in ("photo.jpg", "ours.png", "peer.png"))
    command = [options.program, "filter", jpeg, "--kernel", "sobel-x", "--only", "result", "-o", ours_png,
               "-q"] + threads(options)
    peer = [options.opencv, os.path.join(HERE, "peer_opencv.py")]
    subprocess.run(peer + ["make", options.photo, jpeg], check=True, stderr=subprocess.DEVNULL)
    ours, whole, first, best = [], [], [], []
    for turn in range(options.runs + 1):
        mine = run(command)[0]
        theirs, text = run(peer + ["run", jpeg, peer_png])
        if turn == 0:
            continue  # warms the files
        ours.append(mine)
        first.append(float(text.split()[0]))
        best.append(float(text.split()[1]))
        whole.append(theirs)
    version, peer_threads = text.split()[2:4]
    size, peer_size = os.path.getsize(ours_png), os.path.getsize(peer_png)
    print("filter --kernel sobel-x, 4000x3000 JPEG to PNG; milliseconds: median (10th to 90th percentile)")
    print("  fovea, whole process              ", spread(ours))
    print("  OpenCV %s, %s threads, first run " % (version, peer_threads), spread(first), " without the import")
    print("  OpenCV, best of three runs        ", spread(best), " in one process")
    print("  OpenCV, whole process             ", spread(whole), " three runs and the import")
    print("  ratio to OpenCV's first run       ", ratios(ours, first))
    print("  ratio to OpenCV's best run        ", ratios(ours, best))
    print("  size of the PNG                    %8d to %d bytes: %.3f" % (size, peer_size, size / peer_size))


def compare_maps(options, folder):
    ours_png, peer_png = os.path.join(folder, "maps.png"), os.path.join(folder, "peer_maps.png")
    command = [options.program, "maps", "four-filters", options.picture, "-o", ours_png, "-q"] + threads(options)
    peer = options.torch and [options.torch, os.path.join(HERE, "peer_torch_maps.py"), options.picture,
                              peer_png]
    ours, theirs = [], []
    run(command)
    for turn in range(options.runs):
        ours.append(run(command)[0])
        if peer and turn < 5:
            theirs.append(run(peer)[0])
    print("maps four-filters, 512x512 picture to PNG; milliseconds, whole processes")
    print("  fovea                             ", spread(ours))
    if peer:
        print("  PyTorch and matplotlib            ", spread(theirs))
        print("  ratio                             ", ratios(ours, theirs))


def main():
    options = arguments()
    version = run([options.program, "version"])[1].splitlines()
    load = os.getloadavg()[0]
    print(version[0], "|", *[line.strip() for line in version[1:4]], sep="  ")
    print("processors %d, load before %.2f%s" % (len(os.sched_getaffinity(0)), load,
          "" if load < 0.5 else " - NOT QUIET, only the ratios mean something"))
    with tempfile.TemporaryDirectory() as folder:
        if options.opencv:
            compare_filter(options, folder)
        compare_maps(options, folder)


if __name__ == "__main__":
    sys.exit(main())
