"""Files to plain text: one function a format, each failure one clear error that names the file and the remedy."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from corpus.errors import UnreadableFileError

MAX_BYTES = 30 * 1024 * 1024
MAX_UNPACKED_BYTES = 200 * 1024 * 1024
MAX_CHARACTERS = 5_000_000
_HAN = re.compile(r"[\u4e00-\u9fff]")


class Reading(NamedTuple):
    """The text of a file, and what its format says beside it (None where it does not)."""

    text: str
    title: str | None = None
    published: str | None = None
    url: str | None = None


def read_file(path: Path) -> Reading:
    """Return the text of a .txt, .md, .html, .docx or .pdf file, site chrome left out.

    Raises:
        UnreadableFileError: Empty, oversized, truncated, encrypted, scanned, mislabelled, or of another format.
    """
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise UnreadableFileError(
            f"{path.name}: format {path.suffix or '(none)'} is not read", f"Convert it to one of {', '.join(READERS)}."
        )
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise UnreadableFileError(
            f"{path.name}: {size / 2**20:.0f} MB is more than {MAX_BYTES // 2**20} MB",
            "Split the file, or leave it out.",
        )
    content = path.read_bytes()
    if not content.strip():
        raise UnreadableFileError(f"{path.name}: the file is empty", "Fetch it again, or remove it.")
    _check_label(path, content)
    reading = reader(path, content)
    if len(reading.text) > MAX_CHARACTERS:
        raise UnreadableFileError(f"{path.name}: more than {MAX_CHARACTERS:,} characters", "Split the file.")
    if len(_HAN.findall(reading.text)) < 10:
        raise UnreadableFileError(f"{path.name}: holds no Chinese policy text", "Check the file, or remove it.")
    return reading


def _check_label(path: Path, content: bytes) -> None:
    actual = {b"%PDF": ".pdf", b"PK\x03\x04": ".docx", b"\xd0\xcf\x11\xe0": ".doc"}.get(content[:4])
    suffix = path.suffix.lower()
    if actual == ".doc":
        raise UnreadableFileError(f"{path.name}: is an old .doc file", "Save it as .docx.")
    if actual and actual != suffix:
        raise UnreadableFileError(f"{path.name}: is a {actual} file by its content", f"Rename it to end in {actual}.")
    if suffix in (".pdf", ".docx") and actual != suffix:
        raise UnreadableFileError(f"{path.name}: is no {suffix} file by its content", "Fetch it again, or rename it.")


def decode(name: str, content: bytes) -> str:
    """Return bytes as text: by BOM, declared charset, strict UTF-8, GB18030, and only then by guessing.

    Raises:
        UnreadableFileError: No encoding fits, or the content is binary.
    """
    declared = re.search(rb"charset\s*=\s*[\"']?([\w-]+)", content[:4096], re.IGNORECASE)
    charset = declared[1].decode("ascii").lower() if declared else ""
    candidates = ["utf-8-sig", "gb18030"]
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        candidates = ["utf-16"]
    elif charset.startswith("gb"):
        candidates = ["gb18030", "utf-8-sig"]
    elif charset.startswith("big5"):
        candidates = ["utf-8-sig", "big5hkscs"]
    for candidate in candidates:
        try:
            text = content.decode(candidate)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text.replace("\r\n", "\n").replace("\r", "\n")
    from charset_normalizer import from_bytes

    best = from_bytes(content).best()
    if best is None or b"\0" in content or "\0" in str(best):
        raise UnreadableFileError(f"{name}: the text encoding is not known", "Save the file as UTF-8.")
    return str(best).replace("\r\n", "\n").replace("\r", "\n")


def _read_text(path: Path, content: bytes) -> Reading:
    text = decode(path.name, content)
    if re.match(r"\s*<(?:!doctype html|html)\b", text, re.IGNORECASE):
        return _read_html(path, content)
    return Reading(text)


def _read_html(path: Path, content: bytes) -> Reading:
    import trafilatura

    page = decode(path.name, content)
    text = trafilatura.extract(
        page, include_tables=True, include_comments=False, favor_recall=True, output_format="txt"
    )
    if not text:
        raise UnreadableFileError(f"{path.name}: no article text found on the page", "Save the article as text.")
    about = trafilatura.extract_metadata(page)
    # Only a stated date counts: what trafilatura finds in running text may be any date.
    stated = re.search(
        r"<meta[^>]+(?:PubDate|publish(?:ed)?[-_:]?(?:date|time))[^>]+content=.(\d{4}-\d{2}-\d{2})", page, re.I
    )
    return Reading(text.replace("\r", ""), about.title, stated[1] if stated else None, about.url)


def _read_docx(path: Path, content: bytes) -> Reading:
    from docx import Document as open_docx
    from docx.table import Table

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MAX_UNPACKED_BYTES:
                raise UnreadableFileError(f"{path.name}: unpacks to too much", "Remove pictures, or leave it out.")
        document = open_docx(io.BytesIO(content))
        lines: list[str] = []
        for block in document.iter_inner_content():
            if isinstance(block, Table):
                lines += [" | ".join(cell.text.replace("\n", " ").strip() for cell in row.cells) for row in block.rows]
            else:
                lines.append(block.text)
    except (zipfile.BadZipFile, KeyError, ValueError, SyntaxError) as error:
        raise UnreadableFileError(f"{path.name}: damaged or no Word file ({error})", "Fetch it again.") from error
    return Reading("\n".join(lines), document.core_properties.title or None)


def _read_pdf(path: Path, content: bytes) -> Reading:
    import pypdfium2

    try:
        pdf = pypdfium2.PdfDocument(content)
        pages = [page.get_textpage().get_text_range() for page in pdf]
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise UnreadableFileError(f"{path.name}: the PDF is encrypted", "Save it without a password.") from error
        raise UnreadableFileError(f"{path.name}: the PDF is damaged ({error})", "Fetch it again.") from error
    if sum(len(_HAN.findall(page)) for page in pages) < 10 * len(pages):
        raise UnreadableFileError(f"{path.name}: a scanned PDF without text", "Run OCR on it first, e.g. ocrmypdf.")
    return Reading("\n".join(unwrap(page.replace("\r\n", "\n").replace("\ufffe", "")) for page in pages))


def unwrap(page: str) -> str:
    """Join the lines of a PDF page that were broken at its margin, and drop its page number.

    A line is broken at the margin when it is about as wide as the widest and does not end a sentence.
    """
    lines = [line.rstrip() for line in page.split("\n") if not re.fullmatch(r"\s*[-—–]?\s*\d{1,4}\s*[-—–]?\s*", line)]
    width = max((len(line) for line in lines), default=0)
    text = ""
    for line in lines:
        text += line
        at_margin = len(line) > 0.8 * width and not line.endswith(("。", "！", "？", "：", "；"))
        text += "" if at_margin else "\n"
    return text


READERS: dict[str, Callable[[Path, bytes], Reading]] = {
    ".txt": _read_text,
    ".md": _read_text,
    ".html": _read_html,
    ".htm": _read_html,
    ".docx": _read_docx,
    ".pdf": _read_pdf,
}
