"""The command `policyqa`. Results go to stdout, everything else to stderr; expected failures exit with 1."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.progress import Progress

from corpus.errors import PolicyAssistantError

if TYPE_CHECKING:
    from assistant.core import Assistant
    from assistant.settings import Settings

app = typer.Typer(
    no_args_is_help=True, pretty_exceptions_enable=False, help="Cited answers from Chinese talent policy."
)
_errors = Console(stderr=True, highlight=False)
T = TypeVar("T")

Index = Annotated[Path | None, typer.Option("--index", help="Index folder (POLICYQA_INDEX_DIR).")]
CorpusFolder = Annotated[Path | None, typer.Option("--corpus", help="Folder of policy texts (POLICYQA_CORPUS_DIR).")]
Region = Annotated[str | None, typer.Option("--region", help="Limit to a place, e.g. 武昌区 or Wuchang.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def _settings(corpus: Path | None = None, index: Path | None = None) -> Settings:
    # Imported where they are needed, so that --help is instant.
    from assistant.settings import Settings

    given: dict[str, Any] = {"corpus_dir": corpus, "index_dir": index}
    return Settings(**{name: path for name, path in given.items() if path is not None})


def _assistant(index: Path | None) -> Assistant:
    from assistant.factory import build_assistant

    return build_assistant(_settings(index=index))


def _show_progress(items: Sequence[T], label: str) -> Iterator[T]:
    with Progress(console=_errors, transient=True) as progress:
        yield from progress.track(items, description=label)


@app.command()
def ask(
    question: Annotated[str | None, typer.Argument(help="The question, Chinese or English.")] = None,
    region: Region = None,
    index: Index = None,
    as_json: Json = False,
    file: Annotated[Path | None, typer.Option("--file", help="Questions, one JSON object a line.")] = None,
    output: Annotated[Path | None, typer.Option("--output", help="Answers to --file, one JSON object a line.")] = None,
) -> None:
    """Answer a question, or every question of a file, with the measures that say so."""
    from assistant.interfaces.pages import quoted_title
    from assistant.schema import Request

    if file is not None:
        _ask_file(file, output, index)
        return
    if question is None:
        raise typer.BadParameter("Give a question, or --file.")
    answer = _assistant(index).ask(Request(question=question, region=region))
    if as_json:
        print(answer.model_dump_json())
        return
    print(answer.answer)
    for c in answer.citations:
        print(f"[{c.marker}] {quoted_title(c.title)} {c.place or ''} {' / '.join((*c.path, c.label))}  {c.measure_id}")


def _ask_file(file: Path, output: Path | None, index: Path | None) -> None:
    from assistant.schema import Request

    lines = _read_lines(file)
    assistant = _assistant(index)
    target = output.open("w", encoding="utf-8") if output else sys.stdout
    try:
        for number, line in enumerate(_show_progress(lines, "Asking"), start=1):
            try:
                row = json.loads(line)
                request = Request.model_validate(row)
            except (json.JSONDecodeError, ValidationError, TypeError) as error:
                first = str(error).splitlines()[0]
                raise PolicyAssistantError(
                    f"{file}, line {number}: {first}", 'Rows look like {"id": "1", "question": "…"}'
                ) from error
            answer = assistant.ask(request).model_dump(mode="json")
            print(json.dumps({"id": row.get("id", str(number)), **answer}, ensure_ascii=False), file=target)
    finally:
        if output:
            target.close()


def _read_lines(file: Path) -> list[str]:
    try:
        return [line for line in file.read_text(encoding="utf-8-sig").splitlines() if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        raise PolicyAssistantError(
            f"{file} cannot be read: {error}", "Give a UTF-8 file of one JSON object a line."
        ) from error


@app.command()
def qualify(
    text: Annotated[str, typer.Argument(help="What you say of yourself: 我45岁，高级技师，老家在株洲")],
    profile: Annotated[str, typer.Option("--profile", help="Fields as JSON; they win over the text.")] = "{}",
    index: Index = None,
    as_json: Json = False,
) -> None:
    """List the measures for a person: met, open and unmet, each condition with the words that state it."""
    from assistant.schema import EligibilityRequest, Profile

    request = EligibilityRequest(text=text, profile=Profile.model_validate_json(profile))
    found = _assistant(index).qualify(request)
    if as_json:
        print(found.model_dump_json())
        return
    signs = {"met": "✓", "unmet": "✗", "unknown": "?"}
    for label, matches in (
        ("符合", found.eligible),
        ("可能符合，还需确认", found.possible),
        ("不符合", found.ineligible),
    ):
        print(f"{label} ({len(matches)})")
        for m in matches:
            print(f"  {m.place or ''} {m.label} {' '.join(m.text.split())[:50]}  {m.measure_id}")
            for c in m.conditions:
                print(f"    {signs[c.mark]} {c.text}")
            print(f"    {m.note}{f' 注意：{m.exclusive}' if m.exclusive else ''}")
    for line in filter(None, (found.next_question, found.note)):
        print(line)


@app.command()
def search(
    query: str,
    region: Region = None,
    index: Index = None,
    as_json: Json = False,
    k: Annotated[int, typer.Option("-k", min=1, max=100, help="How many.")] = 10,
) -> None:
    """List the measures that match best."""
    from assistant.schema import Request, to_hit

    assistant = _assistant(index)
    for hit in assistant.search(Request(question=query, region=region, k=k)):
        document = assistant.document(hit.measure.doc_id)
        if as_json:
            print(to_hit(hit, document).model_dump_json())
        else:
            snippet = " ".join(hit.measure.text.split())[:60]
            print(f"{hit.score:6.2f}  {hit.measure.measure_id}  {document.place or ''} {hit.measure.label}  {snippet}")


@app.command()
def show(measure_id: str, index: Index = None, as_json: Json = False) -> None:
    """Print one measure in full."""
    from assistant.interfaces.pages import quoted_title
    from assistant.schema import to_full_measure

    assistant = _assistant(index)
    measure = assistant.measure(measure_id)
    document = assistant.document(measure.doc_id)
    if as_json:
        print(to_full_measure(measure, document).model_dump_json())
        return
    print(f"{quoted_title(document.title)} {' / '.join((*measure.path, measure.label))}\n\n{measure.text}")
    for unit in measure.units:
        print(f"  {unit.role}: {unit.name}")


@app.command()
def measures(
    index: Index = None,
    as_json: Json = False,
    document: Annotated[str | None, typer.Option(help="Only this document.")] = None,
) -> None:
    """List every measure of the index."""
    from assistant.schema import to_full_measure

    assistant = _assistant(index)
    for doc_id in [document] if document else assistant.documents:
        for measure in assistant.measures_of(assistant.document(doc_id).doc_id):
            if as_json:
                print(to_full_measure(measure, assistant.document(doc_id)).model_dump_json())
            else:
                print(f"{measure.measure_id}\t{measure.label}\t{measure.title or ' '.join(measure.text.split())[:30]}")


@app.command()
def inspect(file: Path) -> None:
    """Show how a file is split: measures in their tree, and what was left out, with the reason."""
    from corpus import SegmentKind, load_file

    if not file.is_file():
        raise PolicyAssistantError(f"{file}: no such file", "Name a .txt, .md, .html, .docx or .pdf file.")
    split = load_file(file)
    found = {measure.start: measure for measure in split.measures}
    print(f"{split.document.title} · {split.document.place or '?'} · {split.document.published or '?'}")
    for segment in split.segments:
        text = " ".join(split.document.text[segment.start : segment.end].split())
        short = text if len(text) <= 60 else f"{text[:50]} … {text[-8:]}"
        if segment.kind is SegmentKind.MEASURE:
            measure = found[segment.start]
            print(f"{'  ' * len(measure.path)}  ● {measure.measure_id.partition(':')[2]} [{measure.label}] {short}")
        elif segment.kind is SegmentKind.HEADING:
            print(f"▍ {short}")
        elif segment.reason != "blank":
            print(f"  – {segment.kind} ({segment.reason}): {short}")
    print(f"{len(split.measures)} measures")


@app.command()
def build(
    corpus: CorpusFolder = None,
    index: Index = None,
    force: Annotated[bool, typer.Option("--force", help="Build even if the index is up to date.")] = False,
) -> None:
    """Build the index of a folder of policy texts; the old index serves until the new one is complete."""
    from corpus import load_corpus
    from index import NoIndexError, StaleIndexError, build_index, check_manifest, make_encoder, read_manifest

    settings = _settings(corpus, index)
    encoder = make_encoder(settings.model)
    if not force:
        try:
            manifest = read_manifest(settings.index_dir)
            check_manifest(manifest, encoder.name)
            if manifest["corpus"] == str(settings.corpus_dir.resolve()):
                _errors.print(f"The index in {settings.index_dir} is up to date: {manifest['measures']} measures.")
                return
        except (NoIndexError, StaleIndexError):
            pass
    loaded = load_corpus(settings.corpus_dir, lambda paths: _show_progress(list(paths), "Reading"))
    for failure in loaded.failures:
        _errors.print(f"[yellow]Left out[/] {failure.message}. {failure.hint}", markup=True)
    manifest = build_index(
        loaded, encoder, settings.index_dir, corpus_folder=settings.corpus_dir,
        progress=lambda batches, total: _show_progress(list(batches), f"Encoding {total} passages"),
    )  # fmt: skip
    _errors.print(
        f"Indexed {manifest['measures']} measures of {manifest['documents']} documents in {settings.index_dir}."
    )


@app.command()
def serve(
    index: Index = None,
    host: Annotated[str | None, typer.Option(help="Address to bind (POLICYQA_HOST).")] = None,
    port: Annotated[int | None, typer.Option(help="Port (POLICYQA_PORT).")] = None,
) -> None:
    """Serve the page and the REST interface on one port."""
    import uvicorn

    from assistant.interfaces.feedback import Feedback
    from assistant.interfaces.rest import create_api
    from assistant.schema import Request

    settings = _settings(index=index)
    address, number = host or settings.host, port or settings.port
    if address not in ("127.0.0.1", "localhost", "::1"):
        _errors.print(f"[yellow]Warning:[/] bound to {address}, reachable beyond this machine, without a password.")
    assistant = _assistant(index)
    # The first question loads names, patterns and the index; nobody shall wait for that.
    assistant.ask(Request(question="武昌给人才补贴多少钱？"))
    api = create_api(assistant, Feedback(settings.feedback_file), page=True)
    _errors.print(f"Page: http://{address}:{number}/   REST: http://{address}:{number}/v1/   API docs: /docs")
    uvicorn.run(api, host=address, port=number, log_level="warning")


@app.command()
def feedback(
    output: Annotated[Path | None, typer.Option("--output", help="Write there, not to stdout.")] = None,
) -> None:
    """Export the ratings of answers that visitors sent, one JSON object a line, oldest first."""
    from assistant.interfaces.feedback import Feedback

    lines = Feedback(_settings().feedback_file).export()
    if output is None:
        for line in lines:
            print(line)
        return
    with output.open("w", encoding="utf-8") as target:
        target.writelines(f"{line}\n" for line in lines)


@app.command()
def info(index: Index = None, as_json: Json = False) -> None:
    """Describe the index: documents, places, dates, measures, model."""
    from assistant.schema import to_document

    assistant = _assistant(index)
    manifest = assistant.retriever.store.manifest
    if as_json:
        rows = [to_document(d, len(assistant.measures_of(d.doc_id))).model_dump() for d in assistant.documents.values()]
        print(json.dumps({**manifest, "document_list": rows}, ensure_ascii=False))
        return
    print(f"{manifest['documents']} documents, {manifest['measures']} measures, {manifest['passages']} passages")
    print(f"model {manifest['encoder']}, vectors {manifest['vectors']}, fingerprint {manifest['fingerprint']}")
    for document in assistant.documents.values():
        count = len(assistant.measures_of(document.doc_id))
        print(f"  {document.doc_id}\t{document.place or '?'}\t{document.published or '?'}\t{count}\t{document.title}")


@app.command()
def doctor(index: Index = None) -> None:
    """Say what is wrong with this installation, and how to mend it."""
    from importlib.metadata import PackageNotFoundError, version

    settings = _settings(index=index)
    problems = 0
    for package in ("faiss-cpu", "bm25s", "tokenizers", "gradio", "fastapi", "sentence-transformers", "torch"):
        try:
            print(f"ok   {package} {version(package)}")
        except PackageNotFoundError:
            problems += 1
            print(f"FAIL {package} is not installed. Run: pip install -c constraints.txt -e .")
    print(f"{'ok  ' if settings.corpus_dir.is_dir() else 'FAIL'} corpus {settings.corpus_dir}")
    try:
        assistant = _assistant(index)
        print(f"ok   index {settings.index_dir}: {len(assistant.retriever.store)} measures, model {settings.model}")
        if not assistant.retriever.search("人才", 1):
            raise PolicyAssistantError("the index finds nothing", "Run: policyqa build --force")
    except PolicyAssistantError as error:
        problems += 1
        print(f"FAIL {error.message}. {error.hint}")
    raise typer.Exit(1 if problems else 0)


def _mount_extensions() -> None:
    # Packages above this one (eval) register their commands, so that imports keep pointing one way.
    for entry in entry_points(group="policyqa.commands"):
        app.add_typer(entry.load(), name=entry.name)


def _wants_extension(arguments: Iterable[str]) -> bool:
    names = {entry.name for entry in entry_points(group="policyqa.commands")}
    first = next(iter(arguments), "--help")
    return first in names or first.startswith("-")


def main() -> None:
    """Run the command line."""
    if _wants_extension(sys.argv[1:]):
        _mount_extensions()
    try:
        app()
    except PolicyAssistantError as error:
        _errors.print(f"Error: {error.message}", markup=False, soft_wrap=True)
        if error.hint:
            _errors.print(f"Hint: {error.hint}", markup=False, soft_wrap=True)
        sys.exit(1)
    except ValidationError as error:
        _errors.print(f"Error: {error.errors()[0]['loc']}: {error.errors()[0]['msg']}", markup=False)
        sys.exit(2)


if __name__ == "__main__":
    main()
