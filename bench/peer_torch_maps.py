# SPDX-License-Identifier: MIT
# What photo.py compares with: the feature maps of the four-filter net as PyTorch and matplotlib draw them.
#   peer_torch_maps.py PICTURE OUT.png
import sys
import matplotlib
matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

picture = np.asarray(Image.open(sys.argv[1]).convert("L"), np.float32) / 255
base = np.array([[-1, -1, 1, 1]] * 4, np.float32)
filters = torch.tensor(np.stack([base, -base, base.T, -base.T]))[:, None]
with torch.no_grad():
    conv = F.conv2d(torch.tensor(picture)[None, None], filters)
    relu = F.relu(conv)
    pool = F.max_pool2d(relu, 2)
figure, axes = plt.subplots(4, 4, figsize=(10, 10))
for axis in axes.flat:
    axis.axis("off")
axes[0, 0].imshow(picture, cmap="gray")
for row, (maps, colours) in enumerate([(conv, "RdBu_r"), (relu, "viridis"), (pool, "viridis")], 1):
    most = float(maps.abs().max())
    for column in range(4):
        axes[row, column].imshow(maps[0, column], cmap=colours, vmax=most,
                                 vmin=-most if row == 1 else 0)
        axes[row, column].set_title("Output %d" % (column + 1))
figure.savefig(sys.argv[2], dpi=200)
