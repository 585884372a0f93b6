"""A message as mail, given to the SMTP server that the environment names."""

from __future__ import annotations

import hashlib
import os
import smtplib
import socket
import ssl
from email import policy
from email.message import EmailMessage
from email.utils import formatdate
from urllib.parse import SplitResult, urlsplit

import orjson

from crawler import __version__
from crawler.plan import PlanError
from crawler.schedule.sending import TIMEOUT, SendError
from crawler.schedule.targets import check_mail

SERVER = "BRIEFS_SMTP"
"""The environment's name for the server: smtp://HOST:PORT, smtps://…, or smtp+starttls://…"""
USER, PASSWORD = "BRIEFS_SMTP_USER", "BRIEFS_SMTP_PASSWORD"
SENDER = "BRIEFS_MAIL_FROM"
_POLICY = policy.default.clone(max_line_length=900)
"""A subject folded at 78 begins with a blank for many readers; RFC 5322 2.1.1 allows 998."""
_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


def send_mail(address: str, content: str, number: int) -> None:
    """Send the message; raise SendError unless the server took it."""
    where = _server()
    mail = _mail(address, content, number)
    try:
        with _connected(where) as server:
            if os.environ.get(USER):
                server.login(os.environ[USER], os.environ.get(PASSWORD, ""))
            server.send_message(mail)
    except (OSError, smtplib.SMTPException) as error:
        raise SendError(f"{where.hostname}: {type(error).__name__}: {error}") from error


def _server() -> SplitResult:
    given = os.environ.get(SERVER, "")
    if not given:
        raise SendError(f"{SERVER} is not in the environment of `briefs run-due`, expected smtp://HOST:PORT")
    where = urlsplit(given)
    try:
        is_server = where.scheme in _PORTS and bool(where.hostname) and where.port != 0 and where.username is None
    except ValueError:
        is_server = False
    if not is_server:
        raise SendError(f"{SERVER} is no address of a server, expected smtp, smtp+starttls or smtps, ://HOST:PORT")
    if where.scheme == "smtp" and os.environ.get(USER) and where.hostname not in ("localhost", "127.0.0.1", "::1"):
        raise SendError(f"{SERVER} is smtp://, where a password would be sent in the clear: smtps or smtp+starttls")
    return where


def _connected(where: SplitResult) -> smtplib.SMTP:
    host, port = where.hostname or "", where.port or _PORTS[where.scheme]
    if where.scheme == "smtps":
        return smtplib.SMTP_SSL(host, port, timeout=TIMEOUT, context=ssl.create_default_context())
    server = smtplib.SMTP(host, port, timeout=TIMEOUT)
    if where.scheme == "smtp+starttls":
        server.starttls(context=ssl.create_default_context())
    return server


def _mail(address: str, content: str, number: int) -> EmailMessage:
    told = orjson.loads(content)
    sender = os.environ.get(SENDER) or f"briefs@{socket.gethostname()}"
    try:
        check_mail(sender)
    except PlanError as error:
        raise SendError(f"{SENDER}: {error}") from error
    mail = EmailMessage(policy=_POLICY)
    mail["Subject"] = " ".join(told["subject"].split())
    mail["From"] = sender
    mail["To"] = address
    mail["Date"] = formatdate(localtime=True)
    mail["Message-ID"] = f"<{number}.{hashlib.sha256(content.encode()).hexdigest()[:32]}@{sender.partition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no machine answers it
    mail["X-Mailer"] = f"brief-archive/{__version__}"
    mail.set_content(told["text"])
    return mail
