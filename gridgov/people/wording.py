"""One normal form for what names people, and the refusal of what cannot be a name.

Permission and query must compare the same text, so every id, role, line and account name passes here before it is stored or looked up.
It decides the form only; whether a name is known is the store's matter. Moments have one written form, too.
"""

import unicodedata
from datetime import UTC, datetime

from gridgov.errors import Fault, Refused

# Under these the system itself acts; an account of that name would be taken for it.
RESERVED = frozenset({"anonymous", "health", "sample", "system"})
NAME_LIMIT = 64
TEXT_LIMIT = 2000


def plain_text(value: str, *, pointer: str, limit: int = NAME_LIMIT) -> str:
    """The text in NFC without surrounding blanks; 1 to `limit` characters, none of them invisible.

    Raises Refused with `pointer` when it is empty, too long, or carries control, format, private or unpaired characters.
    """
    text = unicodedata.normalize("NFC", value).strip()
    if not text or len(text) > limit:
        raise _refused(pointer, f"must have 1 to {limit} characters", f"长度应为 1 至 {limit} 个字符")
    if any(unicodedata.category(character).startswith("C") for character in text):
        raise _refused(pointer, "contains invisible or control characters; type it again", "含有不可见字符或控制字符，请重新录入")
    return text


def identifier(value: str, *, pointer: str) -> str:
    """The one form of a person's id: NFKC (full-width letters become plain), no blanks inside."""
    text = plain_text(unicodedata.normalize("NFKC", value), pointer=pointer)
    if any(character.isspace() for character in text):
        raise _refused(pointer, "must not contain blanks", "不得含有空格")
    return text


def account_name(value: str, *, pointer: str = "/username") -> str:
    """The one form of an account's name: an identifier in lower case, so that look-alikes are one account."""
    name = identifier(identifier(value, pointer=pointer).casefold(), pointer=pointer)
    if name in RESERVED:
        raise _refused(pointer, f"{name} is used by the system itself; choose another", f"{name} 由系统保留，请改用其他名称")
    return name


def in_utc(moment: datetime) -> str:
    """A moment as RFC 3339 in UTC, to the second. moment: aware."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _refused(pointer: str, en: str, zh: str) -> Refused:
    field = pointer.strip("/") or "text"
    return Refused(f"{field}: {en}.", f"{field}：{zh}。", faults=[Fault(pointer, en, zh)])
