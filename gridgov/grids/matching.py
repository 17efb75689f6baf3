"""The one form in which names and codes are searched, and the patterns a search asks the database for.

A name is compared in NFKC and lower case: full-width ＡＢ is ab. What is special in a pattern stands for itself.
"""

import unicodedata


def searched(text: str) -> str:
    """The text as names are compared: NFKC, lower case, without surrounding blanks."""
    return unicodedata.normalize("NFKC", text).strip().lower()


def holds(text: str) -> str:
    """The LIKE pattern of names that hold a searched text."""
    return f"%{_literal(text)}%"


def begins(text: str) -> str:
    """The LIKE pattern of what begins with a searched text."""
    return f"{_literal(text)}%"


def _literal(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
