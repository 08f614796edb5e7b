"""The four top-level packages are ours alone, and the README names every command and setting."""

from __future__ import annotations

import re
from importlib.metadata import packages_distributions
from pathlib import Path
from zipfile import ZipFile

import pytest
import typer

from assistant import Settings
from assistant.interfaces.cli import app

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


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


def test_a_wheel_holds_every_file_that_the_packages_need(tmp_path: Path) -> None:
    """All of the four packages, but for training records, documents of the evaluation and what Python makes itself."""
    pytest.importorskip("hatchling")
    from hatchling.builders.wheel import WheelBuilder

    (wheel,) = WheelBuilder(str(ROOT)).build(directory=str(tmp_path))
    with ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if ".dist-info/" not in name}
    left_out = ("index/authored/", "eval/documents/")
    files = (path for name in ("assistant", "corpus", "eval", "index") for path in (ROOT / name).rglob("*"))
    needed = {path.relative_to(ROOT).as_posix() for path in files if path.is_file() and path.suffix != ".pyc"}
    assert packed == {name for name in needed if not name.startswith(left_out)}
    assert {"assistant/interfaces/templates/turn.html", "assistant/interfaces/site/desk.js"} <= packed
