# SPDX-License-Identifier: MIT
"""Makes the corpora of gz, idx, cifar, ppm, npy and tar: small good files of every form and near misses of
them. Uses the standard library only. Run it in the root of the sources."""

import gzip
import io
import pathlib
import struct
import tarfile
import zlib

CORPUS = pathlib.Path("tests/fuzz/corpus")


def save(parser, files):
    folder = CORPUS / parser
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)


def gz(content, flags=0, method=8):
    header = struct.pack("<BBBBIBB", 0x1F, 0x8B, method, flags, 0, 0, 3)
    if flags & 4:
        header += b"\x03\x00abc"
    if flags & 8:
        header += b"name\0"
    if flags & 16:
        header += b"comment\0"
    if flags & 2:
        header += struct.pack("<H", zlib.crc32(header) & 0xFFFF)
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = deflate.compress(content) + deflate.flush()
    return header + body + struct.pack("<II", zlib.crc32(content), len(content) & 0xFFFFFFFF)


def idx(dims, data, kind=8):
    return struct.pack(f">BBBB{len(dims)}I", 0, 0, kind, len(dims), *dims) + data


def npy(header, data, version=1):
    text = header.encode()
    length = struct.pack("<H" if version == 1 else "<I", len(text))
    return b"\x93NUMPY" + bytes([version, 0]) + length + text + data


def tar(members):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, content, kind in members:
            info = tarfile.TarInfo(name)
            info.type = kind
            info.size = len(content)
            info.linkname = "x" if kind in (tarfile.SYMTYPE, tarfile.LNKTYPE) else ""
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()[: 512 * 8]  # two empty blocks are enough an end


text = b"convolution " * 40
good_gz = gz(text)
save("gz", {
    "good.gz": good_gz,
    "empty.gz": gz(b""),
    "all-flags.gz": gz(text, flags=31),
    "two-members.gz": good_gz + gz(b"more", flags=8),
    "bad-crc.gz": good_gz[:-8] + b"\0\0\0\0" + good_gz[-4:],
    "bad-length.gz": good_gz[:-4] + b"\xff\xff\xff\xff",
    "cut.gz": good_gz[:-9],
    "trailing.gz": good_gz + b"\0",
    "method-7.gz": gz(text, method=7),
    "bomb.gz": gz(bytes(8 << 20)),
    "not-a-gz": text,
})

pictures = idx((2, 4, 3), bytes(range(24)))
labels = idx((5,), bytes([3, 1, 4, 1, 5]))
save("idx", {
    "pictures": pictures,
    "labels": labels,
    "colour": idx((2, 2, 2, 3), bytes(range(24))),
    "pictures.gz": gz(pictures),
    "labels.gz": gz(labels, flags=8),
    "short": pictures[:-1],
    "long": pictures + b"\0",
    "swapped": struct.pack("<4I", 0x0803, 1, 1, 1) + b"\0",
    "float": idx((1,), struct.pack(">f", float("nan")), kind=0x0D),
    "rank-0": b"\0\0\x08\0",
    "rank-255": b"\0\0\x08\xff" + bytes(16),
    "no-pictures": idx((0, 4, 3), b""),
    "wraps": idx((65536,) * 4, b""),
    "many": idx((0xFFFFFFFF, 1, 1), b"\0"),
    "bomb.gz": gz(idx((4, 4), bytes(1 << 20))),
})

picture = bytes(i * 7 % 256 for i in range(3072))
save("cifar", {
    "ten": b"\x03" + picture,
    "hundred": b"\x13\x63" + picture,
    "label-10": b"\x0a" + picture,
    "coarse-20": b"\x14\x00" + picture,
    "short": b"\x03" + picture[:-1],
    "names.txt": "airplane\r\nsea lion\nBär\n\n".encode("utf-8-sig"),
    "bad-names.txt": b"airplane\n\n\xff\n",
})

save("ppm", {
    "grey.pgm": b"P5\n4 3\n255\n" + bytes(range(12)),
    "colour.ppm": b"P6\n# a comment\n2 2\n255\n" + bytes(range(12)),
    "grey-16.pgm": b"P5 2 2 65535\n" + bytes(range(8)),
    "colour-7.ppm": b"P6 1 2 7\n" + bytes(range(6)),
    "text.pgm": b"P2\n3 2\n15\n0 1 2\n3 4 15 # end\n",
    "text.ppm": b"P3\n2 1\n65535\n0 65535 1 2 3 32768\n",
    "above.pgm": b"P5 1 1 7\n\x08",
    "huge.ppm": b"P6 16384 4096 255\n",
    "bitmap.pbm": b"P4\n8 1\n\x55",
    "cut.ppm": b"P6\n2 2\n255\n\0",
})

HEADER = "{'descr': '%s', 'fortran_order': %s, 'shape': %s, }   \n"
save("npy", {
    "f4": npy(HEADER % ("<f4", "False", "(2, 3)"), bytes(24)),
    "f8-big-fortran": npy(HEADER % (">f8", "True", "(2, 1, 2)"), bytes(range(32))),
    "f2": npy(HEADER % ("<f2", "False", "(3,)"), bytes(6)),
    "i1": npy(HEADER % ("|i1", "False", "()"), b"\xff"),
    "i8": npy(HEADER % (">i8", "False", "(1, 2L)"), bytes(16)),
    "u2-fortran": npy(HEADER % ("<u2", "True", "(2, 3)"), bytes(range(12))),
    "bool": npy(HEADER % ("|b1", "False", "(4,)"), b"\0\1\1\0"),
    "empty": npy(HEADER % ("<u4", "False", "(0, 7)"), b""),
    "version-2": npy(HEADER % ("<f4", "False", "(1,)"), bytes(4), version=2),
    "version-3": npy(HEADER % ("<f4", "False", "(1,)"), bytes(4), version=3),
    "object": npy(HEADER % ("|O", "False", "(1,)"), b"\x80\x04."),
    "huge": npy(HEADER % ("<f4", "False", "(2147483647, 2147483647, 2147483647)"), b""),
    "negative": npy(HEADER % ("<f4", "False", "(-1,)"), bytes(4)),
    "call": npy("__import__('os')\n", b""),
    "long-header": b"\x93NUMPY\x02\x00\xff\xff\xff\xff",
})

REGULAR = tarfile.REGTYPE
simple = tar([
    ("cifar-10-batches-bin/readme.html", b"<p>", REGULAR),
    ("cifar-10-batches-bin/batches.meta.txt", b"cat\ndog\n", REGULAR),
    ("cifar-10-batches-bin/test_batch.bin", b"\x03\x02\x01", REGULAR),
])
save("tar", {
    "good.tar": simple,
    "good.tar.gz": gz(simple),
    "twice.tar.gz": gz(tar([("test_batch.bin", b"1", REGULAR), ("a/test_batch.bin", b"2", REGULAR)])),
    "link.tar.gz": gz(tar([("test_batch.bin", b"", tarfile.SYMTYPE)])),
    "hard-link.tar.gz": gz(tar([("test_batch.bin", b"", tarfile.LNKTYPE)])),
    "path.tar.gz": gz(tar([("../../test_batch.bin", b"1", REGULAR)])),
    "cut.tar.gz": gz(simple)[:-20],
    "bad-crc.tar.gz": gz(simple)[:-8] + bytes(8),
    "cut.tar": simple[:1200],
    "bomb.tar.gz": gz(simple + bytes(8 << 20)),
})
assert gzip.decompress(good_gz) == text
