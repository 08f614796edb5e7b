"""Train the shipped bilingual model: `python -m index.training --data FOLDER --output FOLDER`."""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812, the customary name
from numpy.typing import NDArray
from tokenizers import Tokenizer
from tqdm import tqdm

from index.memory import Memory
from index.static import StaticEncoder
from index.training.pairs import Source, load_records, load_sources
from index.training.parts import Composed
from index.training.tokenizer import train_tokenizer

HELD_OUT = Path(__file__).parent / "held_out.txt"
TEMPERATURE = 0.07
LATE_QUERY, LATE_PASSAGE = 32, 144
LATE_WEIGHT = 5.0


class Ragged:
    """Token ids of many texts in one array."""

    def __init__(self, tokenizer: Tokenizer, texts: list[str]) -> None:
        encoded = [e.ids or [0] for e in tokenizer.encode_batch_fast(texts, add_special_tokens=False)]
        self.offsets = np.cumsum([0, *map(len, encoded)])
        self.ids = np.fromiter((i for ids in encoded for i in ids), dtype=np.int32, count=int(self.offsets[-1]))

    def bag(self, rows: NDArray[np.int64], limit: int = 192) -> tuple[torch.Tensor, torch.Tensor]:
        """Return (ids, offsets) of some rows for an embedding bag."""
        parts = [self.ids[self.offsets[r] : min(self.offsets[r + 1], self.offsets[r] + limit)] for r in rows]
        offsets = np.cumsum([0, *map(len, parts[:-1])])
        return torch.from_numpy(np.concatenate(parts).astype(np.int64)), torch.from_numpy(offsets)

    def padded(self, rows: NDArray[np.int64], length: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Return (ids, mask), each (len(rows), length)."""
        ids = np.zeros((len(rows), length), dtype=np.int64)
        mask = np.zeros((len(rows), length), dtype=bool)
        for k, r in enumerate(rows):
            part = self.ids[self.offsets[r] : self.offsets[r + 1]][:length]
            ids[k, : len(part)], mask[k, : len(part)] = part, True
        return torch.from_numpy(ids), torch.from_numpy(mask)


class Encoded:
    """A source with its texts as token ids; a hard negative stands behind each passage where there is one."""

    def __init__(self, source: Source, tokenizer: Tokenizer) -> None:
        self.source = source
        self.queries = Ragged(tokenizer, [q for q, _ in source.pairs])
        self.passages = Ragged(tokenizer, [p for _, p in source.pairs])
        self.negatives = Ragged(tokenizer, source.negatives) if source.negatives else None
        # The same passage twice in a batch would be a false negative of itself.
        _, self.groups = np.unique([p for _, p in source.pairs], return_inverse=True)

    def sample(self, size: int, rng: np.random.Generator) -> NDArray[np.int64]:
        """Return rows with passages that differ."""
        rows = rng.choice(len(self.groups), size=min(2 * size, len(self.groups)), replace=False)
        _, first = np.unique(self.groups[rows], return_index=True)
        return rows[np.sort(first)][:size].astype(np.int64)


def mean_loss(weight: torch.Tensor, batch: Encoded, rows: NDArray[np.int64], prefix: int) -> torch.Tensor:
    """Symmetric cross-entropy over in-batch negatives of mean-pooled vectors, also on their first dimensions.

    The short prefix keeps the vectors useful when cut (Matryoshka; Kusupati et al., 2022).
    """
    query = F.embedding_bag(*_swap(batch.queries.bag(rows), weight))
    passage = F.embedding_bag(*_swap(batch.passages.bag(rows), weight))
    others = F.embedding_bag(*_swap(batch.negatives.bag(rows), weight)) if batch.negatives else passage[:0]
    loss = torch.zeros((), device=weight.device)
    for width in (weight.shape[1], prefix):
        q, p, n = (F.normalize(x[:, :width], dim=1) for x in (query, passage, others))
        target = torch.arange(len(q), device=weight.device)
        loss = loss + F.cross_entropy(q @ torch.cat([p, n]).T / TEMPERATURE, target)
        loss = loss + F.cross_entropy(p @ q.T / TEMPERATURE, target)
    return loss / 4


def _swap(
    bag: tuple[torch.Tensor, torch.Tensor], weight: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    return bag[0].to(weight.device), weight, bag[1].to(weight.device)


def late_loss(weight: torch.Tensor, batch: Encoded, rows: NDArray[np.int64]) -> torch.Tensor:
    """Symmetric cross-entropy over late-interaction scores: what the second stage of ranking computes."""
    q_ids, q_mask = batch.queries.padded(rows, LATE_QUERY)
    p_ids, p_mask = batch.passages.padded(rows, LATE_PASSAGE)
    if batch.negatives:
        n_ids, n_mask = batch.negatives.padded(rows, LATE_PASSAGE)
        p_ids, p_mask = torch.cat([p_ids, n_ids]), torch.cat([p_mask, n_mask])
    q_ids, q_mask, p_ids, p_mask = (x.to(weight.device) for x in (q_ids, q_mask, p_ids, p_mask))
    query, passage = F.embedding(q_ids, weight), F.normalize(F.embedding(p_ids, weight), dim=2)
    norms = query.norm(dim=2) * q_mask
    # Half the memory, and a GPU's fast path; the two cores of a laptop know no bfloat16.
    with torch.autocast(weight.device.type, torch.bfloat16, enabled=weight.device.type == "cuda"):
        cosine = F.normalize(query, dim=2).flatten(0, 1) @ passage.flatten(0, 1).T
    cosine = cosine.view(len(rows), LATE_QUERY, len(p_ids), LATE_PASSAGE)
    best = cosine.masked_fill(~p_mask[None, None], -1.0).amax(dim=3)
    scores = (best * norms[:, :, None]).sum(1) / norms.sum(1, keepdim=True).clamp(min=1e-6)
    target = torch.arange(len(rows), device=weight.device)
    forward = F.cross_entropy(scores / TEMPERATURE, target)
    return (forward + F.cross_entropy(scores[:, : len(rows)].T / TEMPERATURE, target)) / 2


def run_stage(
    vectors: Composed,
    sources: list[Encoded],
    *,
    steps: int,
    batch_size: int,
    rate: float,
    late: int,
    rng: np.random.Generator,
    checkpoint: Path,
    start: int = 0,
    evaluate: Callable[[], str] = str,
) -> None:
    """Run one stage of training in place, saving a checkpoint and printing a development score ten times.

    `late` is how many pairs of a batch count for the late-interaction loss, 0 in the first stage.
    """
    shares = np.array([s.source.late_weight if late else s.source.weight for s in sources])
    optimiser = torch.optim.Adam(vectors.parameters(), lr=rate, betas=(0.9, 0.99))
    if checkpoint.exists() and start:
        optimiser.load_state_dict(torch.load(checkpoint, weights_only=True)["optimiser"])
    bar = tqdm(range(start, steps), desc="late interaction" if late else "mean pooling", initial=start, total=steps)
    for step in bar:
        progress = step / steps
        optimiser.param_groups[0]["lr"] = rate * min(1.0, (step + 1) / (0.05 * steps)) * (1 - progress)
        source = sources[rng.choice(len(sources), p=shares / shares.sum())]
        rows = source.sample(batch_size, rng)
        weight = vectors()
        loss = mean_loss(weight, source, rows, prefix=64)
        if late:
            loss = loss + LATE_WEIGHT * late_loss(weight, source, rows[:late])
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        if (step + 1) % max(1, steps // 10) == 0:
            state = {
                "vectors": vectors.state_dict(),
                "optimiser": optimiser.state_dict(),
                "step": step + 1,
                "late": bool(late),
            }
            torch.save(state, checkpoint.with_suffix(".tmp"))
            checkpoint.with_suffix(".tmp").replace(checkpoint)
            tqdm.write(f"step {step + 1}: loss {loss.item():.3f} {evaluate()}")


def save_model(weight: torch.Tensor, tokenizer: Tokenizer, output: Path) -> None:
    """Write the model in sentence-transformers' own format, half precision."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, StaticEmbedding

    module = StaticEmbedding(tokenizer, embedding_weights=weight.detach().cpu().numpy())
    module.embedding = torch.nn.EmbeddingBag.from_pretrained(weight.detach().cpu().half())
    SentenceTransformer(modules=[module, Normalize()], device="cpu").save(str(output), create_model_card=False)


def main() -> None:
    """Parse the command line and train."""
    parser = argparse.ArgumentParser(prog="python -m index.training", description=__doc__)
    parser.add_argument("--data", type=Path, nargs="+", required=True, help="folders of training data")
    parser.add_argument("--output", type=Path, required=True, help="folder for the model")
    parser.add_argument(
        "--questions", type=Path, nargs="*", default=[], help="development questions (JSONL) to score by"
    )
    parser.add_argument("--exclude", type=Path, default=HELD_OUT, help="file of titles that must not train, one a line")
    parser.add_argument("--vocabulary", type=int, default=32_000)
    parser.add_argument("--dimensions", type=int, default=256)
    parser.add_argument("--steps", type=int, default=450, help="of the first stage")
    parser.add_argument("--late-steps", type=int, default=900, help="of the second stage")
    parser.add_argument(
        "--late-pairs", type=int, default=64, help="of a batch, for the late-interaction loss; time grows by its square"
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--device", default="cpu", help="where to train: cpu, cuda or cuda:N")
    options = parser.parse_args()
    started = time.time()
    rng = np.random.default_rng(options.seed)
    torch.manual_seed(options.seed)
    options.output.mkdir(parents=True, exist_ok=True)
    excluded = frozenset(options.exclude.read_text(encoding="utf-8").splitlines()) - {""}
    sources = load_sources(options.data, excluded, options.seed)
    print(json.dumps({source.name: len(source.pairs) for source in sources}))
    tokenizer_file = options.output / "training-tokenizer.json"
    if tokenizer_file.exists():
        tokenizer = Tokenizer.from_file(str(tokenizer_file))
    else:
        texts = [text for source in sources for pair in source.pairs for text in pair]
        random.Random(options.seed).shuffle(texts)
        tokenizer = train_tokenizer(texts, options.vocabulary)
        tokenizer.save(str(tokenizer_file))
    encoded = [Encoded(source, tokenizer) for source in sources]
    print(f"ready after {time.time() - started:.0f} s")
    vectors = Composed(tokenizer, options.dimensions).to(options.device)
    checkpoint = options.output / "checkpoint.pt"
    state = torch.load(checkpoint, weights_only=True) if checkpoint.exists() else {"step": 0, "late": False}
    if "vectors" in state:
        vectors.load_state_dict(state["vectors"])

    def evaluate() -> str:
        if not options.questions:
            return ""
        from index.training.development import score_questions

        return score_questions(vectors().detach().cpu().numpy(), tokenizer, options.questions)

    stages = [(0, options.steps, 1024, 0.02), (options.late_pairs, options.late_steps, 512, 0.006)]
    for late, steps, batch_size, rate in stages:
        if state["late"] and not late:
            continue
        start = state["step"] if state["late"] is bool(late) else 0
        run_stage(
            vectors, encoded, steps=steps, batch_size=batch_size, rate=rate, late=late, rng=rng,
            checkpoint=checkpoint, start=start, evaluate=evaluate,
        )  # fmt: skip
    save_model(vectors(), tokenizer, options.output)
    records = load_records(options.data)
    Memory.learn(StaticEncoder(options.output), records).save(options.output)
    print(f"trained in {(time.time() - started) / 60:.1f} minutes")


if __name__ == "__main__":
    main()
