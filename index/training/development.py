"""A development score while training: how often the right measure is among the first five."""

from __future__ import annotations

import json
from collections import defaultdict
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from corpus import SHIPPED_POLICIES, Document, Measure, load_corpus
from index.late import LateInteraction, unit_vectors
from index.passages import passages_of
from index.static import StaticEncoder


@cache
def _measures(folder: Path) -> list[tuple[Measure, Document]]:
    return [(measure, split.document) for split in load_corpus(folder).splits for measure in split.measures]


def score_questions(
    weights: NDArray[np.float32], tokenizer: Tokenizer, files: list[Path], late_share: float = 0.5
) -> str:
    """Return recall@5 by file and register, of mean-pooled passages and late interaction together, as one line.

    Args:
        weights: Token vectors, shape (vocabulary, dim).
        tokenizer: Theirs.
        files: Question sets (JSONL): `shipped-*` over the shipped policies, `NAME-*` over the folder
            `documents/NAME` beside the folder that the file is in.
        late_share: Weight of the late-interaction score against the cosine.
    """
    encoder = StaticEncoder.from_weights(tokenizer, weights)
    parts = []
    for file in files:
        name = file.stem.rpartition("-")[0]
        folder = SHIPPED_POLICIES if name == "shipped" else file.parents[1] / "documents" / name
        measures = _measures(folder)
        passages = [(row, p.text) for row, pair in enumerate(measures) for p in passages_of(*pair)]
        vectors = encoder.encode_documents([text for _, text in passages])
        tokens = encoder.tokenize([f"{' '.join(m.path[-2:])} {m.text}" for m, _ in measures])
        late = LateInteraction(
            unit_vectors(encoder.token_vectors), np.concatenate(tokens), np.cumsum([0, *map(len, tokens)])
        )
        rows = np.array([row for row, _ in passages])
        found: dict[str, list[float]] = defaultdict(list)
        for question in map(json.loads, file.read_text(encoding="utf-8").splitlines()):
            if (
                question["outcome"] != "answered"
                or question["history"]
                or question["kind"] in ("clause", "list", "unit")
            ):
                continue
            pooled = np.full(len(measures), -1.0, dtype=np.float32)
            np.maximum.at(pooled, rows, vectors @ encoder.encode_query(question["question"]))
            matched = late.scores(encoder.tokenize([question["question"]])[0], range(len(measures)))
            best = np.argsort(-((1 - late_share) * pooled + late_share * matched), kind="stable")[:5]
            relevant = set(question["relevant"])
            hits = {measures[i][0].measure_id for i in best} & relevant
            found[question["register"]].append(len(hits) / min(5, len(relevant)))
        everything = [value for values in found.values() for value in values]
        scores = {"all": everything, **found}
        parts.append(f"{file.stem} " + " ".join(f"{name} {np.mean(v):.3f}" for name, v in sorted(scores.items())))
    return " | ".join(parts)
