"""Speed and memory, always beside named baselines in the same run; on a noisy machine the ratios are what counts."""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from assistant import Assistant, Request
from corpus import SHIPPED_POLICIES, Corpus, Split, load_corpus
from index import build_index, make_encoder, open_index

QUESTIONS = [
    "株洲怎么支持科技成果转化？",
    "人才子女入学有什么安排",
    "What is there for skilled workers?",
    "买房有没有补贴",
    "院士工作站",
]


def percentiles(action: Callable[[str], object], rounds: int = 60) -> tuple[float, float]:
    """Return (p50, p95) in milliseconds of an action over the questions, after a warm-up."""
    action(QUESTIONS[0])
    times = []
    for i in range(rounds):
        started = time.perf_counter()
        action(QUESTIONS[i % len(QUESTIONS)])
        times.append(1000 * (time.perf_counter() - started))
    return float(np.percentile(times, 50)), float(np.percentile(times, 95))


def grow(size: int, seed: int = 0) -> Corpus:
    """Return a corpus of `size` measures: copies of the shipped ones with their sentences shuffled between them."""
    shipped = load_corpus(SHIPPED_POLICIES)
    sentences = [s + "。" for m in shipped.measures for s in m.text.split("。") if len(s) > 10]
    rng = np.random.default_rng(seed)
    splits: list[Split] = []
    made = 0
    while made < size:
        split = shipped.splits[len(splits) % len(shipped.splits)]
        doc_id = f"doc-{len(splits)}"
        measures = []
        for measure in split.measures[: size - made]:
            text = "".join(sentences[i] for i in rng.integers(len(sentences), size=4))
            number = measure.measure_id.partition(":")[2]
            measures.append(replace(measure, measure_id=f"{doc_id}:{number}", doc_id=doc_id, text=text))
        made += len(measures)
        splits.append(Split(replace(split.document, doc_id=doc_id), tuple(measures), split.segments))
    return Corpus(tuple(splits))


def cold_start(index: Path) -> float:
    """Return the seconds of `policyqa ask` in a new process, the second of two runs."""
    command = [sys.executable, "-m", "assistant.interfaces.cli", "ask", QUESTIONS[0], "--index", str(index)]
    for _ in range(2):
        started = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        seconds = time.perf_counter() - started
    return seconds


def encode_query(model: Callable[[str], object]) -> float:
    """Return the median milliseconds to encode one question."""
    return percentiles(model, rounds=30)[0]


def random_transformer() -> Callable[[str], object]:
    """Return a transformer of multilingual-e5-small's shape with random weights: speed does not depend on them."""
    import torch
    from transformers import BertConfig, BertModel

    torch.manual_seed(0)
    shape = BertConfig(
        vocab_size=250_037, hidden_size=384, num_hidden_layers=12, num_attention_heads=12, intermediate_size=1536
    )
    model = BertModel(shape)
    model.eval()  # type: ignore[no-untyped-call]

    def encode(text: str) -> object:
        ids = torch.randint(5, 250_000, (1, max(4, len(text))))
        with torch.inference_mode():
            return model(ids).last_hidden_state.mean(1)

    return encode


def report(sizes: Sequence[int]) -> str:
    """Return the table of one run."""
    encoder = make_encoder("shipped")
    lines = [
        "| measures | build s per 1,000 | search p50 / p95 ms | ask p50 / p95 ms | peak memory MB |",
        "|---|---|---|---|---|",
    ]
    with tempfile.TemporaryDirectory() as work:
        shipped = Path(work) / "shipped"
        build_index(load_corpus(SHIPPED_POLICIES), encoder, shipped)
        start = cold_start(shipped)
        for size in sizes:
            corpus, folder = grow(size), Path(work) / str(size)
            started = time.perf_counter()
            build_index(corpus, encoder, folder)
            rate = 1000 * (time.perf_counter() - started) / size
            assistant = Assistant(open_index(folder, encoder))
            search = percentiles(lambda q, a=assistant: a.search(Request(question=q)))  # type: ignore[misc]
            ask = percentiles(lambda q, a=assistant: a.ask(Request(question=q)))  # type: ignore[misc]
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            lines.append(
                f"| {size:,} | {rate:.2f} | {search[0]:.1f} / {search[1]:.1f} | {ask[0]:.1f} / {ask[1]:.1f} | {memory:.0f} |"
            )
    ours, baseline = encode_query(encoder.encode_query), encode_query(random_transformer())
    texts = [text for measure in load_corpus(SHIPPED_POLICIES).measures for text in [measure.text[:60]]] * 100
    started = time.perf_counter()
    encoder.encode_documents(texts)
    rate = len(texts) / (time.perf_counter() - started)
    lines += [
        "",
        f"Cold start, `policyqa ask` from the shell to the answer: {start:.1f} s.",
        f"Encoding a question: {ours:.3f} ms; a transformer of multilingual-e5-small's shape: {baseline:.1f} ms "
        f"({baseline / ours:.0f} times as long). Encoding passages of 60 characters: {rate:,.0f} a second.",
    ]
    return "\n".join(lines)
