# SPDX-License-Identifier: MIT
"""Makes the seeds of fuzz_safetensors and fuzz_json: corpus/safetensors and corpus/json.

Python's standard library only.
"""
import hashlib
import json
import pathlib
import struct

HERE = pathlib.Path(__file__).parent


def file(header, data=b"", length=None):
    if not isinstance(header, bytes):
        header = json.dumps(header, separators=(",", ":")).encode()
    return struct.pack("<Q", len(header) if length is None else length) + header + data


def entry(kind, shape, begin, end):
    return {"dtype": kind, "shape": shape, "data_offsets": [begin, end]}


def hashed():
    zeros = "0" * 64
    made = file({"__metadata__": {"format": "pt", "fovea.hash": zeros}, "a": entry("U8", [3], 0, 3)},
                b"abc")
    return made.replace(zeros.encode(), hashlib.sha256(made).hexdigest().encode())


def safetensors():
    f32 = struct.pack("<4f", 1, 2, float("nan"), float("inf"))
    yield "one", file({"a": entry("F32", [2, 2], 0, 16)}, f32)
    yield "metadata", file({"__metadata__": {"format": "pt", "fovea.version": "0.1.0"},
                            "conv1.weight": entry("F16", [1, 2, 1, 1], 0, 4),
                            "n": entry("I64", [], 4, 12), "empty": entry("F32", [0, 3], 12, 12)},
                           bytes(12))
    yield "hash", hashed()
    yield "types", file({k: entry(k, [1], i * 8, i * 8 + n) for i, (k, n) in enumerate(
        [("F64", 8), ("I64", 8), ("U64", 8)])}, bytes(24))
    yield "bool", file({"b": entry("BOOL", [3], 0, 3)}, b"\0\1\2")
    yield "order", file({"b": entry("U8", [1], 1, 2), "a": entry("U8", [1], 0, 1)}, b"ab")
    yield "hole", file({"a": entry("U8", [1], 1, 2)}, b"ab")
    yield "overlap", file({"a": entry("U8", [2], 0, 2), "b": entry("U8", [2], 1, 3)}, b"abc")
    yield "tail", file({"a": entry("U8", [1], 0, 1)}, b"ab")
    yield "size", file({"a": entry("F32", [3], 0, 8)}, bytes(8))
    yield "real", file(b'{"a":{"dtype":"U8","shape":[1.0],"data_offsets":[0,1]}}', b"a")
    yield "huge", file(b'{"a":{"dtype":"F32","shape":[4194305,4194305,211106198978564],'
                       b'"data_offsets":[0,16]}}', bytes(16))
    yield "twice", file(b'{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},'
                        b'"\\u0061":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}', b"a")
    yield "f8", file({"a": entry("F8_E4M3", [1], 0, 1)}, b"a")
    yield "rank", file({"a": entry("U8", [1] * 9, 0, 1)}, b"a")
    yield "nothing", file(b"{}")
    yield "spaces", file(b" {}      ")
    yield "array", file(b"[]")
    yield "length", file(b"{}", length=2**64 - 1)
    yield "nested", file(b'{"a":' * 40 + b"1" + b"}" * 40)


def texts():
    yield "graph", b'{"inputs":[{"name":"x","type":"F32","shape":["N",3,32,32]}],"nodes":[{"op":"Conv"}]}'
    yield "numbers", b"[0,-0,1.5,1e3,-1E-7,9223372036854775807,-9223372036854775808,1e400]"
    yield "strings", rb'["\"\\\/\b\f\n\r\t","\u0041\ud834\udd1e","' + "é€𝄞".encode() + rb'"]'
    yield "words", b"[true,false,null,[],{}]"
    yield "lonely", b"7"
    yield "twice", b'{"a":1,"\\u0061":2}'
    yield "zero", b'["\\u0000"]'
    yield "surrogate", b'["\\ud800"]'
    yield "utf8", b'["\xc0\xaf"]'
    yield "mark", b"\xef\xbb\xbf{}"
    yield "deep", b"[" * 40 + b"]" * 40
    yield "open", b'{"a":[1,2'
    yield "comma", b"[1,]"


for folder, files in ("safetensors", safetensors()), ("json", texts()):
    (HERE / "corpus" / folder).mkdir(parents=True, exist_ok=True)
    for name, data in files:
        (HERE / "corpus" / folder / f"{name}.{folder}").write_bytes(data)
