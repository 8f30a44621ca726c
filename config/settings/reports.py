"""Reports: where their page is found, and to which addresses it may be told."""

from __future__ import annotations

from config.environment import env

# The house's own domains, comma-separated: an address outside them is refused. None: nobody is told by e-mail.
REPORT_RECIPIENT_DOMAINS: list[str] = [one.strip().lower() for one in env.list("REPORT_RECIPIENT_DOMAINS", default=[])]
# Where staff open the back office, as it stands in a message: https://backoffice.example.com
BACKOFFICE_URL: str = env.str("BACKOFFICE_URL", default="http://localhost:8000").rstrip("/")
