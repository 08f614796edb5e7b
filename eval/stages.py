"""The stages of the speed bench, each a process of its own: `python -P -m eval.stages STAGE …`.

So no peak of memory hides another, and no baseline pays for our imports: a stage imports what it needs itself, and what
is imported here, `eval` included, is small. The transformer's weights and token ids are random, which changes neither
its speed nor its size; text costs it a token for 1.5 Chinese characters, or 4 others.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eval.timing import latency, memory, per_second, read_questions, size_on_disk

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Result = dict[str, Any]
BATCH = 32
SAMPLE = 2 * BATCH
_DIM = 384


def count_tokens(text: str) -> int:
    """Return how many tokens the random transformer gets: with its prompt, and no more than the 512 it can read."""
    chinese = len(re.findall(r"[\u3400-\u9fff]", text))
    return min(512, 5 + round(chinese / 1.5 + (len(text) - chinese) / 4))


# --- policyqa ---


def build(work: Path, size: str) -> Result:
    """Split grown documents into measures and build the index; leave the texts for the baselines."""
    from corpus import Corpus, split_document
    from eval.growth import grow
    from index import build_index, make_encoder

    documents = grow(int(size))
    started = time.perf_counter()
    corpus = Corpus(tuple(split_document(document) for document in documents))
    build_index(corpus, make_encoder("shipped"), work / "ours")
    seconds = time.perf_counter() - started
    texts = {"documents": [d.text for d in documents], "measures": [m.text for m in corpus.measures]}
    (work / "texts.json").write_text(json.dumps(texts), encoding="utf-8")
    return {"seconds": seconds, "rows": len(corpus.measures), "disk_mb": size_on_disk(work / "ours")}


def ask(work: Path) -> Result:
    """Open the index, then search and ask."""
    from assistant import Assistant, Request
    from index import make_encoder, open_index

    questions = read_questions()
    assistant = Assistant(open_index(work / "ours", make_encoder("shipped")))
    assistant.ask(Request(question=questions[0]))
    return {
        "first_at": time.time(),
        "search": latency(lambda q: assistant.search(Request(question=q)), questions),
        "ask": latency(lambda q: assistant.ask(Request(question=q)), questions),
    }


# --- BM25 alone ---


def build_bm25(work: Path) -> Result:
    """Index the measures."""
    import bm25s

    from index import terms

    measures = json.loads((work / "texts.json").read_text(encoding="utf-8"))["measures"]
    started = time.perf_counter()
    retriever = bm25s.BM25(k1=1.2, b=0.75, method="lucene")
    retriever.index([terms(text) or [""] for text in measures], show_progress=False)
    retriever.save(work / "bm25", show_progress=False)
    seconds = time.perf_counter() - started
    return {"seconds": seconds, "rows": len(measures), "disk_mb": size_on_disk(work / "bm25")}


def search_bm25(work: Path) -> Result:
    """Open the index, then search."""
    import bm25s

    from index import terms

    questions = read_questions()
    retriever = bm25s.BM25.load(work / "bm25", show_progress=False)

    def search(question: str) -> object:
        return retriever.retrieve([terms(question)], k=10, show_progress=False)

    search(questions[0])
    return {"first_at": time.time(), "search": latency(search, questions)}


# --- the usual recipe ---


def write_transformer(folder: Path) -> Result:
    """Write a transformer of multilingual-e5-small's shape with random weights."""
    from transformers import BertConfig, BertModel

    shape = BertConfig(
        vocab_size=250_037, hidden_size=_DIM, num_hidden_layers=12, num_attention_heads=12, intermediate_size=1536
    )
    BertModel(shape).save_pretrained(folder)
    return {}


def load_transformer(folder: Path) -> Callable[[Sequence[str]], NDArray[np.float32]]:
    """Return what encodes texts to unit-length rows, shape (len(texts), 384)."""
    import torch
    from transformers import BertModel

    model = BertModel.from_pretrained(folder)
    model.eval()  # type: ignore[no-untyped-call]

    def encode(texts: Sequence[str]) -> NDArray[np.float32]:
        lengths = torch.tensor([count_tokens(text) for text in texts])
        ids = torch.randint(5, 250_000, (len(texts), int(lengths.max())))
        mask = torch.arange(ids.shape[1])[None, :] < lengths[:, None]
        with torch.inference_mode():
            states = model(ids, attention_mask=mask.long()).last_hidden_state * mask[:, :, None]
            return torch.nn.functional.normalize(states.sum(1) / lengths[:, None]).numpy()

    return encode


def build_recipe(work: Path, transformer: Path) -> Result:
    """Cut windows and index their vectors; a sample of windows is encoded, and the rest reckoned at its rate."""
    import faiss
    import numpy as np
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    documents = json.loads((work / "texts.json").read_text(encoding="utf-8"))["documents"]
    encode = load_transformer(transformer)
    started = time.perf_counter()
    splitter = RecursiveCharacterTextSplitter(chunk_size=500, chunk_overlap=50)
    windows = [window for text in documents for window in splitter.split_text(text)]
    cutting = time.perf_counter() - started
    encoding = len(windows) / per_second(encode, windows[:SAMPLE], BATCH)
    vectors = np.random.default_rng(0).standard_normal((len(windows), _DIM), dtype=np.float32)
    started = time.perf_counter()
    index = faiss.IndexFlatIP(_DIM)
    index.add(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))
    (work / "recipe").mkdir()
    faiss.write_index(index, str(work / "recipe" / "index.faiss"))
    seconds = cutting + encoding + time.perf_counter() - started
    return {"seconds": seconds, "rows": len(windows), "disk_mb": size_on_disk(work / "recipe")}


def search_recipe(work: Path, transformer: Path) -> Result:
    """Load the model, open the index, then search."""
    import faiss

    questions = read_questions()
    encode = load_transformer(transformer)
    index = faiss.read_index(str(work / "recipe" / "index.faiss"))

    def search(question: str) -> object:
        return index.search(encode([question]), 10)

    search(questions[0])
    return {"first_at": time.time(), "search": latency(search, questions)}


# --- the models by themselves ---


def model(folder: Path, work: Path) -> Result:
    """Load a model and encode questions one by one, and passages in batches of 32."""
    questions = read_questions()
    measures = json.loads((work / "texts.json").read_text(encoding="utf-8"))["measures"]
    started = time.perf_counter()
    if (folder / "config.json").exists():
        encode: Callable[[Sequence[str]], object] = load_transformer(folder)
        questions, passages = questions[:50], measures[:SAMPLE]
    else:
        from index import make_encoder

        encode = make_encoder("shipped").encode_documents
        passages = measures[:3000]
    encode(questions[:1])
    return {
        "load_s": time.perf_counter() - started,
        "disk_mb": size_on_disk(folder),
        "resident_mb": memory("VmRSS"),
        "questions_per_s": per_second(encode, questions, 1),
        "passages_per_s": per_second(encode, passages, BATCH),
    }


_STAGES: dict[str, Callable[..., Result]] = {
    stage.__name__: stage
    for stage in (build, ask, build_bm25, search_bm25, write_transformer, build_recipe, search_recipe, model)
}


def main() -> None:
    """Run the stage that the command line names, and print what it measured with its peak of memory."""
    stage, *given = sys.argv[1:]
    measured = _STAGES[stage](*(argument if argument.isdigit() else Path(argument) for argument in given))
    print(json.dumps({**measured, "peak_mb": memory("VmHWM")}))


if __name__ == "__main__":
    main()
