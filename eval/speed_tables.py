"""The measurements of speed as Markdown tables."""

from __future__ import annotations

from collections.abc import Iterator

from eval.stages import BATCH, SAMPLE, Result


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
            f"index; its build is reckoned from {SAMPLE} windows. First answer: from the start of the process.",
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
