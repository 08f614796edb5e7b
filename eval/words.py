"""The pages' templates, and their words in Chinese, which a spreadsheet of questions may use too."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

TEMPLATES = Path(__file__).parent / "templates"
Translate = Callable[..., str]
_PAGES = Environment(
    loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)


def page(name: str) -> Template:
    """Return a template."""
    return _PAGES.get_template(name)


@cache
def chinese() -> dict[str, str]:
    """Return the Chinese of each English text."""
    words: dict[str, str] = json.loads((TEMPLATES / "zh.json").read_text(encoding="utf-8"))
    return words


def translate(language: str) -> Translate:
    """Return the function from an English text of the report to its text in a language, with its {0}, {1} filled in."""

    def text(english: str, *values: object) -> str:
        words = chinese()[english] if language == "zh" else english
        return words.format(*values) if values else words

    return text
