"""Every setting: a `POLICYQA_…` variable each, read once by the command that runs."""

from __future__ import annotations

from pathlib import Path

from platformdirs import user_data_path
from pydantic_settings import BaseSettings, SettingsConfigDict

from corpus import SHIPPED_POLICIES


class Settings(BaseSettings):
    """Read from the environment, prefix POLICYQA_."""

    model_config = SettingsConfigDict(env_prefix="POLICYQA_", frozen=True)

    corpus_dir: Path = SHIPPED_POLICIES
    index_dir: Path = user_data_path("policyqa") / "index"
    model: str = "shipped"
    reranker: str = ""
    feedback_file: Path = user_data_path("policyqa") / "feedback.sqlite"
    host: str = "127.0.0.1"
    port: int = 7860
