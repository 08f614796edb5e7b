"""Speed and memory, beside named baselines in the same run; on a noisy machine the ratios are what counts.

The baselines are BM25 alone (bm25s over our terms) and the usual recipe: windows of 500 characters, one flat FAISS index,
and a transformer of multilingual-e5-small's shape.
"""

from __future__ import annotations

import json
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
from itertools import count
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress

from corpus import PolicyAssistantError
from eval.speed_tables import tables
from eval.stages import Result, main
from eval.timing import SECONDS, describe_machine, memory, percentiles, read_questions
from index import SHIPPED_MODEL


def run_process(name: str, *arguments: str) -> str:
    """Return what a Python process prints.

    Raises:
        PolicyAssistantError: It failed; the message ends with what it said last.
    """
    command = [sys.executable, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=1800)
    if done.returncode:
        said = " ".join(done.stderr.strip().splitlines()[-2:]) or "it gives no reason"
        raise PolicyAssistantError(f"{name} failed: {said}", f"Run: {shlex.join(command)}")
    return done.stdout


def run_stage(name: str, *arguments: object) -> Result:
    """Run a stage in a process of its own and return what it measured, with its peak of memory."""
    started = time.time()
    printed = run_process(name, "-P", "-m", "eval.stages", name, *map(str, arguments))
    result: Result = json.loads(printed.splitlines()[-1])
    if "first_at" in result:
        result["first_s"] = result.pop("first_at") - started
    return result


def cold_start(index: Path, rounds: int = 3) -> float:
    """Return the median seconds of `policyqa ask` from the shell to the answer, after one run that warms the disk."""
    command = ["-m", "assistant.interfaces.cli", "ask", read_questions()[0], "--index", str(index)]
    times = []
    for _ in range(rounds + 1):
        started = time.perf_counter()
        run_process("ask", *command)
        times.append(time.perf_counter() - started)
    return statistics.median(times[1:])


@contextmanager
def serving(index: Path) -> Iterator[tuple[str, int]]:
    """Run `policyqa serve` on a free port and yield its address and process id.

    Raises:
        PolicyAssistantError: It does not start within two minutes.
    """
    import httpx

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


def report(sizes: Sequence[int], as_json: bool = False) -> str:
    """Measure everything and return it as Markdown tables, or as JSON.

    Raises:
        PolicyAssistantError: A size is too small to search in, or a stage failed.
    """
    if not sizes or min(sizes) < 20:
        raise PolicyAssistantError("A corpus of fewer than 20 measures tells nothing", "Try 1000,10000")
    results = measure(sizes)
    return json.dumps(results, indent=1) if as_json else tables(results)


if __name__ == "__main__":
    main()  # `python eval/speed.py STAGE …`, to profile one stage
