"""Speed and memory, beside named baselines in the same run; on a noisy machine the ratios are what counts.

Every stage is a process of its own (`python eval/speed.py STAGE …`), so that no peak of memory hides another and no
baseline pays for our imports. The baselines are BM25 alone (bm25s over our terms) and the usual recipe: windows of 500
characters, one flat FAISS index, and a transformer of multilingual-e5-small's shape. Its weights and token ids are
random, which changes neither its speed nor its size; text costs it a token for 1.5 Chinese characters, or 4 others.
"""

from __future__ import annotations

import json
import os
import platform
import re
import shlex
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count, cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

# Stages import what they need themselves: what they do not need must not weigh on their memory and start.
if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from corpus import Document

Result = dict[str, Any]
QUESTIONS = Path(__file__).parent / "questions" / "shipped-development.jsonl"
ROUNDS = 200
SECONDS = 12.0
"""No series of calls goes on for longer, so that a slow machine finishes too."""
BATCH = 32
_SAMPLE = 2 * BATCH
_DIM = 384
_MB = 1024 * 1024


# --- what is measured with ---


def read_questions() -> list[str]:
    """Return the questions of the shipped development set that need no earlier turn."""
    rows = map(json.loads, QUESTIONS.read_text(encoding="utf-8").splitlines())
    return [row["question"] for row in rows if not row["history"]]


def grow(size: int, seed: int = 0) -> list[Document]:
    """Return documents of `size` measures in all: the shipped ones again and again, their sentences shuffled.

    Headings, numbers and first sentences stay, so that they split as the shipped ones do; the words are theirs too.
    """
    import random

    from corpus import SHIPPED_POLICIES, load_corpus

    draw = random.Random(seed)
    splits = load_corpus(SHIPPED_POLICIES).splits
    sentences = [s for split in splits for m in split.measures for s in re.findall(r"(?<=。)[^。(（\n]+。", m.text)]
    documents: list[Document] = []
    for split in cycle(splits):
        document, measures = split.document, split.measures[:size]
        text, end = "", 0
        for measure in measures:
            mixed = re.sub(r"(?<=。)[^。(（\n]+。", lambda _: draw.choice(sentences), measure.text)
            text += document.text[end : measure.start] + mixed
            end = measure.end
        name = len(documents)
        documents.append(_replaced(document, doc_id=f"doc-{name}", title=f"{document.title}之{name}", text=text))
        size -= len(measures)
        if size == 0:
            return documents
    raise AssertionError("cycle never ends")


def _replaced(document: Document, **values: str) -> Document:
    from dataclasses import replace

    return replace(document, **values)  # type: ignore[arg-type]


def percentiles(values: Sequence[float]) -> dict[str, float]:
    """Return the 50th, 95th and 99th percentile of at least two values, interpolated linearly."""
    cuts = statistics.quantiles(values, n=100, method="inclusive")
    return {"p50": cuts[49], "p95": cuts[94], "p99": cuts[98]}


def latency(action: Callable[[str], object], questions: Sequence[str]) -> dict[str, float]:
    """Return percentiles, in milliseconds, of an action over the questions, after a warm-up."""
    for question in questions[:20]:
        action(question)
    times: list[float] = []
    deadline = time.perf_counter() + SECONDS
    for question in islice(cycle(questions), ROUNDS):
        started = time.perf_counter()
        action(question)
        times.append(1000 * (time.perf_counter() - started))
        if time.perf_counter() > deadline and len(times) > 1:
            break
    return percentiles(times)


def per_second(action: Callable[[Sequence[str]], object], texts: Sequence[str], batch: int) -> float:
    """Return the texts a second of an action on batches of them, after a warm-up."""
    action(texts[: min(batch, 4)])
    done, started = 0, time.perf_counter()
    while done < len(texts) and time.perf_counter() - started < SECONDS:
        chosen = texts[done : done + batch]
        action(chosen)
        done += len(chosen)
    return done / (time.perf_counter() - started)


def memory(field: str, process: int | str = "self") -> float | None:
    """Return a process's resident memory in MB: VmRSS now, VmHWM at its peak; None where there is no /proc.

    Not getrusage: its peak starts from that of the process before exec, here the parent's.
    """
    status = Path(f"/proc/{process}/status")
    if not status.exists():
        return None
    kilobytes = re.search(rf"^{field}:\s+(\d+)", status.read_text(), re.MULTILINE)
    return int(kilobytes[1]) / 1024 if kilobytes else None


def size_on_disk(folder: Path) -> float:
    """Return the MB of a folder's files."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / _MB


def count_tokens(text: str) -> int:
    """Return how many tokens the random transformer gets: with its prompt, and no more than the 512 it can read."""
    chinese = len(re.findall(r"[\u3400-\u9fff]", text))
    return min(512, 5 + round(chinese / 1.5 + (len(text) - chinese) / 4))


def describe_machine() -> str:
    """Return cores, kind and Python, and how busy the machine is with other work: then only ratios tell, and less."""
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
    return (
        f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, load before the run {load}"
    )


# --- stages: policyqa ---


def build(work: Path, size: str) -> Result:
    """Split grown documents into measures and build the index; leave the texts for the baselines."""
    from corpus import Corpus, split_document
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


# --- stages: BM25 alone ---


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


# --- stages: the usual recipe ---


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
    encoding = len(windows) / per_second(encode, windows[:_SAMPLE], BATCH)
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


# --- stages: the models by themselves ---


def model(folder: Path, work: Path) -> Result:
    """Load a model and encode questions one by one, and passages in batches of 32."""
    questions = read_questions()
    measures = json.loads((work / "texts.json").read_text(encoding="utf-8"))["measures"]
    started = time.perf_counter()
    if (folder / "config.json").exists():
        encode: Callable[[Sequence[str]], object] = load_transformer(folder)
        questions, passages = questions[:50], measures[:_SAMPLE]
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


# --- the whole: stages one after the other ---


def run_process(command: Sequence[str]) -> str:
    """Return what a process prints.

    Raises:
        PolicyAssistantError: It failed; the message ends with what it said last.
    """
    done = subprocess.run(command, capture_output=True, text=True, timeout=1800)
    if done.returncode:
        from corpus import PolicyAssistantError

        said = " ".join(done.stderr.strip().splitlines()[-2:]) or "it gives no reason"
        raise PolicyAssistantError(f"{command[3]} failed: {said}", f"Run: {shlex.join(command)}")
    return done.stdout


def run_stage(name: str, *arguments: object) -> Result:
    """Run a stage in a process of its own and return what it measured, with its peak of memory."""
    started = time.time()
    printed = run_process([sys.executable, "-P", __file__, name, *map(str, arguments)])
    result: Result = json.loads(printed.splitlines()[-1])
    if "first_at" in result:
        result["first_s"] = result.pop("first_at") - started
    return result


def cold_start(index: Path, rounds: int = 3) -> float:
    """Return the median seconds of `policyqa ask` from the shell to the answer, after one run that warms the disk."""
    command = [sys.executable, "-m", "assistant.interfaces.cli", "ask", read_questions()[0], "--index", str(index)]
    times = []
    for _ in range(rounds + 1):
        started = time.perf_counter()
        run_process(command)
        times.append(time.perf_counter() - started)
    return statistics.median(times[1:])


@contextmanager
def serving(index: Path) -> Iterator[tuple[str, int]]:
    """Run `policyqa serve` on a free port and yield its address and process id.

    Raises:
        PolicyAssistantError: It does not start within two minutes.
    """
    import httpx

    from corpus import PolicyAssistantError

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "assistant.interfaces.cli", "serve", "--index", str(index), "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            address, deadline = f"http://127.0.0.1:{port}", time.monotonic() + 120
            while True:
                try:
                    httpx.get(f"{address}/v1/readyz", trust_env=False).raise_for_status()
                    break
                except httpx.HTTPError as error:
                    if time.monotonic() > deadline or server.poll() is not None:
                        raise PolicyAssistantError(
                            "The server does not start", f"Run: {shlex.join(command)}"
                        ) from error
                    time.sleep(0.2)
            yield address, server.pid
        finally:
            server.terminate()


def throughput(address: str, clients: int, requests: int = 600, seconds: float = SECONDS) -> Result:
    """Return questions a second over REST and their latency, bounded in count and time."""
    import httpx

    questions = read_questions()
    numbers, deadline = count(), time.monotonic() + seconds
    times: list[float] = []

    def work(_: int) -> None:
        with httpx.Client(base_url=address, trust_env=False, timeout=60) as client:
            client.get("/v1/readyz")
            while (number := next(numbers)) < requests and time.monotonic() < deadline:
                started = time.perf_counter()
                client.post("/v1/ask", json={"question": questions[number % len(questions)]}).raise_for_status()
                times.append(1000 * (time.perf_counter() - started))

    started = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(work, range(clients)))
    return {"per_s": len(times) / (time.perf_counter() - started), "latency": percentiles(times)}


def rest(index: Path) -> Result:
    """Return throughput with 1 and 8 clients, and the server's peak of memory."""
    with serving(index) as (address, process):
        throughput(address, 1, requests=20)
        clients = {number: throughput(address, number) for number in (1, 8)}
        return {"clients": clients, "peak_mb": memory("VmHWM", process)}


def measure(sizes: Sequence[int]) -> Result:
    """Return everything that is measured, with a progress bar on stderr."""
    from rich.console import Console
    from rich.progress import Progress

    from index import SHIPPED_MODEL

    results: Result = {"machine": describe_machine()}
    with tempfile.TemporaryDirectory() as temporary, Progress(console=Console(stderr=True), transient=True) as progress:
        transformer = Path(temporary) / "transformer"
        task = progress.add_task("", total=4 + 7 * len(sizes))

        def step(label: str, action: Callable[..., Any], *arguments: object) -> Any:
            progress.update(task, description=label)
            result = action(*arguments)
            progress.advance(task)
            return result

        step("Writing a transformer", run_stage, "write_transformer", transformer)
        results["sizes"] = []
        for size in sizes:
            work = Path(temporary) / str(size)
            work.mkdir()

            def stage(label: str, name: str, *arguments: object, size: int = size, work: Path = work) -> Result:
                result: Result = step(f"{size:,} measures: {label}", run_stage, name, work, *arguments)
                return result

            systems = {
                "policyqa": {"build": stage("build", "build", size), "query": stage("ask", "ask")},
                "BM25 alone": {"build": stage("BM25", "build_bm25"), "query": stage("BM25", "search_bm25")},
                "usual recipe": {
                    "build": stage("recipe", "build_recipe", transformer),
                    "query": stage("recipe", "search_recipe", transformer),
                },
            }
            served = step(f"{size:,} measures: REST", rest, work / "ours")
            results["sizes"].append({"measures": size, "systems": systems, "rest": served})
        smallest = Path(temporary) / str(min(sizes))
        results["cold_start_s"] = step("Cold start", cold_start, smallest / "ours")
        results["models"] = {
            name: step("Models", run_stage, "model", folder, smallest)
            for name, folder in (("shipped", SHIPPED_MODEL), ("transformer", transformer))
        }
    return results


# --- tables ---


def tables(results: Result) -> str:
    """Return the measurements as Markdown tables; ratios are to policyqa's figure in the same run."""
    sizes = results["sizes"]
    return "\n".join(
        [
            "| measures | system | build, s per 1,000 | first answer, s | search p50 / p95 / p99, ms | ratio of p50 "
            "| ask p50 / p95 / p99, ms | index, MB | peak memory to build / to ask, MB |",
            "|--:|---|--:|--:|--:|--:|--:|--:|--:|",
            *(row for size in sizes for row in _system_rows(size)),
            "",
            "| measures | clients | questions a second over REST | p50 / p95 / p99, ms | server's peak memory, MB |",
            "|--:|--:|--:|--:|--:|",
            *(row for size in sizes for row in _rest_rows(size)),
            "",
            *_model_rows(results["models"]["shipped"], results["models"]["transformer"]),
            "",
            f"Cold start, `policyqa ask` from the shell to the answer: {results['cold_start_s']:.2f} s at "
            f"{min(size['measures'] for size in sizes):,} measures. Machine: {results['machine']}.",
            f"The usual recipe: windows of 500 characters, a transformer of multilingual-e5-small's shape, one flat FAISS "
            f"index; its build is reckoned from {_SAMPLE} windows. First answer: from the start of the process.",
        ]
    )


def _system_rows(size: Result) -> Iterator[str]:
    ours = size["systems"]["policyqa"]
    for name, system in size["systems"].items():
        build, query = system["build"], system["query"]
        rate = 1000 / size["measures"]
        peaks = f"{_number(build['peak_mb'], 0)} / {_number(query['peak_mb'], 0)}"
        yield (
            f"| {size['measures']:,} | {name} | {_number(rate * build['seconds'])} | {_number(query['first_s'])} "
            f"| {_triple(query['search'])} | {_ratio(query['search']['p50'], ours['query']['search']['p50'])} "
            f"| {_triple(query['ask']) if 'ask' in query else '–'} | {_number(build['disk_mb'])} | {peaks} |"
        )


def _rest_rows(size: Result) -> Iterator[str]:
    served = size["rest"]
    for clients, result in served["clients"].items():
        peak = _number(served["peak_mb"], 0)
        yield f"| {size['measures']:,} | {clients} | {result['per_s']:.0f} | {_triple(result['latency'])} | {peak} |"


def _model_rows(ours: Result, transformer: Result) -> list[str]:
    labels = {
        "disk_mb": "size on disk, MB",
        "load_s": "load to first vector, s",
        "resident_mb": "resident memory of a process that holds it, MB",
        "questions_per_s": "questions a second, one by one",
        "passages_per_s": f"passages a second, batches of {BATCH}",
    }
    rows = [
        f"| {label} | {_number(ours[key])} | {_number(transformer[key])} | {_ratio(transformer[key], ours[key])} |"
        for key, label in labels.items()
    ]
    return ["| model | shipped | transformer | ratio |", "|---|--:|--:|--:|", *rows]


def _number(value: float | None, digits: int | None = None) -> str:
    """Return three significant digits, or a fixed number of decimals."""
    if value is None:
        return "–"
    if digits is None:
        digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2 if abs(value) >= 0.1 else 4
    return f"{value:,.{digits}f}"


def _triple(values: dict[str, float]) -> str:
    return " / ".join(_number(values[p]) for p in ("p50", "p95", "p99"))


def _ratio(value: float | None, ours: float | None) -> str:
    """Return "6.20×", or "1/620" where the value is the smaller one."""
    if not value or not ours:
        return "–"
    return f"{_number(value / ours)}×" if value >= ours else f"1/{_number(ours / value)}"


def report(sizes: Sequence[int], as_json: bool = False) -> str:
    """Measure everything and return it as Markdown tables, or as JSON.

    Raises:
        PolicyAssistantError: A size is too small to search in, or a stage failed.
    """
    if not sizes or min(sizes) < 20:
        from corpus import PolicyAssistantError

        raise PolicyAssistantError("A corpus of fewer than 20 measures tells nothing", "Try 1000,10000")
    results = measure(sizes)
    return json.dumps(results, indent=1) if as_json else tables(results)


_STAGES: dict[str, Callable[..., Result]] = {
    stage.__name__: stage
    for stage in (build, ask, build_bm25, search_bm25, write_transformer, build_recipe, search_recipe, model)
}

if __name__ == "__main__":
    stage, *given = sys.argv[1:]
    measured = _STAGES[stage](*(argument if argument.isdigit() else Path(argument) for argument in given))
    print(json.dumps({**measured, "peak_mb": memory("VmHWM")}))
