"""Files of every format and every kind of damage."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from docx import Document as new_docx
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

import corpus.readers
from corpus import CatalogueError, UnreadableFileError, load_corpus, load_file

POLICY = "某市人才若干措施\n一、支持住房。给予购房补贴最高30万元。\n二、支持子女入学。由市教育局协调解决入学问题。\n"


def pdf(text: str, **options: object) -> bytes:
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    buffer = io.BytesIO()
    canvas = Canvas(buffer, **options)
    canvas.setFont("STSong-Light", 12)
    for k, line in enumerate(text.splitlines()):
        canvas.drawString(50, 780 - 20 * k, line)
    canvas.save()
    return buffer.getvalue()


def docx() -> bytes:
    document = new_docx()
    for line in POLICY.splitlines():
        document.add_paragraph(line)
    table = document.add_table(1, 2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "A类", "100万元"
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


PAGE = (
    '<!doctype html><html><head><meta charset="{charset}"><title>某市人才若干措施</title></head><body>'
    "<nav><a href=/>首页</a><a href=/zw>政务公开</a></nav><article><h1>某市人才若干措施</h1>"
    "<p>一、支持住房。给予购房补贴最高30万元。</p><p>二、支持子女入学。由市教育局协调解决入学问题。</p></article>"
    "<footer>版权所有 粤ICP备00000000号</footer></body></html>"
)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("utf8.txt", POLICY.encode()),
        ("bom.txt", POLICY.encode("utf-8-sig")),
        ("utf16.txt", POLICY.encode("utf-16")),
        ("undeclared.txt", POLICY.encode("gb18030")),
        ("windows.txt", POLICY.replace("\n", "\r\n").encode("gbk")),
        ("text.md", POLICY.encode()),
        ("declared.html", PAGE.format(charset="gb2312").encode("gb18030")),
        ("undeclared.html", PAGE.format(charset="").encode("gb18030")),
        ("page.html", PAGE.format(charset="utf-8").encode()),
        ("word.docx", docx()),
        ("layer.pdf", pdf(POLICY)),
    ],
)
def test_every_format_and_encoding_gives_the_same_measures(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    split = load_file(tmp_path / name)
    assert [m.label for m in split.measures][:2] == ["一", "二"]
    assert split.measures[0].text == "一、支持住房。给予购房补贴最高30万元。"
    assert "ICP" not in "".join(m.text for m in split.measures)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("empty.txt", b" \n", "empty"),
        ("scanned.pdf", pdf(""), "scanned"),
        ("truncated.pdf", pdf(POLICY)[:200], "damaged"),
        ("encrypted.pdf", pdf(POLICY, encrypt=StandardEncryption("secret", ownerPassword="other")), "encrypted"),
        ("mislabelled.txt", pdf(POLICY), "is a .pdf file"),
        ("mislabelled.pdf", POLICY.encode(), "no .pdf file"),
        ("truncated.docx", docx()[:300], "damaged"),
        ("old.txt", b"\xd0\xcf\x11\xe0" + bytes(100), ".doc"),
        ("table.xlsx", b"PK\x03\x04", "is not read"),
        ("english.txt", b"nothing but English here", "no Chinese policy text"),
        ("binary.txt", bytes(range(256)) * 4, "encoding"),
    ],
)
def test_a_bad_file_has_one_clear_error_and_the_others_are_read(
    tmp_path: Path, name: str, content: bytes, says: str
) -> None:
    (tmp_path / name).write_bytes(content)
    (tmp_path / "zz-good.txt").write_text(POLICY, encoding="utf-8")
    loaded = load_corpus(tmp_path)
    assert [document.source for document in loaded.documents] == ["zz-good.txt"]
    (failure,) = loaded.failures
    assert name in failure.message
    assert says in failure.message
    assert failure.hint


def test_an_oversized_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corpus.readers, "MAX_BYTES", 10)
    (tmp_path / "large.txt").write_text(POLICY, encoding="utf-8")
    with pytest.raises(UnreadableFileError, match=r"large\.txt"):
        load_file(tmp_path / "large.txt")


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text(POLICY, encoding="utf-8")
    folder = tmp_path / "policies"
    folder.mkdir()
    (folder / "a.txt").write_text(POLICY, encoding="utf-8")
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    assert [d.source for d in load_corpus(folder).documents] == ["a.txt"]


@pytest.mark.parametrize(
    "catalogue",
    [
        '[[document]]\nfile = "none.txt"',
        '[[document]]\nfile = "a.txt"\ncolour = "red"',
        "not toml",
        '[[document]]\nfile = "a.txt"\ndoc_id = "../x"',
    ],
)
def test_a_bad_catalogue_is_named(tmp_path: Path, catalogue: str) -> None:
    (tmp_path / "a.txt").write_text(POLICY, encoding="utf-8")
    (tmp_path / "catalogue.toml").write_text(catalogue, encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"catalogue\.toml"):
        load_corpus(tmp_path)


def test_phrasings_belong_to_their_measures_and_are_no_text(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(POLICY, encoding="utf-8")
    first, second = (m.measure_id for m in load_corpus(tmp_path).measures)
    (tmp_path / "phrasings.tsv").write_text(
        f"{first}\t买房给钱吗\n\n{second}\t娃上学咋办\n{first}\t房票\n", encoding="utf-8"
    )
    corpus = load_corpus(tmp_path)
    assert corpus.phrasings == {first: ("买房给钱吗", "房票"), second: ("娃上学咋办",)}
    assert ([d.source for d in corpus.documents], corpus.failures) == (["a.txt"], ())


def test_a_phrasing_of_no_measure_is_reported_and_the_rest_loads(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(POLICY, encoding="utf-8")
    (tmp_path / "phrasings.tsv").write_text("gone-2020:9\t买房给钱吗\n", encoding="utf-8")
    corpus = load_corpus(tmp_path)
    assert len(corpus.measures) == 2
    assert ["gone-2020:9" in str(failure) for failure in corpus.failures] == [True]


@pytest.mark.parametrize("line", ["no tab", "\tno id", "an-id:1\t", "an-id:1\tone\ttwo"])
def test_a_bad_phrasing_is_named_with_its_line(tmp_path: Path, line: str) -> None:
    (tmp_path / "a.txt").write_text(POLICY, encoding="utf-8")
    (tmp_path / "phrasings.tsv").write_text(f"an-id:1\tgood\n{line}\n", encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"phrasings\.tsv: line 2"):
        load_corpus(tmp_path)


def test_ids_stay_when_another_file_comes(tmp_path: Path) -> None:
    (tmp_path / "b.txt").write_text(POLICY, encoding="utf-8")
    before = [m.measure_id for m in load_corpus(tmp_path).measures]
    (tmp_path / "a.txt").write_text(POLICY, encoding="utf-8")
    assert set(before) < {m.measure_id for m in load_corpus(tmp_path).measures}
