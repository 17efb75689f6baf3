"""Hashing of passwords and drawing of session secrets: the two acts in `people` that need randomness.

Parameters are those of RFC 9106, section 4, second recommended option (argon2id, 64 MiB, 3 passes, 4 lanes).
"""

import hashlib
import secrets
import unicodedata

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher(time_cost=3, memory_cost=65_536, parallelism=4, hash_len=32, salt_len=16, type=Type.ID)

# Verified when the account is unknown or locked, so that the answer takes as long as for a known one. It is the hash of a secret nobody kept.
_NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$Z3JpZGdvdi1ub2JvZHktMQ$M1q0cXfI0m5b8s3sE1tqz9mM1P0m8m0h4cY0rj9l2nA"


def hash_password(password: str) -> str:
    """The PHC string to store; the password is taken in NFC so that two keyboards give one password."""
    return _HASHER.hash(unicodedata.normalize("NFC", password))


def password_matches(password_hash: str | None, password: str) -> bool:
    """Whether the password is the one hashed; None (nobody) takes as long and is never true."""
    try:
        matches = _HASHER.verify(password_hash or _NOBODY, unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass"))
    except (VerificationError, InvalidHashError):
        return False
    return matches and password_hash is not None


def new_token() -> str:
    """An opaque random secret of 256 bits, URL-safe."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> bytes:
    """What is stored of a token: its SHA-256. The token has full entropy, so no salt or stretching is needed."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
