"""Scores of several rankings to one scale, and the best of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def standardise(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return scores with mean 0 and standard deviation 1; zeros where all are equal.

    Sums of these find more on the development questions than reciprocal rank fusion does (see index/model/README.md).
    """
    centred = scores - scores.mean()
    spread = scores.std()
    # What is equal but for rounding is equal.
    return centred / spread if spread > 1e-6 * max(1.0, float(np.abs(scores).max())) else np.zeros_like(scores)


def first_of(scores: NDArray[np.float32], k: int) -> NDArray[np.int64]:
    """Return the places of the k best scores, best first, equal ones in their order: all of them where k is larger."""
    if k >= len(scores):
        return np.argsort(-scores, kind="stable")
    # Only what reaches the k-th best score is put in order.
    reached = np.flatnonzero(scores >= np.partition(scores, len(scores) - k)[len(scores) - k])
    return reached[np.argsort(-scores[reached], kind="stable")][:k]
