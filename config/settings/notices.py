"""How clients are reached, and where instructions to settlement are put. A channel without an address is not used.

Outside production such a channel writes to `LOCAL_DIR/messages.jsonl`, so that a demo's codes can be read.
"""

from __future__ import annotations

from pathlib import Path

from config.environment import LOCAL_DIR, PRODUCTION, env, folder, secret

# Of one-time codes: whoever has it can tell every code.
CODE_KEY: str = secret("CODE_KEY")

# smtp://user:password@host:port; smtp+tls for STARTTLS, smtps for TLS from the start.
SMTP_URL: str = env.str("SMTP_URL", default="")
MAIL_FROM: str = env.str("MAIL_FROM", default="")
SMS_URL: str = env.str("SMS_URL", default="")
SMS_TOKEN: str = env.str("SMS_TOKEN", default="")
WECOM_URL: str = env.str("WECOM_URL", default="https://qyapi.weixin.qq.com")
WECOM_CORPORATION: str = env.str("WECOM_CORPORATION", default="")
WECOM_SECRET: str = env.str("WECOM_SECRET", default="")
WECOM_AGENT: int = env.int("WECOM_AGENT", default=0)
# Channels without an address that write to the file of messages instead.
MESSAGES_FILE: Path | None = None if PRODUCTION else LOCAL_DIR / "messages.jsonl"
CONSOLE_CHANNELS: list[str] = [] if PRODUCTION else env.list("CONSOLE_CHANNELS", default=["sms", "email"])

SETTLEMENT_DIR = folder("SETTLEMENT_DIR", LOCAL_DIR / "settlement")
