"""The repository contains no secret, and nothing that looks like one."""

from __future__ import annotations

import math
import re
import subprocess
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PATTERNS = {
    "private key": r"-----BEGIN [A-Z ]*PRIVATE KEY",
    "AWS key": r"\b(AKIA|ASIA)[0-9A-Z]{16}\b",
    "GitHub token": r"\b(gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{50,})",
    "Slack token or hook": r"xox[abprs]-[A-Za-z0-9-]{10,}|hooks\.slack\.com/services/T[A-Z0-9]+/B",
    "Google key": r"\bAIza[0-9A-Za-z_-]{35}\b",
    "OpenAI or PyPI token": r"\b(sk-[A-Za-z0-9]{32,}|pypi-AgEI[A-Za-z0-9_-]{20,})",
    "JSON Web Token": r"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.",
    # except the placeholder in the docs and one that tests/unit/settings expects to be refused
    "address with a password": r"\b[a-z][a-z+]*://[^\s/:@'\"{}$<>]+:(?!change-me|s3cr3t-basic|\{|\$)[^\s/@'\"{}$<>]{8,}@(?!127\.0\.0\.1|localhost)",
    "this machine": r"/(home|Users)/(?!runner\b)[a-z][a-z0-9_-]+/",
}
RANDOM = re.compile(r"(?<![A-Za-z0-9+/_=-])[A-Za-z0-9+/_-]{32,}={0,2}(?![A-Za-z0-9+/_=-])")
HASHES = {"uv.lock"}
"""Files with hashes of public content."""
ENTROPY = 4.6
"""Bits per character: text and identifiers are below, 32 random base64 characters are above."""


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("not a checkout of git: there is no list of what is published")
    names = [name for name in listed.stdout.decode().split("\0") if name]
    return [ROOT / name for name in names if (ROOT / name).is_file()]


def entropy(text: str) -> float:
    return -sum(n / len(text) * math.log2(n / len(text)) for n in Counter(text).values())


def looks_random(text: str) -> bool:
    kinds = [any(map(kind, text)) for kind in (str.islower, str.isupper, str.isdigit)]
    return all(kinds) and entropy(text) >= ENTROPY


def findings(text: str) -> list[str]:
    found = [f"{name}: {match[0]}" for name, pattern in PATTERNS.items() for match in re.finditer(pattern, text)]
    return found + [f"random text: {match}" for match in RANDOM.findall(text) if looks_random(match)]


def test_tracked_files_contain_no_secret() -> None:
    found: dict[str, list[str]] = {}
    for path in tracked():
        if path.name in HASHES or path == Path(__file__):
            continue
        said = findings(path.read_text(encoding="utf-8", errors="replace"))
        if said:
            found[str(path.relative_to(ROOT))] = said
    assert found == {}


@pytest.mark.parametrize(
    "text",
    [
        "-----BEGIN RSA " + "PRIVATE KEY-----",
        "AKIA" + "ABCDEFGHIJKLMNOP",
        "ghp_" + "a1B2" * 9,
        "json://user:" + "s3cretpassword@hooks.example.com/x",
        "token = 'k8Jh2LqPz" + "X7vN4mTcR9wYbE5uGsA1dF6oQ3iZ'",
        "/home/" + "somebody/project",
    ],
)
def test_known_secret_is_found(text: str) -> None:
    assert findings(text)


@pytest.mark.parametrize("name", [".env", "profiles.yml", "ewallet.pem", "tnsnames.ora"])
def test_secret_files_are_ignored_by_git(name: str) -> None:
    done = subprocess.run(["git", "check-ignore", "-q", "--no-index", name], cwd=ROOT, check=False)
    if done.returncode == 128:
        pytest.skip("not a checkout of git")
    assert done.returncode == 0
