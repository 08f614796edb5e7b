"""Join several trainings to one model: `python -m index.training.join --data FOLDER --output FOLDER MODEL MODEL…`.

Trainings that differ by their seed alone differ by several points on the same questions. Side by side they agree on what
is so and cancel what is chance, as any ensemble does; the principal directions keep most of that at the old size.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray


def join(tables: Sequence[NDArray[np.float32]], dimensions: int) -> NDArray[np.float32]:
    """Return one table of token vectors for several over the same vocabulary, shape (vocabulary, dimensions).

    Each is scaled to a mean norm of 1; dot products are then the mean of theirs, as far as the principal directions
    (not centred, so that these are kept; Eckart and Young, 1936) hold them.
    """
    scaled = [table / np.linalg.norm(table, axis=1).mean() for table in tables]
    together = np.concatenate(scaled, axis=1) / np.sqrt(len(tables))
    directions = np.linalg.svd(together.T @ together)[0][:, :dimensions]
    return together @ directions


def main() -> None:
    """Parse the command line and join."""
    # Here, so that `join` needs nothing of the train extra.
    import torch
    from tokenizers import Tokenizer

    from index.memory import Memory
    from index.static import StaticEncoder
    from index.training.__main__ import save_model
    from index.training.pairs import load_records

    parser = argparse.ArgumentParser(prog="python -m index.training.join", description=__doc__)
    parser.add_argument("models", type=Path, nargs="+", help="folders of models with one tokenizer")
    parser.add_argument("--data", type=Path, nargs="+", required=True, help="folders with the records to remember")
    parser.add_argument("--output", type=Path, required=True, help="folder for the model")
    parser.add_argument("--dimensions", type=int, default=256)
    options = parser.parse_args()
    files = [next(iter(sorted(folder.rglob("tokenizer.json")))) for folder in options.models]
    if len({file.read_bytes() for file in files}) > 1:
        parser.error("the models have different tokenizers")
    table = join([StaticEncoder(folder).token_vectors for folder in options.models], options.dimensions)
    options.output.mkdir(parents=True, exist_ok=True)
    save_model(torch.from_numpy(table), Tokenizer.from_file(str(files[0])), options.output)
    Memory.learn(StaticEncoder(options.output), load_records(options.data)).save(options.output)


if __name__ == "__main__":
    main()
