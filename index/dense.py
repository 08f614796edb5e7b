"""Vectors in FAISS: exact while that is fast, an inverted file with quantised vectors beyond."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from index.fusion import first_of

# Exact search of 256 dimensions stays under 10 ms on one core up to about here.
EXACT_ROWS = 100_000
# A filter that leaves fewer rows than this is searched exactly over them.
GATHER_ROWS = 20_000
_PROBES = 32
# Every half-precision number in single precision, by its bits: looked up in half the time that numpy widens them in.
_SINGLE = np.arange(2**16, dtype=np.uint16).view(np.float16).astype(np.float32)


def _faiss() -> ModuleType:
    """Return FAISS, loaded when first needed so that the command line starts at once."""
    import faiss

    # OpenMP threads that wait by spinning cost more than they bring on shared cores.
    faiss.omp_set_num_threads(1)
    return faiss


def build_dense(vectors: NDArray[np.float32], folder: Path) -> str:
    """Write the vectors and their FAISS index to a folder; return the kind of index chosen.

    Args:
        vectors: Unit-length rows, shape (n, dim).
        folder: Gets `vectors.npy` (float16, for exact search under filters) and `dense.faiss`.
    """
    faiss = _faiss()
    rows, dim = vectors.shape
    if rows <= EXACT_ROWS:
        kind, index = "Flat", faiss.index_factory(dim, "Flat", faiss.METRIC_INNER_PRODUCT)
    else:
        kind = f"IVF{round(2 * rows**0.5)},SQ8"
        index = faiss.index_factory(dim, kind, faiss.METRIC_INNER_PRODUCT)
        sample = np.random.default_rng(0).choice(rows, min(rows, 60_000), replace=False)
        index.train(np.ascontiguousarray(vectors[sample]))
    index.add(np.ascontiguousarray(vectors))
    faiss.write_index(index, str(folder / "dense.faiss"))
    np.save(folder / "vectors.npy", vectors.astype(np.float16))
    return kind


class DenseIndex:
    """The vectors of the passages, opened memory-mapped."""

    def __init__(self, folder: Path) -> None:
        faiss = _faiss()
        self._index = faiss.read_index(str(folder / "dense.faiss"), faiss.IO_FLAG_MMAP_IFC)
        self._halves = np.asarray(np.load(folder / "vectors.npy", mmap_mode="r")).view(np.uint16)
        self._exact = isinstance(faiss.downcast_index(self._index), faiss.IndexFlat)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def search(
        self, queries: Sequence[NDArray[np.float32]], k: int, rows: NDArray[np.int64] | None = None
    ) -> list[tuple[NDArray[np.int64], NDArray[np.float32]]]:
        """Return (rows, scores) of the passages nearest to each query, best first.

        Args:
            queries: Unit length, shape (dim,) each.
            k: At most so many; fewer where fewer exist.
            rows: Sorted rows to search, or None for all.
        """
        if rows is not None and len(rows) <= GATHER_ROWS:
            vectors = _SINGLE.take(self._halves[rows])
            ranked = ((scores, first_of(scores, k)) for scores in (vectors @ query for query in queries))
            return [(rows[best], scores[best]) for scores, best in ranked]
        faiss = _faiss()
        parameters = None
        if rows is not None or not self._exact:
            selector = faiss.IDSelectorBitmap(_bitmap(rows, len(self))) if rows is not None else None
            parameters = (
                faiss.SearchParameters(sel=selector)
                if self._exact
                else faiss.SearchParametersIVF(sel=selector, nprobe=_PROBES)
            )
        # FAISS pads short results with row -1, which numpy would read as the last row.
        found = (self._index.search(query[None], min(k, len(self)), params=parameters) for query in queries)
        return [(ids[0][ids[0] >= 0], scores[0][ids[0] >= 0]) for scores, ids in found]


def _bitmap(rows: NDArray[np.int64], length: int) -> NDArray[np.uint8]:
    """Return a bit for each of `length` rows, set for those given; made in a tenth of the time of FAISS's set."""
    marked = np.zeros(length, dtype=bool)
    marked[rows] = True
    return np.packbits(marked, bitorder="little")
