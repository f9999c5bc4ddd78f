"""Parsing of `.env`: a malformed line stops the run before anything is read."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loader.errors import ConfigError
from loader.settings import load_settings
from loader.settings.envfile import read_env_file

MALFORMED = {
    "open single quote": ("GRUPONOS_WMS__COMPANY_CODE='GNOS\n", "line 1: the quote of GRUPONOS_WMS__COMPANY_CODE"),
    "open double quote": ('GRUPONOS_WMS__PASSWORD="Zq9#s3cr3t\n', "line 1: the quote of GRUPONOS_WMS__PASSWORD"),
    "quote closed lines later": ("A='x\nGRUPONOS_WMS__COMPANY_CODE='GNOS'\n", "line 1: the quote of A"),
    "text after the quote": ("A=1\nGRUPONOS_WMS__PASSWORD='Zq9#s3cr3t'x\n", "line 2: GRUPONOS_WMS__PASSWORD has text"),
    "no equals sign": ("\n# c\nZq9#s3cr3t\n", "line 3: it is not NAME=VALUE"),
    "a name alone": ("GRUPONOS_WMS__PASSWORD\n", "line 1: it is not NAME=VALUE"),
    "a colon": ("GRUPONOS_WMS__PASSWORD: Zq9#s3cr3t\n", "line 1"),
    "no name": ("=Zq9#s3cr3t\n", "line 1"),
    "a dash in the name": ("gruponos-wms__page_size=100\n", "gruponos-wms__page_size is not a variable name"),
    "set, as in cmd": ("set A=1\n", "line 1"),
    "twice": ("A=1\nB=2\nA=3\n", "line 3: A is set twice, first on line 1"),
    "twice in other case": ("GRUPONOS_WMS__RETRIES=1\ngruponos_wms__retries=2\n", "line 2: gruponos_wms__retries"),
    "NUL": ("GRUPONOS_WMS__PASSWORD=Zq9#s3cr3t\0\n", "line 1: it contains a NUL"),
}
ACCEPTED = {
    "plain": ("A=x", "x"),
    "export": ("export A=x", "x"),
    "blanks around": ("  A = x  ", "x"),
    "CRLF": ("A=x\r\n", "x"),
    "byte order mark": ("\ufeffA=x\n", "x"),
    "comment": ("A=x # c", "x"),
    "empty and a comment": ("A= # c", ""),
    "a hash begins the value": ("A=#x", "#x"),
    "a hash within": ("A=x#y", "x#y"),
    "an equals sign": ("A=x=y==", "x=y=="),
    "a dollar is no variable": ("A=$HOME${B}", "$HOME${B}"),
    "a backslash": ("A=a\\tb\\", "a\\tb\\"),
    "single quotes keep blanks, backslashes and hashes": ("A=' a\\tb #c '", " a\\tb #c "),
    "a quote in single quotes": ("A='it\\'s'", "it's"),
    "double quotes know escapes": ('A=" a\\tb\\"c "', ' a\tb"c '),
    "a dollar in double quotes": ('A="$HOME"', "$HOME"),
    "unicode": ("A=ação 👍", "ação 👍"),
    "no value": ("A=", ""),
}


def write(directory: Path, text: str | bytes) -> Path:
    path = directory / ".env"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize(("text", "said"), MALFORMED.values(), ids=MALFORMED)
def test_malformed_line_is_refused_with_its_number(text: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load_settings({}, write(tmp_path, text))
    assert (caught.value.code, caught.value.exit_code) == ("WMS_CONF_040", 10)
    assert said in str(caught.value)
    assert "s3cr3t" not in str(caught.value)


@pytest.mark.parametrize(("text", "value"), ACCEPTED.values(), ids=ACCEPTED)
def test_line_has_the_documented_value(text: str, value: str, tmp_path: Path) -> None:
    assert read_env_file(write(tmp_path, text)) == {"A": value}


def test_all_malformed_lines_are_in_one_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"(?s)line 1: .*line 3: "):
        read_env_file(write(tmp_path, "A='x\nB=2\nC\n"))


@pytest.mark.parametrize("raw", [b"A=\xe7\xe3o\n", "A=x".encode("utf-16")])
def test_non_utf8_env_file_is_refused_with_its_line(raw: bytes, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"WMS_CONF_004.*line \d is not UTF-8"):
        read_env_file(write(tmp_path, raw))


def test_env_file_that_is_a_directory_is_refused(tmp_path: Path) -> None:
    (tmp_path / ".env").mkdir()
    with pytest.raises(ConfigError, match="WMS_CONF_004"):
        read_env_file(tmp_path / ".env")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    with pytest.raises(ConfigError, match="WMS_CONF_004"):
        read_env_file(tmp_path / "link")


@given(text=st.text())
def test_any_text_is_read_or_refused(text: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.getbasetemp() / "any.env"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    found, code = {}, ""
    try:
        found = dict(read_env_file(path))
    except ConfigError as error:
        code = error.code
    assert code in {"", "WMS_CONF_004", "WMS_CONF_040"}
    if not code:
        # each line that is neither blank nor a comment has a value
        lines = text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff").split("\n")
        given = [line for line in lines if line.strip() and not line.strip().startswith("#")]
        assert len(found) == len(given)


PREFIXES = ["GRUPONO_", "GRUPPONOS_", "GRUPONOS-", "gruponos-", "GRUPONOS", "GRUPOS_", "GRUPONOS__"]


@pytest.mark.parametrize("prefix", PREFIXES)
def test_misspelled_prefix_suggests_setting(prefix: str) -> None:
    name = f"{prefix}WMS__COMPANY_CODE"
    with pytest.raises(ConfigError) as caught:
        load_settings({name: "GNOS"}, None)
    assert name in str(caught.value)
    assert "Did you mean GRUPONOS_WMS__COMPANY_CODE?" in str(caught.value)


def test_missing_prefix_is_refused_only_in_env_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"WMS__PAGE_SIZE is not a known setting\. Did you mean GRUPONOS_WMS__"):
        load_settings({}, write(tmp_path, "WMS__PAGE_SIZE=100\n"))
    load_settings({"WMS__PAGE_SIZE": "100", "PATH": "/bin", "GROUPS": "x", "OTHER_NAME": "1"}, None)


def test_secret_keeps_spaces_from_file_and_environment(tmp_path: Path) -> None:
    env = {"GRUPONOS_WMS__BASE_URL": " https://h.example.com/e ", "GRUPONOS_WMS__USERNAME": " u "}
    file = write(tmp_path, "GRUPONOS_WMS__PASSWORD='  two blanks '\n")
    wms = load_settings(env, file).wms
    assert wms.password is not None
    assert (wms.base_url, wms.username) == ("https://h.example.com/e", "u")
    assert wms.password.get_secret_value() == "  two blanks "
    other = load_settings({**env, "GRUPONOS_WMS__PASSWORD": "\ttab "}, file).wms
    assert other.password is not None
    assert other.password.get_secret_value() == "\ttab "


def test_two_spellings_of_one_variable_are_refused() -> None:
    with pytest.raises(ConfigError, match="GRUPONOS_WMS__RETRIES is set twice"):
        load_settings({"GRUPONOS_WMS__RETRIES": "1", "gruponos_wms__retries": "2"}, None)


def test_non_utf8_bytes_are_refused() -> None:
    with pytest.raises(ConfigError, match="GRUPONOS_WMS__COMPANY_CODE must be valid UTF-8"):
        load_settings({"GRUPONOS_WMS__COMPANY_CODE": b"\xff".decode("utf-8", "surrogateescape")}, None)
