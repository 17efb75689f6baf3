"""From the records of a file to the cells a scheme is to have from a day on, and to what has to be opened and closed for it.

Pure: what is in force comes in as cells, what is to be written goes out as a plan. Decides which rows are refused and why, which cells
belong together, and which versions change; whether the cells tile is proved in `gridgov.geo.coverage`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal

import shapely
from shapely import MultiPolygon
from shapely.geometry.base import BaseGeometry

from gridgov.errors import InvalidGeometry, Language, Refused, UsageError
from gridgov.geo.clean import require_clean
from gridgov.grids.cell import Cell, CellRecord, Level
from gridgov.grids.mending import NOTHING_DECIDED, Rulings
from gridgov.grids.parents import ParentChain, contradictions, parent_chain

Mode = Literal["new", "replace", "add"]
FIRST_DAY: Final = date(1900, 1, 1)
LARGEST_REPAIR_M: Final = 50.0
LONGEST_CODE: Final = 64
LONGEST_NAME: Final = 200


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """One level to load, as a face asks for it.

    records: in file order, lon/lat EPSG:4490, not snapped. today: the day where no other is given. outline: the land the level must fill,
    lon/lat EPSG:4490; allow_gaps: the reason for which uncovered ground may stand; repair_m: metres, at most 50;
    rulings: what was decided on single faults; source: the file's name.
    """

    scheme: str | None
    level: str
    records: tuple[CellRecord, ...]
    today: date
    source: str = ""
    mode: Mode = "new"
    effective_from: date | None = None
    outline: BaseGeometry | None = None
    allow_gaps: str | None = None
    repair_m: float | None = None
    rulings: Rulings = NOTHING_DECIDED
    dry_run: bool = False
    grow_area: bool = False
    language: Language = "zh"

    def checked(self) -> "ImportRequest":
        """The request itself. Raises UsageError for what no file could make right."""
        if self.mode not in ("new", "replace", "add"):
            raise UsageError(f"'{self.mode}' is no mode: new, replace or add.", f"“{self.mode}”不是导入方式，应为 new、replace 或 add。")
        if self.repair_m is not None and not 0 < self.repair_m <= LARGEST_REPAIR_M:
            raise UsageError(
                f"--repair {self.repair_m:g}: a width above 0 and up to {LARGEST_REPAIR_M:g} metres is needed.",
                f"--repair {self.repair_m:g}：宽度应大于 0 且不超过 {LARGEST_REPAIR_M:g} 米。",
            )
        if self.allow_gaps is not None and not self.allow_gaps.strip():
            raise UsageError("--allow-gaps needs a reason, which is kept with each gap.", "--allow-gaps 须写明原因，原因随每处空隙一并保存。")
        if not self.records:
            raise Refused("The file has no features; nothing was loaded.", "文件中没有任何要素，未载入任何内容。")
        return self


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row of the file that cannot become a cell, and why. point: (lon, lat) on its ground, None when it has none."""

    row: int
    code: str
    reason_en: str
    reason_zh: str
    point: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Draft:
    """A cell as it is to be from the day of the change on; lon/lat EPSG:4490 on the lattice."""

    rank: int
    code: str
    name: str
    parent_code: str | None
    geometry: MultiPolygon


@dataclass(frozen=True, slots=True)
class Sorting:
    """The rows of a file sorted into what can be used. drawn: rows whose geometry is clean, whatever else is wrong with them."""

    drawn: tuple[CellRecord, ...]
    rejected: tuple[Rejected, ...]
    invalid: tuple[Rejected, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a change writes. closed: versions that end; opened: cells that begin; unchanged: cells that go on, by rank."""

    opened: tuple[Draft, ...] = ()
    closed: tuple[Cell, ...] = ()
    unchanged: Mapping[int, int] = field(default_factory=dict)

    def opened_at(self, rank: int) -> int:
        """How many cells of a rank begin."""
        return sum(draft.rank == rank for draft in self.opened)

    def closed_at(self, rank: int) -> int:
        """How many versions of a rank end."""
        return sum(cell.rank == rank for cell in self.closed)


def sort_records(records: Sequence[CellRecord]) -> Sorting:
    """The records with a clean polygon, and every row to refuse with its reasons: blank or doubled code, blank name, unclean geometry."""
    drawn: list[CellRecord] = []
    rejected: list[Rejected] = []
    invalid: list[Rejected] = []
    first_row: dict[str, int] = {}
    for record in records:
        problem = _unclean(record)
        if problem is None:
            drawn.append(record)
        else:
            rejected.append(problem)
            invalid.append(problem)
        rejected.extend(_unnamed(record, first_row))
        first_row.setdefault(record.code, record.row)
    return Sorting(tuple(drawn), tuple(rejected), tuple(invalid))


def _unclean(record: CellRecord) -> Rejected | None:
    try:
        require_clean(record.geometry, kinds=("Polygon", "MultiPolygon"), pointer=f"row {record.row}")
    except InvalidGeometry as exc:
        place = next((fault.at for fault in exc.faults if fault.at is not None), None)
        return Rejected(record.row, record.code, exc.en, exc.zh, place or point_of(record.geometry))
    return None


def _unnamed(record: CellRecord, first_row: Mapping[str, int]) -> list[Rejected]:
    reasons: list[tuple[str, str]] = []
    if not record.code:
        reasons.append(("The code is missing.", "缺少编码。"))
    elif not is_plain(record.code, LONGEST_CODE):
        reasons.append((f"The code is longer than {LONGEST_CODE} characters or holds control characters.", f"编码超过 {LONGEST_CODE} 个字符或含控制字符。"))
    elif record.code in first_row:
        reasons.append(
            (f"The code {record.code} stands in row {first_row[record.code]} already.", f"编码 {record.code} 与第 {first_row[record.code]} 行重复。")
        )
    if not record.name:
        reasons.append(("The name is blank.", "名称为空。"))
    elif not is_plain(record.name, LONGEST_NAME):
        reasons.append((f"The name is longer than {LONGEST_NAME} characters or holds control characters.", f"名称超过 {LONGEST_NAME} 个字符或含控制字符。"))
    return [Rejected(record.row, record.code, en, zh, point_of(record.geometry)) for en, zh in reasons]


def is_plain(text: str, longest: int) -> bool:
    """Whether a text is short enough and all of it can be seen."""
    return len(text) <= longest and text.isprintable()


def point_of(geometry: BaseGeometry | None) -> tuple[float, float] | None:
    """A point on a geometry, to show where it is; None for nothing and for coordinates that are no numbers."""
    if geometry is None or geometry.is_empty:
        return None
    x, y = shapely.get_coordinates(geometry)[0]
    if shapely.is_valid(geometry):
        found = geometry.representative_point()
        x, y = found.x, found.y
    return (round(float(x), 9), round(float(y), 9)) if abs(x) <= 1e9 and abs(y) <= 1e9 else None


def sort_parents(records: Sequence[CellRecord], levels: Sequence[Level]) -> tuple[list[ParentChain], list[Rejected]]:
    """The parents of each record, nearest first, and the rows that contradict an earlier one."""
    chains = [parent_chain(record, levels) for record in records]
    refused = [
        Rejected(
            record.row,
            record.code,
            f"Parent {parent} stands for '{now}' here and for '{before}' in an earlier row.",
            f"上级 {parent} 在本行对应“{now}”，与前面行中的“{before}”不一致。",
            point_of(record.geometry),
        )
        for record, parent, before, now in contradictions(list(zip(records, chains, strict=True)))
    ]
    return chains, refused


def leaf_drafts(records: Sequence[CellRecord], cells: Sequence[MultiPolygon], chains: Sequence[ParentChain]) -> list[Draft]:
    """The leaf cells with their final geometry, in the order of the file."""
    return [
        Draft(rank=0, code=record.code, name=record.name, parent_code=chain[0][0] if chain else None, geometry=geometry)
        for record, geometry, chain in zip(records, cells, chains, strict=True)
    ]


def parent_links(chains: Sequence[ParentChain]) -> dict[tuple[int, str], tuple[str | None, str | None]]:
    """(rank, code) of every parent -> (its name or None, its own parent's code or None)."""
    links: dict[tuple[int, str], tuple[str | None, str | None]] = {}
    for chain in chains:
        for index, (code, name) in enumerate(chain):
            above = chain[index + 1][0] if index + 1 < len(chain) else None
            known = links.get((index + 1, code), (None, None))
            links[index + 1, code] = (known[0] or name, above)
    return links


def links_in_force(cells: Sequence[Cell]) -> dict[tuple[int, str], tuple[str | None, str | None]]:
    """The same for cells that are in force, so that an import that says nothing of a parent keeps its name and place."""
    return {(cell.rank, cell.code): (cell.name, cell.parent_code) for cell in cells if cell.rank > 0}


def plan_change(before: Sequence[Cell], after: Sequence[Draft]) -> Plan:
    """Which versions go on, which end and which begin when `after` follows `before`.

    A cell goes on when ground, name and parent are the same; ring starts and the order of rings and parts do not matter.
    """
    standing = {(cell.rank, cell.code): cell for cell in before}
    opened: list[Draft] = []
    closed: list[Cell] = []
    unchanged: dict[int, int] = {}
    for draft in after:
        old = standing.pop((draft.rank, draft.code), None)
        if old is not None and is_same(old, draft):
            unchanged[draft.rank] = unchanged.get(draft.rank, 0) + 1
            continue
        opened.append(draft)
        if old is not None:
            closed.append(old)
    closed.extend(standing.values())
    return Plan(tuple(opened), tuple(sorted(closed, key=lambda cell: (-cell.rank, cell.code))), unchanged)


def is_same(cell: Cell, draft: Draft) -> bool:
    """Whether a version in force already is what the draft wants."""
    return cell.name == draft.name and cell.parent_code == draft.parent_code and cell.geometry is not None and is_same_ground(cell.geometry, draft.geometry)


def is_same_ground(first: BaseGeometry, second: BaseGeometry) -> bool:
    """Whether two polygons have the same vertices, whatever their order."""
    if shapely.get_num_coordinates(first) != shapely.get_num_coordinates(second):
        return False
    return bool(shapely.equals_exact(first.normalize(), second.normalize(), 0.0))


def touched_later(plan: Plan, later: Sequence[Cell]) -> list[Cell]:
    """Versions of later days that a change of today's ground would contradict: of the same code, or where a changed cell lies.

    later: versions that begin after the day of the change, or that end after it.
    """
    changed: list[Draft | Cell] = [*plan.opened, *plan.closed]
    codes = {(cell.rank, cell.code) for cell in changed}
    grounds = [cell.geometry for cell in changed if cell.geometry is not None]
    tree = shapely.STRtree(grounds)
    return [cell for cell in later if (cell.rank, cell.code) in codes or (cell.geometry is not None and _meets(tree, cell.geometry))]


def _meets(tree: shapely.STRtree, geometry: BaseGeometry) -> bool:
    return len(tree.query(geometry, predicate="intersects")) > 0
