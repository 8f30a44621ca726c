"""E-mail by SMTP: plain text, with TLS where the address asks for it.

The reference becomes the Message-ID, by which a message sent twice can be told.
"""

from __future__ import annotations

import smtplib
import ssl
from email.headerregistry import Address
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from core.senders import Refused, Unavailable

TIMEOUT = 10
LATER = range(400, 500)
"""Answers of a server that wants to be asked again."""


class SmtpSender:
    """A server named as `smtp://user:password@host:port` (STARTTLS: `smtp+tls`, TLS from the start: `smtps`)."""

    def __init__(self, url: str, sender: str) -> None:
        self.url = urlsplit(url)
        self.sender = sender
        self.domain = sender.rpartition("@")[2]

    def send(self, *, channel: str, to: str, subject: str, body: str, reference: str) -> str:
        """Hand the message to the server and return its Message-ID."""
        message = self._message(to, subject, body, reference)
        try:
            with self._server() as server:
                server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            code = next(iter(error.recipients.values()))[0]
            raise (Unavailable if code in LATER else Refused)(f"the server says {code}") from error
        except smtplib.SMTPResponseException as error:
            raise (Refused if error.smtp_code >= 500 else Unavailable)(f"the server says {error.smtp_code}") from error
        except (OSError, smtplib.SMTPException) as error:
            raise Unavailable(f"{type(error).__name__}: {error}") from error
        return str(message["Message-ID"])

    def _message(self, to: str, subject: str, body: str, reference: str) -> EmailMessage:
        message = EmailMessage()
        try:
            message["To"] = Address(addr_spec=to)
            message["Subject"] = subject
        except (ValueError, IndexError) as error:
            raise Refused("the address can not be used") from error
        message["From"] = self.sender
        message["Message-ID"] = f"<{reference}@{self.domain}>"
        message.set_content(body)
        return message

    def _server(self) -> smtplib.SMTP:
        host, port = self.url.hostname or "localhost", self.url.port or 0
        if self.url.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                host, port, timeout=TIMEOUT, context=ssl.create_default_context()
            )  # fmt: skip
        else:
            server = smtplib.SMTP(host, port, timeout=TIMEOUT)
        if self.url.scheme == "smtp+tls":
            server.starttls(context=ssl.create_default_context())
        if self.url.username:
            server.login(unquote(self.url.username), unquote(self.url.password or ""))
        return server
