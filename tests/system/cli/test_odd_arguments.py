"""Odd values of every argument end with 2 or 10, never as a defect."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from loader.cli.main import run
from loader.settings import Settings
from loader.warehouse import open_warehouse

ODD = {
    "empty": "",
    "blank": " ",
    "NUL": "a\0b",
    "surrogate": "\ud83d",
    "emoji": "\U0001f44d",
    "enormous": "x" * 200_000,
    "digits": "9" * 5_000,
    "negative": "-1",
    "quotes": "'; drop table x; --",
    "brackets": "[red]{{ x }}%s",
    "path": "../../etc/passwd",
    "newlines": "a\nb\r\n",
}
DATE = "2026-05-01"
COMMANDS = {
    "backfill entity": ("backfill", "{}", "--from", DATE, "--to", "2026-05-02"),
    "backfill from": ("backfill", "order_hdr", "--from", "{}", "--to", DATE),
    "backfill to": ("backfill", "order_hdr", "--from", DATE, "--to", "{}"),
    "runs last": ("runs", "--last", "{}"),
    "runs show": ("runs", "show", "--", "{}"),
    "command": ("{}",),
    "option": ("elt", "--{}"),
}


@pytest.mark.parametrize("value", ODD.values(), ids=ODD)
@pytest.mark.parametrize("words", COMMANDS.values(), ids=COMMANDS)
def test_invalid_argument_exits_with_2_or_10(
    words: tuple[str, ...], value: str, clean_environment: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if words[0] == "runs":
        with open_warehouse(Settings()) as target:
            target.ensure_run_tables()
    for stream in (sys.stdout, sys.stderr):
        # as a command's own streams (loader/cli/streams.py)
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    code = run([word.format(value) if "{}" in word else word for word in words])
    message = capsys.readouterr().err.encode("utf-8", "replace").decode()
    assert code in {2, 10}, message
    assert "Traceback" not in message
    assert not list(clean_environment.rglob("errors/*"))
