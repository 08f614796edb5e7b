"""Names in a text against the expressions that they stand for."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from corpus import fold
from corpus.names import HanNames, compile_latin

_TEXT = st.text(alphabet="甲乙丙", max_size=12)


@given(st.sets(st.text(alphabet="甲乙丙", min_size=2, max_size=5), min_size=1), _TEXT)
def test_the_longest_name_is_found_from_left_to_right(names: set[str], text: str) -> None:
    alternatives = re.compile("|".join(sorted(names, key=len, reverse=True)))
    found = [(match[0], match.start()) for match in alternatives.finditer(text)]
    assert list(HanNames(names).find(text)) == found


def test_a_latin_name_stands_between_other_letters_than_its_own() -> None:
    pattern = compile_latin(["phd", "phd grant", "r&d"], "(?:'?s)?")
    assert [m[0] for m in pattern.finditer("phd granted to 博士phds, phd grants, r&d, alphd")] == [
        "phd", "phds", "phd grants", "r&d",
    ]  # fmt: skip


@given(st.text())
def test_folding_keeps_every_character_in_its_place(text: str) -> None:
    assert len(fold(text)) == len(text)


def test_folding_makes_text_half_width_simplified_and_small() -> None:
    assert fold("ＡＢ人才驛站！İ") == "ab人才驿站!İ"
