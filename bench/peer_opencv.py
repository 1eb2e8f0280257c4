# SPDX-License-Identifier: MIT
# What photo.py compares with: a photo through OpenCV's sobel-x. Prints milliseconds without the import.
#   peer_opencv.py make PHOTO OUT.jpg     the photo enlarged to 4000×3000
#   peer_opencv.py run IN.jpg OUT.png     read, grey, filter, write: the first time and the best of three
import sys
import time
import cv2
import numpy as np


def once(source, target):
    kernel = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]], np.float32)
    start = time.perf_counter()
    gray = cv2.cvtColor(cv2.imread(source), cv2.COLOR_BGR2GRAY)
    cv2.imwrite(target, cv2.filter2D(gray, -1, kernel))
    return 1000 * (time.perf_counter() - start)


if sys.argv[1] == "make":
    photo = cv2.resize(cv2.imread(sys.argv[2]), (4000, 3000), interpolation=cv2.INTER_CUBIC)
    cv2.imwrite(sys.argv[3], photo, [cv2.IMWRITE_JPEG_QUALITY, 92])
else:
    times = [once(sys.argv[2], sys.argv[3]) for _ in range(3)]
    print("%.2f %.2f %s %d" % (times[0], min(times), cv2.__version__, cv2.getNumThreads()))
