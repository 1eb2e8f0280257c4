# SPDX-License-Identifier: MIT
"""fovea's random numbers (src/base/random.h) and what explanations draw from them."""
import numpy as np

NOISE, MASK, PATH = 9, 10, 14  # streams
MASK32 = np.uint64(0xFFFFFFFF)


def philox(counter, key):
    """Philox4x32-10 of arrays of four words and two words."""
    c, k = [np.uint64(w) for w in counter], [np.uint64(w) for w in key]
    for _ in range(10):
        a, b = np.uint64(0xD2511F53) * c[0], np.uint64(0xCD9E8D57) * c[2]
        c = [(b >> np.uint64(32)) ^ c[1] ^ k[0], b & MASK32, (a >> np.uint64(32)) ^ c[3] ^ k[1], a & MASK32]
        k = [(k[0] + np.uint64(0x9E3779B9)) & MASK32, (k[1] + np.uint64(0xBB67AE85)) & MASK32]
    return np.stack(np.broadcast_arrays(*c), -1)


def doubles(seed, stream, sample, count):
    """Elements 0 ... count-1 in [0, 1), of 53 bits each."""
    blocks = np.arange((2 * count + 3) // 4, dtype=np.uint64)
    words = philox((blocks, sample, 0, stream), (seed & 0xFFFFFFFF, seed >> 32)).reshape(-1)[:2 * count]
    return ((words[0::2] << np.uint64(21)) | (words[1::2] >> np.uint64(11))).astype(np.float64) * 2.0**-53


def normals(seed, sample, count):
    """Box and Muller, two numbers from two."""
    u = doubles(seed, NOISE, sample, count + count % 2)
    radius, angle = np.sqrt(-2 * np.log(1 - u[0::2])), 2 * np.pi * u[1::2]
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], -1).reshape(-1)[:count]
