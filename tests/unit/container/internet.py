"""Servers that answer as a test says: one on this machine, and behind a proxy every host of AWS, with its TLS."""

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

DOMAINS = ["amazonaws.com", "amazonaws.com.cn"]
REGIONS = ["us-east-1", "eu-central-1", "eu-west-1", "cn-north-1", "us-gov-west-1"]
SERVICES = ["s3", "s3-fips", "s3.dualstack"]


@dataclass(frozen=True)
class Request:
    method: str
    host: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Answer:
    """What is sent back; a status of 0 closes the connection without a word."""

    status: int = 200
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)


def error(status: int, code: str, message: str = "no", more: str = "") -> Answer:
    return Answer(status, f"<Error><Code>{code}</Code><Message>{message}</Message>{more}</Error>")


class Server:
    """Answers on a port of this machine, by TLS if asked to, and as a proxy in the place of every other host."""

    def __init__(
        self, answer: Callable[[Request], Answer], trust: ssl.SSLContext | None = None, *, secure: bool = False
    ) -> None:
        self.requests: list[Request] = []
        self._answer = answer
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_CONNECT(self) -> None:
                assert trust
                self.send_response(200)
                self.end_headers()
                try:
                    secure = trust.wrap_socket(self.connection, server_side=True)
                except OSError:
                    return  # a certificate that was not trusted
                with secure:
                    type(self)(secure, self.client_address, self.server)
                self.close_connection = True

            def handle_any(self) -> None:
                outer._handle(self)

            do_GET = do_PUT = do_POST = do_HEAD = handle_any  # noqa: N815 - as http.server calls them

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        if secure:
            assert trust
            self._server.socket = trust.wrap_socket(self._server.socket, server_side=True)
        self.url = f"{'https' if secure else 'http'}://localhost:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handle(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in handler.headers.items()}
        request = Request(handler.command, handler.headers["Host"], handler.path, headers, body)
        self.requests.append(request)
        answer = self._answer(request)
        handler.close_connection = True
        if not answer.status:
            return
        handler.send_response(answer.status)
        content = answer.body.encode()
        for name, value in {"Content-Length": str(len(content)), **answer.headers}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(content)


@contextmanager
def serving(
    answer: Callable[[Request], Answer], trust: ssl.SSLContext | None = None, *, secure: bool = False
) -> Iterator[Server]:
    server = Server(answer, trust, secure=secure)
    try:
        yield server
    finally:
        server.close()


def in_turn(*answers: Answer) -> Callable[[Request], Answer]:
    """Each answer once, and the last one from then on."""
    left = list(answers)
    return lambda _: left.pop(0) if len(left) > 1 else left[0]


def certificates(directory: Path) -> tuple[Path, ssl.SSLContext]:
    """A certificate authority, and what shows its certificate for all hosts of AWS that the tests name."""
    hosts = ["localhost", "sts.eu-central-1.amazonaws.com", "results.s3.amazonaws.com"]
    for domain in DOMAINS:
        for region in REGIONS:
            for service in SERVICES:
                hosts += [f"{service}.{region}.{domain}", f"*.{service}.{region}.{domain}"]
    authority_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    authority = _certificate("authority", authority_key, "authority", authority_key, None)
    (directory / "ca.pem").write_bytes(authority)
    leaf = _certificate("aws", key, "authority", authority_key, hosts)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (directory / "aws.pem").write_bytes(private + leaf)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(directory / "aws.pem")
    return directory / "ca.pem", context


def _certificate(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: str,
    issuer_key: ec.EllipticCurvePrivateKey,
    hosts: list[str] | None,
) -> bytes:
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=hosts is None, path_length=None), critical=True)
    )
    if hosts:
        names = x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts])
        builder = builder.add_extension(names, critical=False)
    return builder.sign(issuer_key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
