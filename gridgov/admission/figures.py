"""Printed figures: every number enters a verdict once, as a decimal of fixed scale, and only the printed value decides anything.

m2 at 0.01, m at 0.001, shares at 1e-6. The document alone then re-derives every decision.
"""

from decimal import ROUND_HALF_EVEN, Decimal

ZERO_M2 = Decimal("0.00")
ZERO_M = Decimal("0.000")


def square_metres(area: float) -> Decimal:
    """An area in m2 as printed, at 0.01."""
    return _fixed(area, 2)


def metres(length: float) -> Decimal:
    """A length in m as printed, at 0.001."""
    return _fixed(length, 3)


def share_of(part: Decimal, whole: Decimal) -> Decimal:
    """part / whole at 1e-6, both as printed; 0 when the whole is nothing."""
    if whole == 0:
        return Decimal("0.000000")
    return (part / whole).quantize(Decimal("0.000001"), rounding=ROUND_HALF_EVEN)


def _fixed(value: float, places: int) -> Decimal:
    # Formatting rounds the binary value itself, correctly and once; adding 0 turns -0.00 into 0.00.
    return Decimal(f"{value:.{places}f}") + 0
