# SPDX-License-Identifier: MIT
"""Makes the seeds of fuzz_zip_pickle and fuzz_npz: corpus/zip_pickle and corpus/npz, from the golden
files of tests/golden/pth, weights and npy. Python's standard library only.
"""
import io
import pathlib
import zipfile

HERE = pathlib.Path(__file__).parent
GOLDEN = HERE.parent / "golden"


def text(word):
    return b"X" + len(word).to_bytes(4, "little") + word


def storage(kind=b"Float", key=b"0", count=b"K\x10"):
    return b"(" + text(b"storage") + b"ctorch\n" + kind + b"Storage\n" + text(key) + text(b"cpu") + \
        count + b"tQ"


def tensor(layout=b"K\x00K\x10\x85K\x01\x85", version=b"v2", end=b"", **options):
    return b"ctorch._utils\n_rebuild_tensor_" + version + b"\n(" + storage(**options) + layout + \
        b"\x89ccollections\nOrderedDict\n)R" + end + b"tR"


def pickles():
    small = b"\x80\x02}" + text(b"a") + tensor() + b"s."
    yield "one", b"\x02" + small
    yield "one-plain", b"\x01" + small
    yield "strided", b"\x02\x80\x02}" + text(b"a") + tensor(b"K\x01K\x02K\x02\x86K\x01K\x03\x86") + b"s."
    yield "checkpoint", b"\x02\x80\x02}(" + text(b"epoch") + b"K\x03" + text(b"state_dict") + \
        b"ccollections\nOrderedDict\n)R(" + text(b"module.a") + tensor() + text(b"module.b") + \
        tensor(key=b"1", kind=b"Bool", count=b"K@", layout=b"K\x00K@\x85K\x01\x85") + b"u}b" + \
        text(b"lr") + b"G?\xf0\0\0\0\0\0\0u."
    yield "list", b"\x02\x80\x02](" + tensor() + tensor() + b"N\x88e."
    yield "protocol-4", b"\x02\x80\x04\x95\x10\0\0\0\0\0\0\0}\x94(\x8c\x01a\x94\x8c\x0bcollections" \
        b"\x94\x8c\x0bOrderedDict\x94\x93)Ru."
    yield "bytes", b"\x02\x80\x02}" + text(b"a") + (
        b"ctorch._utils\n_rebuild_tensor_v3\n((" + text(b"storage") +
        b"ctorch.storage\nUntypedStorage\n" + text(b"0") + text(b"cpu") +
        b"K@tQK\x00K\x20\x85K\x01\x85\x89ccollections\nOrderedDict\n)Rctorch\nuint16\ntR") + b"s."
    for path in sorted((GOLDEN / "pth").glob("*.pth")):
        if path.stat().st_size < 3000:
            yield path.stem, b"\0" + path.read_bytes()
        if zipfile.is_zipfile(path) and path.stem != "no-crc":
            archive = zipfile.ZipFile(path)
            name = next(n for n in archive.namelist() if n.endswith("/data.pkl"))
            yield path.stem + "-tree", b"\x02" + archive.read(name)


def archives():
    for path in sorted((GOLDEN / "weights").glob("*.npz")):
        yield path.stem, path.read_bytes()
    for name in ("f4", "f4_other", "b1", "rank0", "empty", "version3"):
        content = (GOLDEN / "npy" / (name + ".npy")).read_bytes()
        yield name, content
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", method) as archive:
            for name in ("rank1.npy", "notes.txt"):
                info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
                info.compress_type = method
                archive.writestr(info, (GOLDEN / "npy" / "rank1.npy").read_bytes())
        yield "zip-%d" % method, out.getvalue()


for folder, files in (("zip_pickle", pickles()), ("npz", archives())):
    (HERE / "corpus" / folder).mkdir(parents=True, exist_ok=True)
    for name, content in files:
        (HERE / "corpus" / folder / name).write_bytes(content)
