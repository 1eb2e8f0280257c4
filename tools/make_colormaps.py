#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes src/draw/colormap_tables.c from the tables in matplotlib (run once; the result is in git).

Sources: viridis, magma, inferno, plasma by N. Smith, S. van der Walt and E. Firing (CC0); cividis by
J. Nunez, C. Anderton and R. Renslow (CC0); turbo by A. Mikhailov, Google (Apache-2.0); RdBu from
ColorBrewer by C. Brewer, M. Harrower and the Pennsylvania State University (Apache-2.0), reversed so
that low is blue; coolwarm after K. Moreland, "Diverging Color Maps for Scientific Visualization".
"""
import pathlib

import matplotlib

MAPS = [("viridis", "viridis"), ("magma", "magma"), ("inferno", "inferno"), ("plasma", "plasma"),
        ("cividis", "cividis"), ("turbo", "turbo"), ("greys", "gray"), ("RdBu", "RdBu_r"),
        ("coolwarm", "coolwarm")]

lines = ["// SPDX-License-Identifier: MIT",
         "// Made by tools/make_colormaps.py, which names the sources and their licences.",
         '#include "draw/colormap.h"', "", "// clang-format off"]
for name, source in MAPS:
    colours = [[round(255 * v) for v in matplotlib.colormaps[source](i)[:3]] for i in range(256)]
    lines.append(f"static const uint8_t {name.lower()}[256][3] = {{")
    for start in range(0, 256, 6):
        lines.append("    " + " ".join(f"{{{r},{g},{b}}}," for r, g, b in colours[start:start + 6]))
    lines.append("};")
lines += ["// clang-format on", "", "const fovea__colormap fovea__colormaps[] = {"]
lines += [f'    {{"{name}", {name.lower()}}},' for name, _ in MAPS]
lines += ["};", "const size_t fovea__colormap_count = sizeof fovea__colormaps / sizeof *fovea__colormaps;", ""]
path = pathlib.Path(__file__).parent.parent / "src/draw/colormap_tables.c"
path.write_text("\n".join(lines))
