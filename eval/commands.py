"""`policyqa eval …`: what the command line mounts from this package. Tables go to stdout, all else to stderr."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer
from rich.console import Console
from rich.progress import Progress
from typer.core import TyperGroup

from corpus.errors import PolicyAssistantError

if TYPE_CHECKING:
    from corpus import Corpus
    from eval.questions import Parsed, QuestionRow

T = TypeVar("T")
_errors = Console(stderr=True, highlight=False)
# Commands whose functions stand in modules of their own, imported when they are asked for.
_ELSEWHERE = {"calibrate": ("eval.calibrate", "calibrate_command"), "judge": ("eval.judge", "judge_command")}


class _Commands(TyperGroup):
    def list_commands(self, ctx: Any) -> list[str]:
        return [*super().list_commands(ctx), *(name for name, (module, _) in _ELSEWHERE.items() if find_spec(module))]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in _ELSEWHERE:
            return super().get_command(ctx, cmd_name)
        module, function = _ELSEWHERE[cmd_name]
        mounted = typer.Typer(add_completion=False)
        mounted.command(cmd_name)(getattr(import_module(module), function))
        return typer.main.get_command(mounted)


app = typer.Typer(cls=_Commands, no_args_is_help=True, help="Measure quality and speed, compare, judge and report.")

Half = Annotated[str, typer.Option(help="development or test, of a set by name.")]
Folder = Annotated[Path | None, typer.Option("--corpus", help="Texts that a file of questions asks about.")]
Model = Annotated[str, typer.Option(help="As POLICYQA_MODEL.")]
Reranker = Annotated[str, typer.Option(envvar="POLICYQA_RERANKER", help="A cross-encoder.")]
SetName = Annotated[str, typer.Argument(help="A set by name (shipped, unseen, …) or a file: .jsonl, .csv, .xlsx.")]


@app.callback()
def _installed() -> None:
    missing = [name for name in ("ir_measures", "openpyxl") if find_spec(name) is None]
    if missing:
        raise PolicyAssistantError(
            f"The evaluators' tools are not installed: {', '.join(missing)}",
            'Run: pip install -c constraints.txt -e ".[eval]"',
        )


def _track(items: Sequence[T], label: str = "Asking") -> Iterator[T]:
    with Progress(console=_errors, transient=True) as progress:
        yield from progress.track(items, description=label)


def _note(message: str) -> None:
    _errors.print(message, markup=False, soft_wrap=True)


def _load(folder: Path) -> Corpus:
    from corpus import load_corpus

    loaded = load_corpus(folder)
    for failure in loaded.failures:
        _note(f"Left out {failure.message}. {failure.hint}")
    return loaded


def _choose(name: str, half: str, folder: Path | None) -> tuple[str, Parsed, Path]:
    """Return the name, the questions and the folder of texts of a set by its name or file."""
    from corpus import SHIPPED_POLICIES
    from eval.exchange import parse_set
    from eval.questions import QUESTIONS, corpus_of, parse_questions, set_names

    file = QUESTIONS / f"{name}-{half}.jsonl"
    if file.is_file():
        return file.stem, parse_questions(file), folder or corpus_of(name)
    if not Path(name).exists():
        raise PolicyAssistantError(
            f"There is no set {name!r} with a {half} half, and no such file", f"Sets: {', '.join(set_names())}"
        )
    named = next((s for s in set_names() if Path(name).stem.startswith(f"{s}-")), "")
    return Path(name).stem, parse_set(Path(name)), folder or (corpus_of(named) if named else SHIPPED_POLICIES)


def _judged(parsed: Parsed, corpus: Corpus) -> list[QuestionRow]:
    """Return the questions of a set whose relevant measures exist; say what else the texts do not bear out."""
    from eval.questions import refuse

    rows = parsed.questions()
    refuse(parsed.unknown_measures(corpus), "List the ids: policyqa measures, or policyqa search '…'")
    for doubt in parsed.doubts(corpus):
        _note(f"Note: {doubt}")
    return rows


@app.command()
def run(
    questions: SetName = "shipped",
    half: Half = "development",
    config: Annotated[str, typer.Option(help="bm25, model, both, expansion, reranker or default.")] = "default",
    output: Annotated[Path | None, typer.Option(help="Folder of the run; build/runs/… by default.")] = None,
    corpus: Folder = None,
    model: Model = "shipped",
    reranker: Reranker = "",
) -> None:
    """Ask every question of a set and print what is right; what is there already is not asked again.

    The run that the folder held before moves to FOLDER.previous. Only `default`, the assistant as it is, also answers.
    """
    from eval.report import to_markdown
    from eval.runs import make_manifest, open_assistant
    from eval.runs import run as run_set

    name, parsed, folder = _choose(questions, half, corpus)
    target = output or Path("build/runs") / (name if config == "default" else f"{name}-{config}")
    loaded = _load(folder)
    rows = _judged(parsed, loaded)
    with open_assistant(loaded, folder, model, reranker) as assistant:
        manifest = make_manifest(name, rows, assistant, folder, config)
        finished = run_set(rows, assistant, target, manifest, _track)
    print(to_markdown(finished))
    _note(f"The run is in {target}. Read it: policyqa eval report {target}")


@app.command()
def compare(first: Path, second: Path) -> None:
    """Compare two runs: what changed, whether by chance, and which questions were won and lost."""
    from eval.compare import compare as compare_runs
    from eval.compare import to_markdown
    from eval.runs import read_run

    before, after = read_run(first), read_run(second)
    print(to_markdown(before, after, compare_runs(before, after)))


@app.command()
def report(
    run: Path,
    previous: Annotated[Path | None, typer.Option(help="The run to compare with; RUN.previous by default.")] = None,
    output: Annotated[Path | None, typer.Option(help="The file; RUN/report.html by default.")] = None,
    language: Annotated[str, typer.Option(help="Of the report's own words: zh or en.")] = "zh",
) -> None:
    """Write a run as one HTML file to read, print and hand on, and print its table."""
    from eval.report import to_html, to_markdown
    from eval.runs import previous_of, read_run

    if language not in ("zh", "en"):
        raise typer.BadParameter("zh or en", param_hint="--language")
    before = previous or (previous_of(run) if previous_of(run).is_dir() else None)
    read, target = read_run(run), output or run / "report.html"
    target.write_text(to_html(read, read_run(before) if before else None, language), encoding="utf-8")
    print(to_markdown(read))
    _note(f"The report is in {target}.")


@app.command()
def ablate(
    questions: SetName = "shipped",
    half: Half = "development",
    rankings: Annotated[
        str, typer.Option(help="Comma-separated; `reranker` too where one is configured.")
    ] = "bm25,model,no-memory,both,expansion,windows,default,phrasings",
    corpus: Folder = None,
    model: Model = "shipped",
    reranker: Reranker = "",
) -> None:
    """Print one table of rankings: BM25, the model, both, with expansion, fixed windows, and the assistant's, with and without phrasings."""
    from eval.ablate import ablate as ablate_set
    from eval.ablate import registers_markdown, to_markdown

    name, parsed, folder = _choose(questions, half, corpus)
    names = [*rankings.replace(" ", "").split(","), *(["reranker"] if reranker and "reranker" not in rankings else [])]
    loaded = _load(folder)
    rows = _judged(parsed, loaded)
    table = ablate_set(rows, loaded, names, model, reranker, _track)
    print(f"**{name}**: {sum(bool(row.relevant) for row in rows)} questions with relevant measures\n")
    print(to_markdown(table))
    print(f"\n{registers_markdown(table, rows, ('recall@5', 'MRR@10'))}")


@app.command()
def beir(
    folder: Path,
    output: Annotated[Path | None, typer.Option(help="Write the first 100 of each query as a TREC run.")] = None,
    config: Annotated[str, typer.Option(help="bm25, model, both, expansion, reranker or default.")] = "default",
    model: Model = "shipped",
    reranker: Reranker = "",
) -> None:
    """Index and evaluate any folder in the form of BEIR; the last line on stdout is one JSON object of metrics."""
    from eval.beir import evaluate
    from eval.trec import write_run

    rankings, metrics = evaluate(folder, config, model, reranker, _track)
    if output:
        write_run(output, rankings)
    print(json.dumps(metrics, ensure_ascii=False))


@app.command()
def questions(
    file: Annotated[Path, typer.Argument(help=".jsonl, .csv or .xlsx; a question is all that a row needs.")],
    output: Annotated[
        Path | None, typer.Option(help="Answers as .jsonl (to judge) or .xlsx; stdout by default.")
    ] = None,
    corpus: Folder = None,
    model: Model = "shipped",
) -> None:
    """Answer a file of questions that nobody has judged: answers and citations, ready for `eval judge`."""
    from eval.answers import answer_all, write_answers

    name, parsed, folder = _choose(str(file), "", corpus)
    rows = parsed.questions()
    answers = answer_all(rows, _load(folder), folder, model, _track)
    write_answers(answers, output)
    if output:
        _note(f"{len(rows)} answers to {name} are in {output}. Judge them: policyqa eval judge ANSWERS.jsonl")


@app.command()
def convert(
    source: Annotated[Path, typer.Argument(help=".jsonl, .csv, .xlsx or a BEIR folder.")],
    target: Annotated[Path, typer.Argument(help=".jsonl, .csv, .xlsx, .qrels, or a folder for BEIR; .trec of a run.")],
    corpus: Folder = None,
) -> None:
    """Convert question sets between JSON lines, spreadsheets, BEIR and TREC; or a run into a TREC run."""
    from eval.exchange import read_set, write_set
    from eval.runs import read_run
    from eval.trec import write_run

    if (source / "manifest.json").is_file():
        write_run(target, {record.id: record.ranking for record in read_run(source).records})
        return
    if source.suffix == "" or target.suffix == "":
        rows, folder = read_set(source), corpus
        if source.is_file():
            folder = _choose(str(source), "", corpus)[2]
        write_set(rows, target, _load(folder) if folder else None)
    else:
        write_set(read_set(source), target)
    _note(f"Written: {target}")


@app.command()
def check(files: list[Path], corpus: Folder = None) -> None:
    """Validate question sets: their form line by line, and that measures and phrases stand in the texts."""
    wrong = 0
    for file in files:
        _, parsed, folder = _choose(str(file), "", corpus)
        texts = _load(folder)
        problems = [*parsed.problems, *parsed.unknown_measures(texts), *parsed.doubts(texts)]
        for problem in problems:
            print(problem)
        wrong += len(problems)
        _note(f"{file}: {len(parsed.rows)} questions, {len(problems)} errors")
    raise typer.Exit(1 if wrong else 0)


@app.command()
def schema() -> None:
    """Print the JSON Schema of a question."""
    from eval.questions import schema_text

    print(schema_text(), end="")


@app.command()
def gate(
    update: Annotated[
        bool, typer.Option("--update", help="Write the expectations anew; review them as a diff.")
    ] = False,
) -> None:
    """Hold a fixed slice of questions against what was right before; fail where too many turned wrong."""
    from corpus import SHIPPED_POLICIES
    from eval.gate import check as check_gate
    from eval.gate import update as update_gate
    from eval.runs import open_assistant

    with open_assistant(_load(SHIPPED_POLICIES), SHIPPED_POLICIES) as assistant:
        if update:
            right = update_gate(assistant)
            _note(f"{sum(right.values())} of {len(right)} questions are right.")
            return
        result = check_gate(assistant)
    print(result)
    raise typer.Exit(0 if result.passed else 1)


@app.command()
def speed(
    sizes: Annotated[str, typer.Option(help="Measures, comma-separated.")] = "1000,10000,100000",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Measure building, start, latency, throughput and memory beside the usual recipe and BM25 alone."""
    from eval.speed import report as report_speed

    print(report_speed([int(size) for size in sizes.split(",")], as_json))


@app.command()
def readme(
    file: Annotated[Path, typer.Option(help="The file whose tables are rewritten.")] = Path("README.md"),
    half: Half = "test",
    parts: Annotated[str, typer.Option(help="Tables to rewrite, comma-separated.")] = "quality,speed",
    sizes: Annotated[str, typer.Option(help="Measures of the speed table, comma-separated.")] = "1000,10000,100000",
) -> None:
    """Measure everything and rewrite the tables of the README between their markers."""
    from eval.readme import quality_tables, replace_part

    # Missing markers are found before an hour of measuring, not after.
    text = file.read_text(encoding="utf-8")
    for part in parts.split(","):
        replace_part(text, part, "")
    for part in parts.split(","):
        if part == "quality":
            tables = quality_tables(half, _load, _track)
        else:
            from eval.speed import report as report_speed

            tables = report_speed([int(size) for size in sizes.split(",")])
        file.write_text(replace_part(file.read_text(encoding="utf-8"), part, tables), encoding="utf-8")
        _note(f"{file}: {part} rewritten")
