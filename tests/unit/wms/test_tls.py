"""TLS with real handshakes: which certificates are trusted, and the errors for others."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from loader.errors import ConfigError, SourceError
from loader.settings import WmsSettings
from loader.wms import WmsClient
from tests.unit.wms.scripted import Scripted, serve


def certificate(directory: Path, *, host: str = "127.0.0.1", days: int = 1) -> Path:
    """Creates a self-signed certificate with its key in one PEM file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    start = datetime.now(UTC) - timedelta(days=10)
    address: Any = x509.IPAddress(ip_address(host)) if host[0].isdigit() else x509.DNSName(host)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=10 + days))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = directory / f"{host}.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + built.public_bytes(serialization.Encoding.PEM))
    return path


def context(path: Path) -> ssl.SSLContext:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(path)
    return tls


def settings(server: Scripted, **changes: Any) -> WmsSettings:
    return WmsSettings(base_url=server.base_url, username="elt", password="s3cret", retries=2, **changes)  # type: ignore[arg-type]


def refused(server: Scripted, **changes: Any) -> SourceError:
    slept: list[float] = []
    with WmsClient(settings(server, **changes), sleep=slept.append) as client, pytest.raises(SourceError) as caught:
        client.entities()
    assert caught.value.code == "WMS_CONN_002"
    assert "GRUPONOS_WMS__CA_FILE" in caught.value.hint
    assert slept == []
    assert server.seen == []
    return caught.value


def test_unknown_certificate_is_rejected_at_once(tmp_path: Path) -> None:
    with serve(context(certificate(tmp_path))) as server:
        assert "self-signed certificate" in refused(server).message


def test_private_authority_is_trusted(tmp_path: Path) -> None:
    path = certificate(tmp_path)
    with serve(context(path)) as server, WmsClient(settings(server, ca_file=path)) as client:
        assert "item" in client.entities()


def test_certificate_of_another_host_is_rejected(tmp_path: Path) -> None:
    path = certificate(tmp_path, host="other.example")
    with serve(context(path)) as server:
        assert "IP address mismatch" in refused(server, ca_file=path).message


def test_expired_certificate_is_rejected(tmp_path: Path) -> None:
    path = certificate(tmp_path, days=-1)
    with serve(context(path)) as server:
        assert "certificate has expired" in refused(server, ca_file=path).message


def test_server_without_tls_is_rejected() -> None:
    with serve() as server:
        server.scheme = "https"
        assert refused(server).context["port"] == server.port


def test_ca_file_without_certificates_is_rejected(tmp_path: Path) -> None:
    nothing = tmp_path / "empty.pem"
    nothing.write_text("nothing\n")
    with serve(context(certificate(tmp_path))) as server, pytest.raises(ConfigError, match="it holds no certificate"):
        WmsClient(settings(server, ca_file=nothing))
    assert server.seen == []


def test_interrupted_handshake_is_retried() -> None:
    with serve() as server:
        server.hang_up_on_tls = True
        server.scheme = "https"
        slept: list[float] = []
        with WmsClient(settings(server), sleep=slept.append) as client, pytest.raises(SourceError) as caught:
            client.entities()
    assert caught.value.code == "WMS_CONN_001"
    assert len(slept) == 2
