# SPDX-License-Identifier: MIT
"""Makes tests/golden/npy with NumPy and Python's zipfile: TYPE.npy (2x3x4, C order, little endian),
TYPE_other.npy (the same values, big endian and Fortran order), arrays of unusual shape, versions 2 and 3 of
the header, and arrays.npz as zipfile writes it with a fixed date. Run it in the root of the sources."""

import io
import pathlib
import zipfile

import numpy as np

folder = pathlib.Path("tests/golden/npy")
folder.mkdir(parents=True, exist_ok=True)


def npy(array, version=(1, 0)):
    out = io.BytesIO()
    np.lib.format.write_array(out, array, version=version, allow_pickle=False)
    return out.getvalue()


n = np.arange(24).reshape(2, 3, 4)
for code in "f2 f4 f8 i1 i2 i4 i8 u1 u2 u4 u8 b1".split():
    if code[0] == "f":
        values = (n - 2) * 0.75
    elif code == "b1":
        values = n % 3 == 0
    else:
        values = n * 37 % 100 - (50 if code[0] == "i" else 0)
    array = values.astype(code)
    other = np.asfortranarray(array.astype(array.dtype.newbyteorder(">")))
    (folder / f"{code}.npy").write_bytes(npy(array))
    (folder / f"{code}_other.npy").write_bytes(npy(other))

f4 = ((n - 2) * 0.75).astype("<f4")
shapes = {
    "rank0": f4.ravel()[5].reshape(()),
    "rank1": f4.ravel()[:7].copy(),
    "empty": np.zeros((0, 5), "<f4"),
    "rank8": f4.reshape(1, 2, 1, 3, 1, 2, 1, 2),
    "long": np.zeros((1234567, 0, 2147483647), "<f4"),
}
for name, array in shapes.items():
    (folder / f"{name}.npy").write_bytes(npy(array))
for version in (2, 3):
    (folder / f"version{version}.npy").write_bytes(npy(f4, (version, 0)))

members = {"conv1": npy(f4), "größe/1": npy(shapes["rank0"]), "a": npy(shapes["empty"])}
with zipfile.ZipFile(folder / "arrays.npz", "w", zipfile.ZIP_STORED) as archive:
    for name, content in members.items():
        archive.writestr(zipfile.ZipInfo(name + ".npy"), content)

with np.load(folder / "arrays.npz") as loaded:
    assert list(loaded) == list(members)
    assert np.array_equal(loaded["conv1"], f4)
