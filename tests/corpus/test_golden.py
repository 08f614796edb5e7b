"""The split of the shipped texts, reviewed by eye, must not change unnoticed."""

from pathlib import Path

import pytest

from corpus import SHIPPED_POLICIES, SegmentKind, Split, load_corpus

GOLDEN = Path(__file__).parent / "golden"
SPLITS = {split.document.doc_id: split for split in load_corpus(SHIPPED_POLICIES).splits}


@pytest.mark.parametrize("doc_id", SPLITS)
def test_the_split_of_a_shipped_text_is_the_reviewed_one(doc_id: str, update_golden: bool) -> None:
    printed = print_split(SPLITS[doc_id])
    golden = GOLDEN / f"{doc_id}.txt"
    if update_golden:
        golden.write_text(printed, encoding="utf-8")
    assert printed == golden.read_text(encoding="utf-8")


def print_split(split: Split) -> str:
    """Return one line a segment: offsets, then id, label, title and path of a measure, or what else it is and why."""
    measures = {measure.start: measure for measure in split.measures}
    lines = []
    for segment in split.segments:
        words = split.document.text[segment.start : segment.end].split()
        if segment.kind is SegmentKind.MEASURE:
            measure = measures[segment.start]
            path = " / ".join(measure.path)
            what = f"{measure.measure_id} [{measure.label}] <{measure.title}> {path}"
        else:
            what = f"- {segment.kind}: {segment.reason}" + (f" | {' '.join(words)[:40]}" if words else "")
        if words:
            lines.append(f"{segment.start}-{segment.end} {what}".rstrip())
    return "\n".join(lines) + "\n"
