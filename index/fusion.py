"""Scores of several rankings to one scale."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def standardise(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return scores with mean 0 and standard deviation 1; zeros where all are equal.

    Sums of these find more on the development questions than reciprocal rank fusion does (see index/model/README.md).
    """
    spread = scores.std()
    return (scores - scores.mean()) / spread if spread > 1e-9 else np.zeros_like(scores)
