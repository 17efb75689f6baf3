"""How a command answers: one JSON document or text, the progress on a terminal, and the errors."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from gridgov.errors import DatabaseAway, Fault, GridgovError, Language, NotYet, SetupError, UsageError
from gridgov.settings import load_settings

T = TypeVar("T")

REFUSED, WRONG_USE, DEFECT = 1, 2, 70
_FAULTS_SHOWN = 50


def emit(document: Mapping[str, Any], as_json: bool, render: Callable[[Mapping[str, Any]], None]) -> None:
    """Writes the answer: with `as_json` the document alone, else what `render` prints of it."""
    if as_json:
        print(json.dumps(document, ensure_ascii=False, allow_nan=False), flush=True)
    else:
        render(document)


def progress(items: Iterable[T], label: str, total: int | None = None) -> Iterator[T]:
    """The items, with a bar on stderr while a person watches; silent in a pipe."""
    if not sys.stderr.isatty():
        yield from items
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        yield from bar.track(items, description=label, total=total)


def tell(text: str) -> None:
    """A word on stderr to a person who watches; nothing in a pipe."""
    if sys.stderr.isatty():
        print(text, file=sys.stderr)


def language() -> Language:
    """The language chosen in GRIDGOV_LANGUAGE; Chinese when even that cannot be read."""
    try:
        return load_settings().language
    except SetupError:
        return "zh"


def report(error: GridgovError, as_json: bool) -> int:
    """Writes the refusal where its reader looks, and gives back the exit code."""
    chosen = language()
    if as_json:
        print(json.dumps(error.as_problem(chosen), ensure_ascii=False, default=str))
    else:
        print(_as_text(error, chosen), file=sys.stderr)
    return WRONG_USE if isinstance(error, SetupError | UsageError | DatabaseAway) else REFUSED


def _as_text(error: GridgovError, chosen: Language) -> str:
    title, detail = (error.title_zh, error.zh) if chosen == "zh" else (error.title_en, error.en)
    lines = [f"{title}: {detail}" if chosen == "en" else f"{title}：{detail}"]
    if isinstance(error, NotYet) and chosen == "zh":
        lines.append(error.en)
    lines += [f"  {_fault(fault, chosen)}" for fault in error.faults[:_FAULTS_SHOWN]]
    if len(error.faults) > _FAULTS_SHOWN:
        more = len(error.faults) - _FAULTS_SHOWN
        lines.append(f"  … 另有 {more} 处，加 --json 可全部列出" if chosen == "zh" else f"  … and {more} more; --json lists them all")
    return "\n".join(lines)


def _fault(fault: Fault, chosen: Language) -> str:
    said = fault.zh if chosen == "zh" else fault.en
    where = f"{fault.pointer}: " if fault.pointer else ""
    place = f" ({fault.at[0]:.9f}, {fault.at[1]:.9f})" if fault.at else ""
    return f"{where}{said}{place}"
