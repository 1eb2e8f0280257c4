# SPDX-License-Identifier: MIT
"""Makes the seeds of fuzz_png and fuzz_jpeg: corpus/png and corpus/jpeg. Python's standard library only.

The JPEG seeds are the small files of tests/golden/pictures and changed copies of one of them.
"""
import pathlib
import struct
import zlib

HERE = pathlib.Path(__file__).parent
GOLDEN = HERE.parent / "golden" / "pictures"
PNG = b"\x89PNG\r\n\x1a\n"


def chunk(kind, body=b""):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def header(width, height, depth, colour, interlace=0):
    return PNG + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlace))


def png(width, height, depth, colour, raw, *, interlace=0, before=b"", end=chunk(b"IEND")):
    return header(width, height, depth, colour, interlace) + before + chunk(
        b"IDAT", zlib.compress(raw, 9)) + end


def pngs():
    grey = bytes([0, 10, 20, 30, 1, 40, 50, 60])
    palette = chunk(b"PLTE", bytes(range(9)))
    yield "grey", png(3, 2, 8, 0, grey)
    yield "grey-1", png(9, 2, 1, 0, bytes([0, 0xA5, 0x80, 2, 0x5A, 0]))
    yield "grey-16", png(1, 2, 16, 0, bytes([0, 1, 2, 0, 3, 4]))
    yield "grey-alpha", png(1, 1, 8, 4, bytes([0, 1, 2]))
    yield "rgb", png(2, 1, 8, 2, bytes([3, 1, 2, 3, 4, 5, 6]))
    yield "rgb-alpha-16", png(1, 1, 16, 6, bytes(9))
    yield "palette", png(3, 2, 8, 3, bytes([0, 0, 1, 2, 0, 2, 1, 0]), before=palette)
    yield "palette-2", png(3, 2, 2, 3, bytes([0, 0x18, 0, 0x20]),
                           before=palette + chunk(b"tRNS", b"\0\1\2"))
    yield "palette-overrun", png(3, 2, 2, 3, bytes([0, 0x1C, 0, 0x20]), before=palette)
    yield "palette-missing", png(3, 2, 8, 3, grey)
    yield "adam7", png(7, 1, 16, 0, bytes([0, 1, 2, 0, 3, 4, 0, 5, 6, 7, 8, 0, 9, 1, 2, 3, 4, 5]),
                       interlace=1)
    yield "adam7-rgb", png(8, 8, 8, 2, bytes(8 * 8 * 3 + 15), interlace=1)
    texts = chunk(b"zTXt", b"name\0\0" + zlib.compress(bytes(100000))) + chunk(
        b"iTXt", b"name\0\1\0en\0name\0" + zlib.compress(b"text")) + chunk(
        b"iCCP", b"name\0\0" + zlib.compress(b"profile")) + chunk(b"tEXt", b"name\0text")
    yield "texts", png(3, 2, 8, 0, grey, before=texts)
    yield "animated", png(3, 2, 8, 0, grey, before=chunk(b"acTL", struct.pack(">II", 2, 0)),
                          end=chunk(b"fdAT", b"\0\0\0\2more") + chunk(b"IEND"))
    yield "short", png(3, 2, 8, 0, grey[:6])
    yield "long", png(3, 2, 8, 0, grey + bytes(12))
    yield "no-end", png(3, 2, 8, 0, grey, end=b"")
    yield "no-data", header(3, 2, 8, 0) + chunk(b"IEND")
    yield "window", header(3, 2, 8, 0) + chunk(b"IDAT", b"\x88\x1c" + zlib.compress(grey)[2:]) + chunk(b"IEND")
    yield "side", png(65535, 65535, 1, 0, bytes(1000))
    yield "area", png(16384, 4096, 8, 2, bytes(1000))
    yield "split", header(3, 2, 8, 0) + b"".join(
        chunk(b"IDAT", bytes([b])) for b in zlib.compress(grey)) + chunk(b"IEND")


def jpegs():
    for name in ("grey", "rgb-420", "rgb-422-progressive", "rgb-restarts", "rgb-unconverted",
                 "refused-cmyk", "orientation-6", "orientation-7", "size-1x1"):
        yield name, (GOLDEN / f"{name}.jpg").read_bytes()
    seed = (GOLDEN / "rgb-420.jpg").read_bytes()
    frame, scan = seed.index(b"\xff\xc0"), seed.index(b"\xff\xda")
    yield "cut", seed[:scan + 20]
    yield "arithmetic", seed[:frame + 1] + b"\xc9" + seed[frame + 2:]
    yield "lossless", seed[:frame + 1] + b"\xc3" + seed[frame + 2:]
    yield "height-0", seed[:frame + 5] + b"\0\0" + seed[frame + 7:]
    yield "dnl", seed[:-2] + b"\xff\xdc\0\4\0\x0d\xff\xd9"
    exif = b"Exif\0\0MM\0*" + struct.pack(">IHHHIHHI", 8, 1, 0x0112, 3, 1, 9, 0, 8)
    yield "exif-bad", seed[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + seed[2:]
    scans = b"\xff\xda\0\x08\1\1\0\1\x3f\2\x55"
    progressive = (GOLDEN / "grey-progressive.jpg").read_bytes()
    yield "scans", progressive[:-2] + 101 * scans + b"\xff\xd9"


for folder, files, ending in ("png", pngs(), "png"), ("jpeg", jpegs(), "jpg"):
    (HERE / "corpus" / folder).mkdir(parents=True, exist_ok=True)
    for name, data in files:
        (HERE / "corpus" / folder / f"{name}.{ending}").write_bytes(data)
