#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Principal components by numpy's singular value decomposition, for tests/unit/test_units_embed.c.

    python3 tests/golden/make_embedding_golden.py > tests/golden/embedding.txt

Of each matrix of features x[n][k] = sin(1 + 0.7 n + 1.3 k + 0.05 n k) * (1 + k % 5) + 3 (k % 3) a block: "matrix N F",
shares of both components, then a line of two scores for each sample and of two loadings for each feature. The
loading of largest magnitude is positive."""
import numpy as np

for samples, features in [(40, 6), (6, 40), (25, 25), (2, 9), (70, 33)]:
    n = np.arange(samples)[:, None]
    k = np.arange(features)[None, :]
    x = np.sin(1 + 0.7 * n + 1.3 * k + 0.05 * n * k) * (1 + k % 5) + 3.0 * (k % 3)
    centred = x - x.mean(axis=0)
    u, s, v = np.linalg.svd(centred, full_matrices=False)
    loadings = v[:2].copy()
    scores = u[:, :2] * s[:2]
    share = s[:2] ** 2 / np.sum(s**2)
    for c in range(2):
        if share[c] < 1e-13:
            loadings[c] = 0
            scores[:, c] = 0
            share[c] = 0
        elif loadings[c][np.argmax(np.abs(loadings[c]))] < 0:
            loadings[c] *= -1
            scores[:, c] *= -1
    print(f"matrix {samples} {features}")
    print(f"{share[0]:.17g} {share[1]:.17g}")
    for row in scores:
        print(f"{row[0]:.17g} {row[1]:.17g}")
    for row in loadings.T:
        print(f"{row[0]:.17g} {row[1]:.17g}")
