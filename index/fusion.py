"""Several rankings to one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index.schema import Hit


def reciprocal_rank_fusion(rankings: Sequence[Sequence[Hit]], k: int, smoothing: int = 60) -> list[Hit]:
    """Fuse rankings by the sum of 1 / (smoothing + rank) (Cormack, Clarke and Büttcher, 2009).

    Returns:
        At most k hits, each measure once, best first, ties by id.
    """
    scores: dict[str, float] = {}
    measures = {}
    for ranking in rankings:
        for rank, hit in enumerate(ranking, start=1):
            measures[hit.measure.measure_id] = hit.measure
            scores[hit.measure.measure_id] = scores.get(hit.measure.measure_id, 0.0) + 1.0 / (smoothing + rank)
    best = sorted(scores, key=lambda measure_id: (-scores[measure_id], measure_id))[:k]
    return [Hit(measures[measure_id], scores[measure_id]) for measure_id in best]


def standardise(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return scores with mean 0 and standard deviation 1; zeros where all are equal."""
    spread = scores.std()
    return (scores - scores.mean()) / spread if spread > 1e-9 else np.zeros_like(scores)
