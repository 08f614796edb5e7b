"""The four top-level packages are ours alone, and the README names every command and setting."""

from __future__ import annotations

import re
from importlib.metadata import packages_distributions
from pathlib import Path

import typer

from assistant import Settings
from assistant.interfaces.cli import app

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def test_no_dependency_claims_our_package_names() -> None:
    owners = packages_distributions()
    assert {name: set(owners.get(name, ())) - {"policyqa"} for name in ("corpus", "index", "assistant", "eval")} == {
        "corpus": set(),
        "index": set(),
        "assistant": set(),
        "eval": set(),
    }


def test_the_readme_names_every_command() -> None:
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    assert [name for name in commands if f"policyqa {name}" not in README] == []


def test_the_readme_names_every_setting_and_no_other() -> None:
    named = set(re.findall(r"POLICYQA_([A-Z_]+)", README))
    assert named == {field.upper() for field in Settings.model_fields}
