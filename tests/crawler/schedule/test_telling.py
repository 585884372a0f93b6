"""Who is told: by a real HTTP server and a real SMTP server, also when they do not take it."""

from __future__ import annotations

import hashlib
import hmac
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import orjson
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from crawler.plan import PlanError
from crawler.schedule.mail import send_mail
from crawler.schedule.schedule import Outcome
from crawler.schedule.sending import SendError
from crawler.schedule.targets import Target
from crawler.schedule.webhook import post_webhook
from tests.crawler.schedule.conftest import Desk

CONTENT = orjson.dumps({"subject": "[briefs] tides: finished", "text": "All is well.\n"}).decode()


class Hook(ThreadingHTTPServer):
    """Keeps what is posted, and answers as told."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answering)
        self.status = 204
        self.location = ""
        self.got: list[tuple[str, dict[str, str], bytes]] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Answering(BaseHTTPRequestHandler):
    server: Hook

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((self.path, dict(self.headers), body))
        self.send_response(self.server.status)
        if self.server.location:
            self.send_header("Location", self.server.location)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Keep still."""


class Mailbox:
    """Keeps the mails that come."""

    def __init__(self) -> None:
        self.got: list[EmailMessage] = []
        self.refuses = False

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.refuses:
            return "451 Try again later"
        assert isinstance(envelope.content, bytes)
        self.got.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


@pytest.fixture
def hook() -> Iterator[Hook]:
    server = Hook()
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@contextmanager
def mail_server(mailbox: Mailbox, **options: Any) -> Iterator[str]:
    port = free_port()
    controller = Controller(mailbox, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield f"smtp://127.0.0.1:{port}"
    finally:
        controller.stop()


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def test_a_crawl_that_failed_is_told_with_what_to_do_and_where_to_look(desk: Desk, hook: Hook) -> None:
    desk.server.answers[desk.server.site.hosts[0], "/news/brief/tide-table-3/"] = [
        b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n"
    ]
    mailbox = Mailbox()
    with mail_server(mailbox) as smtp:
        desk.add("--notify", f"webhook:{hook.address}/hook/${{TOKEN}}", "--notify", "mail:desk@example.org")
        ended = desk.run_due(BRIEFS_SMTP=smtp, TOKEN="s3cret")
    assert ended.returncode == 1
    ((path, headers, body),) = hook.got
    told = orjson.loads(body)
    assert (path, headers["Content-Type"]) == ("/hook/s3cret", "application/json")
    assert told["subject"] == "[briefs] tides: finished with problems, 5 new, 1 failed: http 500"
    assert (told["events"], told["exit_code"], told["run"]) == (["failure"], 1, desk.turn().run)
    assert told["figures"]["problems"] == {"failed: http 500": 1}
    assert f"`briefs retry {desk.collection} --state failed`" in told["to_do"][0]
    assert all(desk.folder.joinpath(where).exists() for where in told["paths"].values())
    (mail,) = mailbox.got
    assert mail["Subject"] == told["subject"]
    assert mail["To"] == "desk@example.org"
    assert mail.get_content().replace("\r\n", "\n").strip() == told["text"].strip()
    with desk.book() as book:
        assert book.messages() == []
    assert b"s3cret" not in (desk.folder / "schedules.sqlite").read_bytes()


def test_what_nobody_asked_to_be_told_is_not_told(desk: Desk, hook: Hook) -> None:
    desk.add("--notify", f"webhook:{hook.address}/", "--on", "failure,blocked")
    assert desk.run_due().returncode == 0
    assert hook.got == []


def test_a_message_that_is_not_taken_fails_no_crawl_and_is_tried_again(desk: Desk, hook: Hook) -> None:
    hook.status = 503
    desk.add("--notify", f"webhook:{hook.address}/", "--on", "finish")
    assert desk.run_due().returncode == 0
    assert desk.turn().outcome == Outcome.FINISHED
    with desk.book() as book:
        ((name, _, state, tries, error),) = book.messages()
        assert (name, state, tries, error) == ("tides", "pending", 1, "answered 503, expected 2xx")
        assert book.take_messages(desk.turn().ended or 0.0, 60) == [], "not before a minute has passed"
    assert "could not be told, pending after 1 tries: answered 503" in desk.told("schedule", "list").output
    hook.status = 204
    with desk.book() as book:
        book.db.execute("UPDATE notification SET not_before = 0")
    assert desk.run_due().returncode == 0
    assert len(hook.got) == 2
    assert hook.got[0][1]["Idempotency-Key"] == hook.got[1][1]["Idempotency-Key"]
    assert hook.got[0][2] == hook.got[1][2]
    with desk.book() as book:
        assert book.messages() == []


def test_a_redirect_is_not_followed(hook: Hook) -> None:
    hook.status, hook.location = 307, f"{hook.address}/elsewhere"
    with pytest.raises(SendError, match="answered 307, a redirect, which is not followed"):
        post_webhook(f"{hook.address}/hook", CONTENT, 1)
    assert [path for path, *_ in hook.got] == ["/hook"]


def test_a_webhook_is_signed_and_authorised_by_the_environment(hook: Hook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRIEFS_WEBHOOK_SECRET", "key")
    monkeypatch.setenv("BRIEFS_WEBHOOK_AUTHORIZATION", "Bearer token")
    post_webhook(hook.address, CONTENT, 7)
    ((_, headers, body),) = hook.got
    assert headers["X-Briefs-Signature"] == f"sha256={hmac.new(b'key', body, hashlib.sha256).hexdigest()}"
    assert headers["Authorization"] == "Bearer token"


def test_a_secret_that_is_not_there_is_named_and_nothing_is_sent(hook: Hook) -> None:
    with pytest.raises(SendError, match="NO_SUCH_TOKEN is not in the environment"):
        post_webhook(f"{hook.address}/${{NO_SUCH_TOKEN}}", CONTENT, 1)
    assert hook.got == []


def test_a_secret_that_makes_no_address_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKEN", "two words")
    with pytest.raises(SendError) as raised:
        post_webhook("http://127.0.0.1:9/${TOKEN}", CONTENT, 1)
    assert "two words" not in str(raised.value)


def test_a_server_that_is_not_there_is_a_message_to_be_sent_later() -> None:
    with pytest.raises(SendError, match="no answer: ConnectionRefusedError"):
        post_webhook(f"http://127.0.0.1:{free_port()}/", CONTENT, 1)


def test_a_mail_server_that_refuses_is_a_message_to_be_sent_later(monkeypatch: pytest.MonkeyPatch) -> None:
    mailbox = Mailbox()
    mailbox.refuses = True
    with mail_server(mailbox) as smtp:
        monkeypatch.setenv("BRIEFS_SMTP", smtp)
        with pytest.raises(SendError, match="Try again later"):
            send_mail("desk@example.org", CONTENT, 1)


def test_a_mail_is_sent_with_the_name_and_password_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[bytes, bytes]] = []

    def authenticate(server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: Any) -> AuthResult:
        seen.append((given.login, given.password))
        return AuthResult(success=True)

    mailbox = Mailbox()
    options = {"authenticator": authenticate, "auth_require_tls": False}
    with mail_server(mailbox, **options) as smtp:
        for name, value in {"SMTP": smtp, "SMTP_USER": "me", "SMTP_PASSWORD": "pw", "MAIL_FROM": "a@b.example"}.items():
            monkeypatch.setenv(f"BRIEFS_{name}", value)
        send_mail("desk@example.org", CONTENT, 1)
    assert seen == [(b"me", b"pw")]
    assert mailbox.got[0]["From"] == "a@b.example"


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({}, "BRIEFS_SMTP is not in the environment"),
        ({"BRIEFS_SMTP": "mail.example"}, "BRIEFS_SMTP is no address of a server"),
        ({"BRIEFS_SMTP": "smtp://me:pw@mail.example"}, "BRIEFS_SMTP is no address of a server"),
        ({"BRIEFS_SMTP": "smtp://mail.example", "BRIEFS_SMTP_USER": "me"}, "would be sent in the clear"),
        ({"BRIEFS_SMTP": "smtp://127.0.0.1", "BRIEFS_MAIL_FROM": "a@b\r\nBcc: c@d.example"}, "BRIEFS_MAIL_FROM"),
    ],
)
def test_settings_of_mail_that_cannot_be_used_are_named(
    environment: dict[str, str], sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SendError, match=sentence) as raised:
        send_mail("desk@example.org", CONTENT, 1)
    assert "pw" not in str(raised.value)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("sms:123", "expected webhook:URL or mail:ADDRESS"),
        ("webhook", "expected webhook:URL or mail:ADDRESS"),
        ("webhook:ftp://x.example/", "expected an http or https address"),
        ("webhook:https:///x", "expected an http or https address"),
        ("webhook:https://x.example:99999/", "expected an http or https address"),
        ("webhook:https://x.example/a b", "expected an http or https address"),
        ("webhook:https://me:pw@x.example/", "expected them in BRIEFS_WEBHOOK_AUTHORIZATION"),
        ("mail:desk", "expected one such as"),
        ("mail:a@b.example,c@d.example", "expected one such as"),
        ("mail:a@b.example\nBcc: c@d.example", "expected one such as"),
    ],
)
def test_what_is_no_target_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(PlanError, match=sentence) as raised:
        Target.parse(text)
    assert "pw" not in str(raised.value)
