"""`policyqa eval …`: what the command line mounts from this package."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="Measure quality and speed.")


@app.command()
def run(
    half: Annotated[str, typer.Option(help="development or test.")] = "test",
    rankers: Annotated[
        str, typer.Option(help="Comma-separated: bm25, model, both, expansion.")
    ] = "bm25,model,both,expansion",
) -> None:
    """Print recall@5, MRR@10 and outcomes by register, with bootstrap intervals, as a Markdown table."""
    from eval.quality import report

    print(report(half, rankers.split(",")))


@app.command()
def speed(
    sizes: Annotated[str, typer.Option(help="Measures, comma-separated.")] = "1000,100000",
) -> None:
    """Print build rate, cold start, latency and memory as a Markdown table, beside a transformer baseline."""
    from eval.speed import report

    print(report([int(size) for size in sizes.split(",")]))


@app.command()
def check(files: list[Path]) -> None:
    """Validate question sets; errors name file, line and field."""
    from eval.questions import read_questions

    for file in files:
        print(f"{file}: {len(read_questions(file))} questions")
