"""Field cases G1-G5, I6, I8, I10-I12 and I14: paths, output, damage and secrets."""

from __future__ import annotations

import base64
import json
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.support.sampling import parameters
from tests.system.field.conftest import SEED, Machine, Ran, Wms, completed, process
from tests.system.field.small_wms import Answer, Asked, Refusal, SmallWms
from tests.system.field.worlds import JUST_NOW, bomb, documents_of, orders, struck

Typed = Callable[..., Ran]


@pytest.mark.parametrize("name", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_g1_missing_ca_bundle_is_named_at_once(
    machine: Machine, serve: Wms, name: str, typed: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    monkeypatch.setattr("loader.wms.retry.RetryPolicy.wait", lambda _, seconds: waits.append(seconds))
    wms = serve(orders([1]))
    wms.url = wms.url.replace("http://127.0.0.1", "https://wms.invalid")
    env = machine.variables(wms, WMS__RETRIES="6") | {name: "/nowhere/corporate.pem"}
    ran = typed("load", env=env)
    assert ran.exit_code in (10, 20), ran.text
    assert "/nowhere/corporate.pem" in ran.text
    assert name in ran.text
    assert waits == []


@pytest.mark.parametrize("folder", parameters(["a%2Fb", "a#b", "a%sb", "a b", "a'b", "a%41;b", "ação"], ["a#b", "a'b"]))
def test_g2_load_works_in_any_folder(machine: Machine, serve: Wms, folder: str) -> None:
    place = machine.directory / folder
    wms = serve(orders(range(1, 4)))
    options = {"TARGET__DUCKDB_PATH": str(place / "warehouse.duckdb"), "PIPELINE__WORK_DIR": str(place / "work")}
    for _ in range(2):
        ran = machine.load(wms, **options)
        assert ran.exit_code == 0, ran.text
    assert machine.query("select count(*) from wms_raw.order_hdr", place / "warehouse.duckdb") == [(3,)]


@pytest.mark.parametrize("folder", ["a?b=c", "a\\b"])
def test_g2_folder_duckdb_cannot_open_is_refused(machine: Machine, serve: Wms, folder: str) -> None:
    ran = machine.load(serve(orders([1])), TARGET__DUCKDB_PATH=str(machine.directory / folder / "warehouse.duckdb"))
    assert ran.exit_code == 10
    assert "DUCKDB_PATH" in ran.text


def test_g2_build_works_in_any_folder(machine: Machine, serve: Wms, typed: Typed) -> None:
    place = machine.directory / "a#b%2Fc d'e"
    wms = serve(orders(range(1, 4)))
    options = {"TARGET__DUCKDB_PATH": str(place / "warehouse.duckdb"), "PIPELINE__WORK_DIR": str(place / "work")}
    env = machine.variables(wms, **options)
    assert typed("load", env=env).exit_code == 0
    ran = typed("dbt", "--select", SEED, env=env)
    assert ran.exit_code == 0, ran.text
    assert machine.query(f"select count(*) > 0 from wms.{SEED}", place / "warehouse.duckdb") == [(True,)]


@pytest.mark.parametrize("encoding", parameters(["latin-1", "ascii", "cp1252"], ["ascii"]))
def test_g3_any_character_prints_in_any_encoding(machine: Machine, serve: Wms, encoding: str) -> None:
    wms = serve(orders([1]))
    refusal = Refusal(400, "VALIDATION_ERROR", "Inválido \U0001f4e6 \u65e5\u672c", {"id": "\U0001f600"}).answer
    wms.rules.append(struck(refusal, when=documents_of("order_hdr"), times=100))
    env = machine.variables(wms) | {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    assert completed("load", env=env).returncode == 20
    shown = completed("status", env=env)
    assert b"Unicode" not in shown.stderr
    assert shown.returncode in (0, 20), shown.stderr


@pytest.mark.parametrize("stream", ["stderr", "stdout"])
def test_g4_closed_stream_does_not_stop_run(machine: Machine, serve: Wms, stream: str) -> None:
    wms = serve(orders(range(1, 31)))
    reading, writing = os.pipe()
    os.close(reading)
    streams = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, stream: writing}
    running = process("load", env=machine.variables(wms), **streams)
    os.close(writing)
    assert running.wait(60) == 0
    assert machine.live() == list(range(1, 31))
    assert machine.query("select exit_code from wms_raw.elt_run") == [(0,)]


@pytest.mark.parametrize("damage", parameters(["empty", "cut", "rubbish"], ["cut"]))
def test_i6_damaged_dlt_files_are_recovered(machine: Machine, serve: Wms, damage: str) -> None:
    wms = serve(orders(range(1, 31)))
    machine.load(wms)
    files = [path for path in (machine.directory / "work" / "dlt").rglob("*") if path.is_file()]
    assert files
    for at, path in enumerate(files):
        if not path.exists():  # of a completed load package
            continue
        content = path.read_bytes()
        bad = {"empty": b"", "cut": content[: len(content) // 2], "rubbish": b"\x00\xff{"}[damage]
        path.write_bytes(bad)
        wms.tables["order_hdr"] += orders([100 + at], days=JUST_NOW)
        ran = machine.load(wms)
        assert ran.exit_code == 0, f"{path}: {ran.text}"
    assert machine.live() == [row["id"] for row in wms.tables["order_hdr"]]


def secrets(wms: SmallWms) -> dict[str, str]:
    pair = f"{wms.user}:{wms.password}".encode()
    return {
        "password": wms.password,
        "basic": base64.b64encode(pair).decode(),
        "base64": base64.b64encode(wms.password.encode()).decode(),
        "percent": quote(wms.password, safe=""),
        "bearer": ".".join(("eyJhbGciOiJSUzI1NiJ9", "eyJzdWIiOiJleHRyYWN0In0", "c2lnbmF0dXJlLW9mLXRoZS10b2tlbg")),
        "e-mail": "maria.silva@customer.example.com",
    }


def is_ours(path: Path) -> bool:
    """Return a file that a run wrote, not one from the checkout."""
    return path.is_file() and not path.is_symlink()


def everything(machine: Machine) -> str:
    """Return everything a run leaves: its files, and its tables without the documents."""
    files = [path for path in machine.directory.rglob("*") if is_ours(path) and path != machine.database]
    texts = [path.read_bytes().decode("utf-8", "replace") for path in files]
    tables = [name for name in machine.tables() if name.startswith("wms_raw.elt_")]
    return " ".join([*texts, *(str(machine.query(f"select * from {name}")) for name in tables)])


@pytest.mark.parametrize("status", parameters([400, 403, 404, 500, 302], [400, 404, 302]))
def test_i8_quoted_secrets_are_masked(machine: Machine, serve: Wms, typed: Typed, status: int) -> None:
    wms = serve(orders([1]), password="p@ss/Wörd 42+x")
    given = secrets(wms)
    text = f"Authorization: Basic {given['basic']}; Bearer {given['bearer']}; " + " ".join(given.values())
    refusal = Refusal(status, "VALIDATION_ERROR", text, {"cust_email": f"{given['e-mail']} {given['password']}"}).answer
    if status == 404:
        refusal = Answer(404, f'{{"message":"{text}"}}'.encode())
    if status == 302:
        refusal = Answer(302, headers=(("Location", f"{wms.url}/login/?next={given['percent']}&t={given['bearer']}"),))
    wms.rules.append(struck(refusal, when=documents_of("order_hdr"), times=1000))
    ran = typed("load", env=machine.variables(wms, WMS__RETRIES="0"))
    doctor = typed("doctor", env=machine.variables(wms, WMS__RETRIES="0"))
    assert ran.exit_code == 20, ran.text
    left = ran.text + doctor.text + everything(machine)
    assert not [name for name, secret in given.items() if secret in left]


@pytest.mark.parametrize("damage", parameters(["half", "rubbish", "header"], ["half"]))
def test_i10_damaged_database_is_reported_as_damaged(machine: Machine, serve: Wms, damage: str) -> None:
    """Run in separate processes, as after a power loss: no part of the file is in memory."""
    wms = serve(orders(range(1, 3001)))
    env = machine.variables(wms)
    assert completed("load", env=env).returncode == 0
    content = machine.database.read_bytes()
    half = len(content) // 2
    machine.database.write_bytes(
        {"half": content[:half], "rubbish": b"no database " * 999, "header": b"\0" * 8192 + content[8192:]}[damage]
    )
    for command in ("load", "doctor"):
        ended = completed(command, env=env)
        text = (ended.stdout + ended.stderr).decode()
        assert ended.returncode == 30, text
        assert "damaged" in text
        assert "nothing is lost" not in text.lower()


@pytest.mark.parametrize("commands", parameters([(("load",),), (("load", "docs"),)], 1))
def test_i11_data_files_are_private(machine: Machine, serve: Wms, commands: tuple[str, ...]) -> None:
    wms = serve(orders(range(1, 4)))
    env = machine.variables(wms, OPERATIONS__METRICS_FILE=str(machine.directory / "metrics" / "wms.prom"))
    for command in commands:
        assert completed(command, env=env, umask=0o022).returncode in ((0,) if command == "load" else (0, 30, 40))
    files = [path for path in machine.directory.rglob("*") if is_ours(path)]
    assert machine.database in files
    world_readable = [path for path in files if stat.S_IMODE(path.stat().st_mode) & 0o007]
    assert world_readable == []


@pytest.mark.exhaustive
def test_i12_gzip_bomb_is_not_unpacked(machine: Machine, serve: Wms) -> None:
    wms = serve(orders([1]))
    wms.rules.append(struck(bomb(600), when=documents_of("order_hdr"), times=1000))
    script = (
        "import resource,subprocess,sys;"
        "code=subprocess.run(sys.argv[1:],capture_output=True).returncode;"
        "print(code,resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    command = str(Path(sys.executable).with_name("wms-elt"))
    env = {**os.environ, **machine.variables(wms, WMS__RETRIES="1")}
    done = subprocess.run([sys.executable, "-c", script, command, "load"], env=env, capture_output=True, timeout=1200)
    code, kilobytes = map(int, done.stdout.split())
    assert code == 20
    assert kilobytes < 500_000


def test_i12_ordinary_gzip_is_read(machine: Machine, serve: Wms) -> None:
    import gzip

    wms = serve(orders(range(1, 301)))

    def packed(asked: Asked) -> Answer | None:
        if not documents_of("order_hdr")(asked):
            return None
        rules, wms.rules = wms.rules, []
        try:
            true = wms._true(asked, f"Basic {secrets(wms)['basic']}")
        except Refusal as refusal:
            return refusal.answer
        finally:
            wms.rules = rules
        return Answer(true.status, gzip.compress(true.body), headers=(("Content-Encoding", "gzip"),))

    wms.rules.append(packed)
    ran = machine.load(wms, WMS__PAGE_SIZE="100")
    assert ran.exit_code == 0, ran.text
    assert len(machine.live()) == 300


@pytest.mark.parametrize("seconds", parameters([0.0, 0.3, 1.0], [0.3]))
@pytest.mark.parametrize("number", parameters([signal.SIGTERM, signal.SIGINT], [signal.SIGTERM]))
def test_i14_signal_at_any_time_exits_130(machine: Machine, serve: Wms, seconds: float, number: int) -> None:
    """Signal from the first library import of the command on. Before it, Python handles signals."""
    wms = serve(orders(range(1, 31)))

    def slow(asked: Asked) -> Answer | None:
        time.sleep(0.4)
        return None

    wms.rules.append(slow)
    running = process("load", env=machine.variables(wms), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    maps = Path(f"/proc/{running.pid}/maps")
    while "pydantic_core" not in maps.read_text():
        time.sleep(0.005)
    time.sleep(seconds)
    running.send_signal(number)
    _, output = running.communicate(timeout=1200)
    assert running.returncode == 130, output
    assert b"WMS_RUN_001" in output


def test_report_with_any_wms_text_is_valid_json(machine: Machine, serve: Wms) -> None:
    wms = serve(orders([1]))
    refusal = Refusal(400, "VALIDATION_ERROR", 'a "quoted"\n\u2028 text \ud83d', None).answer
    wms.rules.append(struck(refusal, when=documents_of("order_hdr"), times=100))
    machine.load(wms)
    report = json.loads((machine.directory / "work" / "runs" / "latest.json").read_text(encoding="utf-8"))
    assert report["exit_code"] == 20
