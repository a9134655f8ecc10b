"""A small language model run with NumPy alone: its files, its tokens, and how it chooses words."""

import os

# OpenBLAS reads it once, when NumPy is loaded. Products this small gain nothing from a second
# thread, and where cores are busy they become ten times slower by waiting for it.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
