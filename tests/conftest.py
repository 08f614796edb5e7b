"""Options and fixtures for all tests."""

import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI

from assistant import Assistant
from corpus import SHIPPED_POLICIES, load_corpus
from eval.page import CHROMIUM_FLAGS
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


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium without a network of its own; a test that wants it is skipped where it is not installed."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("Chromium is not installed")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def serving() -> Callable[..., AbstractContextManager[str]]:
    """Serve an application on loopback, at a port of its own or one given, while a block runs, which gets its address."""

    @contextmanager
    def serve(application: FastAPI, port: int = 0) -> Iterator[str]:
        if not port:
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                port = probe.getsockname()[1]
        server = uvicorn.Server(uvicorn.Config(application, host="127.0.0.1", port=port, log_level="warning"))
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.02)
        yield f"http://127.0.0.1:{port}"
        server.should_exit = True
        thread.join(timeout=10)

    return serve
