"""The accessibility checker of the browser tests: the file that was published, and its licence beside it."""

import json
import re
from hashlib import sha256
from pathlib import Path

import pytest

AXE = Path(__file__).parent / "browser" / "axe"
DIGEST = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c"
"""SHA-256 of axe.min.js as published; `npm ci && npm run copy` in its folder gets a newer one."""


@pytest.mark.checkout
def test_axe_is_the_published_file_of_the_locked_version() -> None:
    script = AXE / "axe.min.js"
    assert sha256(script.read_bytes()).hexdigest() == DIGEST
    (version,) = re.findall(r"^/\*! axe v(\S+)$", script.read_text(encoding="utf-8"), re.MULTILINE)
    lock = json.loads((AXE / "package-lock.json").read_text(encoding="utf-8"))
    assert lock["packages"]["node_modules/axe-core"]["version"] == version
    wanted = json.loads((AXE / "package.json").read_text(encoding="utf-8"))["devDependencies"]
    assert wanted == {"axe-core": version}


@pytest.mark.checkout
def test_axe_comes_with_its_licence() -> None:
    assert (AXE / "LICENSE").read_text(encoding="utf-8").startswith("Mozilla Public License, version 2.0")
    assert "MIT License" in (AXE / "LICENSE-3RD-PARTY.txt").read_text(encoding="utf-8")


@pytest.mark.checkout
def test_no_file_of_axe_names_a_registry() -> None:
    for name in ("package.json", "package-lock.json", ".npmrc"):
        assert not re.search(
            r"https?://|registry\.|\"resolved\"", (AXE / name).read_text(encoding="utf-8")
        ), name
