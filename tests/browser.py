"""Chromium for the browser tests: found on this machine, else the test is skipped and says why.

With CI=true a missing Chromium is a failure: the browser tests must not be lost quietly.
"""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, async_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
MISSING = "no Chromium: set CHROMIUM to its path, or install the package chromium"
PATIENCE_MS = 5_000


def find_chromium() -> str | None:
    """The path of a Chromium or Chrome: the variable CHROMIUM first, then the usual names."""
    found = (shutil.which(name) for name in (os.environ.get("CHROMIUM", ""), *NAMES) if name)
    return next(filter(None, found), MAC if Path(MAC).exists() else None)


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """A running browser. Skips the test where there is none, and fails it when CI=true."""
    path = find_chromium()
    if path is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(MISSING)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        try:
            yield browser
        finally:
            await browser.close()
