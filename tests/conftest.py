"""Options and fixtures for all tests."""

import pytest

from assistant import Assistant
from corpus import SHIPPED_POLICIES, load_corpus
from index import build_index, make_encoder, open_index


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the one switch that may change golden files."""
    parser.addoption("--update-golden", action="store_true", help="write golden files anew; review them as a diff")


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Whether golden files are to be written anew."""
    return bool(request.config.getoption("--update-golden"))


@pytest.fixture(scope="session")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """An assistant over the shipped corpus with the shipped model."""
    folder = tmp_path_factory.mktemp("index")
    encoder = make_encoder("shipped")
    build_index(load_corpus(SHIPPED_POLICIES), encoder, folder, corpus_folder=SHIPPED_POLICIES)
    return Assistant(open_index(folder, encoder))
