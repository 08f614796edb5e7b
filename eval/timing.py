"""Measuring a process from within: its calls, its memory, its machine."""

from __future__ import annotations

import json
import os
import platform
import re
import statistics
import time
from collections.abc import Callable, Sequence
from itertools import cycle, islice
from pathlib import Path

QUESTIONS = Path(__file__).parent / "questions" / "shipped-development.jsonl"
ROUNDS = 200
SECONDS = 12.0
"""No series of calls goes on for longer, so that a slow machine finishes too."""
_MB = 1024 * 1024


def read_questions() -> list[str]:
    """Return the questions of the shipped development set that need no earlier turn."""
    rows = map(json.loads, QUESTIONS.read_text(encoding="utf-8").splitlines())
    return [row["question"] for row in rows if not row["history"]]


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


def describe_machine() -> str:
    """Return cores, kind and Python, and how busy the machine is with other work: then only ratios tell, and less."""
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
    return (
        f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, load before the run {load}"
    )
