"""Masks secrets and personal data in errors, logs and traces.

Secrets are registered when settings are read and when a token arrives. Patterns find other secrets that a service
quotes in its error texts: authorization headers, tokens and e-mail addresses.
"""

from __future__ import annotations

import base64
import html
import json
import re
import threading
from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import quote, quote_plus

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


class _Registry:
    """Thread-safe registry of this process's secrets."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._forms: set[str] = set()
        self._pattern: re.Pattern[str] | None = None

    def add(self, forms: Iterable[str]) -> None:
        with self._lock:
            self._forms |= set(forms)
            self._pattern = None

    def clear(self) -> None:
        with self._lock:
            self._forms, self._pattern = set(), None

    def hide(self, text: str) -> str:
        with self._lock:
            if self._pattern is None and self._forms:
                longest_first = sorted(self._forms, key=len, reverse=True)
                self._pattern = re.compile("|".join(map(_searched, longest_first)))
            pattern = self._pattern
        return pattern.sub(MASK, text) if pattern else text


_registry = _Registry()


def register_secret(*secrets: str, user: str = "") -> None:
    """Mask these texts from now on, including their forms in headers, URLs, JSON, HTML and Python.

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
    return mask(_QUOTED.sub(lambda found: _kept_name(found.group()), text))


def _kept_name(quoted: str) -> str:
    # what has the form of a field's name is one; anything else may be somebody's data
    inner = quoted[1:-1]
    return quoted if inner in _PARAMETERS or _FIELD.fullmatch(inner) else f"{quoted[0]}{MASK}{quoted[0]}"


def _searched(form: str) -> str:
    escaped = re.sub("%([0-9A-F]{2})", r"%(?i:\1)", re.escape(form))
    return escaped if len(form) >= _SHORTEST_PART else rf"(?<!\w){escaped}(?!\w)"


def _forms(secret: str, user: str) -> Iterator[str]:
    for text in {secret, secret.strip(), " ".join(secret.split())}:
        yield text
        yield from _escaped(text)
    raw = secret.encode("utf-8", "surrogatepass")
    if len(secret) >= _SHORTEST_ENCODED:
        yield from _encoded(raw)
        yield raw.hex()
        yield raw.hex().upper()
    if user:
        yield from _whole(f"{user}:".encode("utf-8", "surrogatepass") + raw)


def _escaped(text: str) -> Iterator[str]:
    safe = text.encode("utf-8", "replace").decode()
    yield from (quote(safe, safe=""), quote(safe), quote_plus(safe))
    for ascii_only in (True, False):
        yield json.dumps(text, ensure_ascii=ascii_only)[1:-1]
        yield json.dumps(json.dumps(text, ensure_ascii=ascii_only)[1:-1])[1:-1]
    yield repr(text)[1:-1]
    yield html.escape(text)


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
