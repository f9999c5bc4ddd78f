"""Masks secrets and personal data in errors, logs and traces.

Secrets are registered when settings are read and when a token arrives. Patterns find other secrets that a service
quotes in its error texts: authorization headers, tokens and e-mail addresses.
"""

from __future__ import annotations

import base64
import re
import threading
from collections.abc import Iterable, Iterator
from html.entities import codepoint2name
from itertools import groupby
from typing import Final

MASK: Final = "********"

# shorter secrets are masked only as whole words: "a" is in every sentence
_SHORTEST_PART: Final = 4
# shorter base64 text occurs by chance
_SHORTEST_ENCODED: Final = 6

_KEYED: Final = r"access_token|refresh_token|id_token|client_secret|password|passwd|pwd|api_?key|secret"
_PATTERNS: Final = (
    # Authorization: Basic ..., "Authorization": "Bearer ..."
    (re.compile(r"(?i)(\b(?:proxy-)?authorization\b[\"']?\s*[:=]\s*[\"']?)(?:[\w-]+\s+)?[^\s\"',;]+"), rf"\1{MASK}"),
    # require digits or symbols, because "basic authentication" is a phrase
    (re.compile(r"(?i)\b(bearer|basic)(\s+|%20|\+)(?=[^\s\"',;<>]*[\d=+/._-])[A-Za-z0-9+/=._~%-]{6,}"), rf"\1\2{MASK}"),
    (re.compile(r"\beyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)?"), MASK),
    (re.compile(rf"(?i)((?:{_KEYED})\\?[\"']?\s*[:=]\s*\\?[\"']?)[^\s\"'\\&,;}})<>]+"), rf"\1{MASK}"),
    # user:password@ in a URL
    (re.compile(r"(?i)(\b[a-z][a-z0-9+.-]{0,30}://)[^\s/@:\"'<>]{0,200}:[^\s/@\"'<>]{0,400}@"), rf"\1{MASK}@"),
    # an e-mail address, but not user@host:1521
    (re.compile(r"(?<![\w.!$*+?^|~-])[\w.!$*+?^|~-]++(?:@|%40|\\u0040|&#64;)[\w-]++(?:\.[\w-]++)++(?!:\d)"), MASK),
)
# an unclosed quote extends to the end of the text
_QUOTED: Final = re.compile(
    r"(?<!\w)'(?:[^']|'(?=\w))*+(?:'|\Z)|\"[^\"]*+(?:\"|\Z)|[\u2018\u201c\u00ab][^\u2019\u201d\u00bb]*+.?"
)
_FIELD: Final = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)+(?:[=,][a-z0-9_,]*)?")
_PARAMETERS: Final = frozenset({"code", "fields", "id", "mode", "ordering", "page", "type", "url"})
_WORD: Final = re.compile(r"\w+")
_MASKS: Final = re.compile(r"\*{8}(?:\W*\*{8})+")
_REFUSING: Final = frozenset(
    _WORD.findall("""
    a allowed already an and any are array at be been blank boolean by can cannot character characters choice choices
    contain could data date datetime decimal denied digits does doesn duplicate empty ensure enter equal error exceeds
    exist exists expected failed field fields filter filters for format forbidden found from given greater has have
    in input int integer invalid is isn it items json key least length less list long longer lookup many match max
    maximum may min minimum missing more most must name negative no non not null number object of one only operator or
    ordering out page parameter parameters permission positive query range read record records reference refused
    required row rows same select set short should size string such supported t than that the there this time
    timestamp to too type unexpected unique unknown unrecognized unsupported use user valid value values was were
    with within wrong you zero
    """)
)
"""Words that services use to refuse a value. They are never part of the value."""
_ENCODINGS: Final = ("utf-8", "latin-1", "cp1252")
_BLANKS: Final = " \t\n\r\f\v"
_BLANK: Final = (
    r"\s|\+|\\{1,16}[nrtfv]|\\{1,16}u(?i:00(?:0[9-d]|20|a0))|\\{1,16}x(?i:0[9-d]|20|a0)"
    r"|%(?:25){0,4}(?i:0[9-d]|20|c2%(?:25){0,4}a0)|&(?:amp;){0,4}(?:nbsp|#0{0,8}(?:9|1[0-3]|32|160)|#[xX]0{0,8}(?i:[9a-d]|20|a0));"
)


class _Registry:
    """Thread-safe registry of this process's secrets."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._forms: dict[str, int] = {}
        self._pattern: re.Pattern[str] | None = None

    def add(self, forms: Iterable[tuple[str, int]]) -> None:
        with self._lock:
            self._forms.update(forms)
            self._pattern = None

    def clear(self) -> None:
        with self._lock:
            self._forms, self._pattern = {}, None

    def hide(self, text: str) -> str:
        with self._lock:
            if self._pattern is None and self._forms:
                longest_first = sorted(self._forms, key=lambda form: -self._forms[form])
                self._pattern = re.compile("|".join(longest_first))
            pattern = self._pattern
        return pattern.sub(MASK, text) if pattern else text


_registry = _Registry()


def register_secret(*secrets: str, user: str = "") -> None:
    """Mask these texts from now on, including their forms in headers, URLs, JSON, HTML, SQL and Python.

    Args:
        user: also masks base64 of ``user:secret``, as in Basic authentication.
    """
    known = [secret for secret in secrets if secret.strip()]
    _registry.add(form for secret in known for form in _forms(secret, user))


def forget_secrets() -> None:
    """Remove all registered secrets; for tests."""
    _registry.clear()


def mask(text: str) -> str:
    """Return the text with registered secrets, authorization values, tokens and e-mail addresses masked."""
    text = _registry.hide(text)
    for form, instead in _PATTERNS:
        text = form.sub(instead, text)
    return text


def mask_quoted(text: str) -> str:
    """Apply `mask`, and also mask quoted values except names such as ``"mod_ts"``."""
    # mask secrets first: a secret that contains a quote would be cut in two, and neither part is registered
    return mask(_QUOTED.sub(lambda found: _kept_name(found.group()), _registry.hide(text)))


def mask_values(text: str) -> str:
    """Apply `mask_quoted`, and also mask words that are neither field names nor common words of a refusal.

    ``"Maria da Silva is not valid"`` -> ``"******** is not valid"``.
    """
    return _MASKS.sub(MASK, _WORD.sub(lambda found: _kept_word(found.group()), mask_quoted(text)))


def is_field_name(text: str) -> bool:
    """Whether the text looks like the name of a field or a parameter."""
    return text in _PARAMETERS or bool(_FIELD.fullmatch(text))


def _kept_name(quoted: str) -> str:
    # what has the form of a field's name is one; anything else may be somebody's data
    return quoted if is_field_name(quoted[1:-1]) else f"{quoted[0]}{MASK}{quoted[0]}"


def _kept_word(word: str) -> str:
    return word if word.lower() in _REFUSING or is_field_name(word) else MASK


def _forms(secret: str, user: str) -> Iterator[tuple[str, int]]:
    """Regular expressions that find the secret, each with the length of what it finds."""
    for text in {secret, secret.strip(), " ".join(secret.split())}:
        spelled = _spelled(text)
        yield spelled if len(text) >= _SHORTEST_PART else rf"(?<!\w){spelled}(?!\w)", len(text)
    for encoding in _ENCODINGS:
        try:
            raw, name = secret.encode(encoding, "surrogatepass"), user.encode(encoding, "surrogatepass")
        except UnicodeEncodeError:
            continue
        texts = set(_whole(name + b":" + raw)) if user else set()
        if len(secret) >= _SHORTEST_ENCODED:
            texts |= {*_encoded(raw), raw.hex(), raw.hex().upper()}
        for text in texts:
            yield _spelled(text), len(text)


def _spelled(text: str) -> str:
    """A regular expression for the text in which each character is as it is or as some format writes it."""
    return "".join(_run_spelled(character, len(list(run))) for character, run in groupby(text, _blank_or_same))


def _blank_or_same(character: str) -> str:
    return " " if character in _BLANKS else character


def _run_spelled(character: str, count: int) -> str:
    # each text is read in one way only, and repetitions have a limit: else a search would take exponential time
    if character.isascii() and character.isalnum():
        return character * count
    if character == " ":
        return rf"(?:{_BLANK}){{1,64}}"
    if character == "\\":
        return rf"(?:\\|(?<=\\)(?i:u005c|x5c)|{_percent(character.encode())}|{_entity(character)}){{1,{16 * count}}}"
    # a quote is written twice in SQL and CSV
    most = 2 * count if character in "\"'`" else count
    return rf"(?:{'|'.join(_ways(character))}){{{count},{most}}}"


def _ways(character: str) -> Iterator[str]:
    code, utf8 = ord(character), character.encode("utf-8", "surrogatepass")
    yield r"\\{0,16}" + (r"\s" if character.isspace() else re.escape(character))
    units = character.encode("utf-16-be", "surrogatepass").hex()
    yield "(?i:" + "".join(r"\\{1,16}u" + units[at : at + 4] for at in range(0, len(units), 4)) + ")"
    yield _entity(character)
    if character == "\b":
        yield r"\\{1,16}b"
    for raw in {utf8, bytes([code])} if code < 256 else {utf8}:
        yield _percent(raw)
        yield "(?i:" + "".join(rf"\\{{1,16}}x{byte:02x}" for byte in raw) + ")"
    if not character.isascii():
        yield rf"\\{{1,16}}U(?i:{code:08x})"
        # what another encoding cannot show, or shows instead
        yield r"[?\ufffd]"
        yield re.escape(utf8.decode("latin-1"))
        yield re.escape(utf8.decode("cp1252", "replace"))


def _percent(raw: bytes) -> str:
    return "(?i:" + "".join(rf"%(?:25){{0,4}}{byte:02x}" for byte in raw) + ")"


def _entity(character: str) -> str:
    code, name = ord(character), codepoint2name.get(ord(character), "apos" if character == "'" else "")
    return rf"&(?:amp;){{0,4}}(?:#0{{0,8}}{code}|#[xX]0{{0,8}}(?i:{code:x}){'|' + name if name else ''});"


def _whole(raw: bytes) -> Iterator[str]:
    for encoded in (base64.b64encode(raw), base64.urlsafe_b64encode(raw)):
        yield encoded.decode()
        if len(bare := encoded.rstrip(b"=")) >= _SHORTEST_ENCODED:
            yield bare.decode()


def _encoded(raw: bytes) -> Iterator[str]:
    """Yield the base64 characters that depend only on the secret, for each of its three possible offsets."""
    yield from _whole(raw)
    for offset in range(3):
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            encoded = encode(b"\0" * offset + raw).rstrip(b"=").decode()
            first = -(-offset * 8 // 6)
            last = (offset + len(raw)) * 8 // 6
            if last - first >= _SHORTEST_ENCODED:
                yield encoded[first:last]
