"""What seals, what stamps, and where papers and sealed heads are kept.

Elsewhere than in production a local authority stands in, made in `LOCAL_DIR/secrets/seals`; what it attests has no
weight outside the machine, so production must name its own.
"""

from __future__ import annotations

from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from config.environment import LOCAL_DIR, PRODUCTION, env, folder, required

# Exact bytes of papers, packs and certificates, by their hash.
DOCUMENTS_DIR = folder("DOCUMENTS_URL", LOCAL_DIR / "documents")
# Sealed heads of the chain of evidence: best on a disk that the database's people can not write.
ANCHOR_DIR = folder("ANCHOR_DIR", LOCAL_DIR / "anchors")

# `local`, a file (PEM, .p12, .pfx), or `pkcs11:token=..;object=..?module-path=..&pin-source=..`.
SEAL_KEY: str = required("SEAL_KEY", "local")
SEAL_KEY_PASSWORD: str = env.str("SEAL_KEY_PASSWORD", default="")
LOCAL_SEALS_DIR = LOCAL_DIR / "secrets" / "seals"
# Whose certificates count; `local` goes with the local key.
TRUST_FILE: str = required("TRUST_FILE", "local")
# Revocation lists (DER) of the authorities, put into each seal.
REVOCATION_FILES = [Path(one) for one in env.list("REVOCATION_FILES", default=[])]

# `local`, `none`, or the address of a time-stamping authority (RFC 3161).
TSA_URL: str = required("TSA_URL", "local")
TSA_SECONDS: int = env.int("TSA_SECONDS", default=5)
# Days before a proof ages that it is stamped again.
RESTAMP_DAYS: int = env.int("RESTAMP_DAYS", default=180)

# Bytes of a paper or pack that somebody shows to have it judged.
VERIFY_BYTES: int = env.int("VERIFY_BYTES", default=20 << 20)

if PRODUCTION and "local" in {SEAL_KEY, TRUST_FILE, TSA_URL}:
    raise ImproperlyConfigured("SEAL_KEY, TRUST_FILE and TSA_URL can not be the local authority in production")
