"""Which sender serves which channel, by the settings; a channel that nobody serves is not used.

Never words a message and never decides whether it is tried again.
"""

from __future__ import annotations

from functools import cache

from django.conf import settings

from accounts.operations import Message
from accounts.rules import Channel
from core.senders import Sender, Unavailable
from core.senders.console import ConsoleSender
from core.senders.http import SmsSender, WeComSender
from core.senders.smtp import SmtpSender


@cache
def senders() -> dict[Channel, Sender]:
    """Return the senders in use; a process keeps them, and with them a token that is still good."""
    found: dict[Channel, Sender] = {
        Channel(name): ConsoleSender(settings.MESSAGES_FILE) for name in settings.CONSOLE_CHANNELS
    }
    if settings.SMTP_URL:
        found[Channel.EMAIL] = SmtpSender(settings.SMTP_URL, settings.MAIL_FROM)
    if settings.SMS_URL:
        found[Channel.SMS] = SmsSender(settings.SMS_URL, settings.SMS_TOKEN)
    if settings.WECOM_CORPORATION:
        found[Channel.WECOM] = WeComSender(
            settings.WECOM_URL, settings.WECOM_CORPORATION, settings.WECOM_SECRET, settings.WECOM_AGENT
        )
    return found


def hand(message: Message) -> str:
    """Hand a message to the sender of its channel. Raises Unavailable and Refused."""
    sender = senders().get(message.channel)
    if sender is None:
        raise Unavailable(f"no sender is set for {message.channel}")
    return sender.send(
        channel=message.channel,
        to=message.to,
        subject=message.subject,
        body=message.body,
        reference=message.reference,
    )
