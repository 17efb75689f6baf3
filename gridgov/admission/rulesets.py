"""Which editions of the admission lists hold on a day."""

from collections.abc import Iterable
from datetime import date

from gridgov.admission.rule import RuleSet


def lists_in_force(editions: Iterable[RuleSet], on: date) -> list[RuleSet]:
    """The lists that hold on a day, by name: of each the edition with the greatest `effective_from` <= on.

    None of a list whose newest edition has run out or been repealed. A later edition ends its predecessor for good, and so does a
    repeal from the first day of the edition that declares it: neither comes back when the later one ends.
    """
    begun = [edition for edition in editions if edition.effective_from <= on]
    repealed = {ended for edition in begun for ended in edition.repeals}
    newest: dict[str, RuleSet] = {}
    for edition in begun:
        held = newest.get(edition.ruleset)
        if held is None or held.effective_from < edition.effective_from:
            newest[edition.ruleset] = edition
    return [
        edition
        for _, edition in sorted(newest.items())
        if (edition.effective_to is None or on < edition.effective_to) and (edition.ruleset, edition.edition) not in repealed
    ]
