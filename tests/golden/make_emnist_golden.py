#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes emnist/gzip.zip, packed as NIST packs EMNIST, with a few bytes for each file, and the fuzz target's
first input, the same file.

Usage: make_emnist_golden.py
"""
import gzip
import pathlib
import shutil
import zipfile

out = pathlib.Path(__file__).parent / "emnist" / "gzip.zip"
with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
    for cut in ("letters", "digits"):
        for part in ("train", "test"):
            for kind in ("images-idx3", "labels-idx1"):
                name = f"emnist-{cut}-{part}-{kind}-ubyte"
                if name == "emnist-digits-test-labels-idx1-ubyte":
                    continue  # an archive that lacks a member
                info = zipfile.ZipInfo(f"gzip/{name}.gz", (1980, 1, 1, 0, 0, 0))
                archive.writestr(info, gzip.compress(name.encode() * 20, mtime=0), zipfile.ZIP_DEFLATED)
corpus = pathlib.Path(__file__).parents[1] / "fuzz" / "corpus" / "zip_members"
corpus.mkdir(parents=True, exist_ok=True)
shutil.copy(out, corpus / "emnist.zip")
