"""What a scheme would look like after an import, and what has to be written for it. Pure: nothing is loaded or saved here.

Puts together the rows of the file, what stands, the noding and repair of the level, the proof that it tiles, and the parents above it.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from gridgov.grids.cell import AllowedGap, Cell, CellRecord, Level, Outline, Scheme
from gridgov.grids.higher import Comparison, LoadedParent, compare_level
from gridgov.grids.importing import (
    Draft,
    ImportRequest,
    Plan,
    Rejected,
    is_same_ground,
    leaf_drafts,
    links_in_force,
    parent_links,
    plan_change,
    point_of,
    sort_parents,
    sort_records,
)
from gridgov.grids.mending import Told, open_faults
from gridgov.grids.parents import ParentChain, settled_chain, taken_codes
from gridgov.grids.report import Coverage, GapEntry, ImportOutcome, LevelViolation
from gridgov.grids.tiling import (
    Gap,
    Proof,
    Rounded,
    clean_overlay,
    duplicates,
    invalid_rows,
    node_and_repair,
    orphans,
    outline_ground,
    prove,
    source_of,
    union_of_children,
)


@dataclass(frozen=True, slots=True)
class Standing:
    """What a scheme has on the day of a change, as known now. later: versions that begin or end after that day."""

    scheme: Scheme
    day: date
    cells: tuple[Cell, ...] = ()
    later: tuple[Cell, ...] = ()
    outline: Outline | None = None
    gaps: tuple[AllowedGap, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """What an import would write, and the report on it. outline: to be declared in the place of the one in force, None = leave it."""

    day: date
    plan: Plan
    coverage: Coverage
    outcome: ImportOutcome
    outline: Outline | None = None
    new_gaps: tuple[Gap, ...] = ()
    ended_gaps: tuple[int, ...] = ()

    @property
    def changes_anything(self) -> bool:
        """Whether there is anything to write."""
        return bool(self.plan.opened or self.plan.closed or self.new_gaps or self.ended_gaps or self.outline)


def decide_import(request: ImportRequest, standing: Standing, level: Level) -> Decision:
    """The decision on one level's file; `coverage.ok` and no rejected row = it may be written."""
    return _decide_leaf(request, standing) if level.rank == 0 else _decide_higher(request, standing, level)


def _decide_leaf(request: ImportRequest, standing: Standing) -> Decision:
    levels = standing.scheme.levels
    sorting = sort_records(request.records)
    kept = _kept_leaves(standing) if request.mode == "add" else []
    rejected = [*sorting.rejected, *_already_standing(sorting.drawn, kept)]
    held = _standing_chains(standing)
    records = [*(_as_record(cell, held[cell.code]) for cell in kept), *sorting.drawn]
    chains, contradicting = sort_parents(records, levels)
    chains = _settled(records, chains, held, levels)
    outline = _outline_of(request, standing)
    rounded = _round(request, standing, records, outline)
    outline = _noded(outline, rounded)
    proof = _prove(request, standing, rounded, records, outline)
    leaves = leaf_drafts(records, rounded.cells, chains)
    links = links_in_force(standing.cells) | _given(parent_links(chains), links_in_force(standing.cells))
    drafts = leaves if proof.violations or rejected else [*leaves, *_parents(leaves, links, standing)]
    found = [
        *duplicates(records, levels[-1].key, told=proof.violations),
        *invalid_rows(sorting.invalid, levels[-1].key),
        *proof.violations,
        *orphans(drafts, levels),
    ]
    counts = _counts(leaves, chains, levels)
    return _decision(request, standing, _Found(drafts, tuple(found), (*rejected, *contradicting), rounded, proof, outline, counts, _labels(records)), rank=0)


@dataclass(frozen=True, slots=True)
class _Found:
    drafts: Sequence[Draft]
    violations: tuple[LevelViolation, ...]
    rejected: tuple[Rejected, ...]
    rounded: Rounded
    proof: Proof
    outline: Outline | None
    counts: Mapping[str, int]
    labels: Sequence[str] = ()


def _decision(request: ImportRequest, standing: Standing, found: _Found, *, rank: int) -> Decision:
    refused = bool(found.violations or found.rejected)
    plan = Plan() if refused else plan_change(standing.cells, found.drafts)
    coverage = Coverage(
        scheme=standing.scheme.key,
        on=standing.day,
        outline=source_of(found.outline),
        overlay=standing.scheme.overlay,
        cells=found.counts,
        violations=found.violations,
        allowed_gaps=[GapEntry(float(gap.area_m2), gap.point, gap.reason) for gap in found.proof.allowed],
    )
    outcome = ImportOutcome(
        imported={level.key: plan.opened_at(level.rank) for level in standing.scheme.levels if found.counts.get(level.key)},
        unchanged=plan.unchanged.get(rank, 0),
        closed=plan.closed_at(rank),
        rounding=found.rounded.rounding,
        repairs=found.rounded.repairs,
        rejected=found.rejected,
        proposals=_open(found, standing),
        decided=_done(found, standing),
        unused=[ruling.fault for ruling in request.rulings.single] if found.rounded.mended is None else found.rounded.mended.unused,
        dry_run=request.dry_run,
        effective_from=standing.day,
    )
    declared = found.outline if found.outline is not None and found.outline.outline_id == 0 else None
    fresh = () if refused else tuple(gap for gap in found.proof.allowed if gap.gap_id is None)
    held = {gap.gap_id for gap in found.proof.allowed}
    ended = () if refused else tuple(gap.gap_id for gap in standing.gaps if gap.gap_id not in held)
    return Decision(standing.day, plan, coverage, outcome, outline=declared, new_gaps=fresh, ended_gaps=ended)


def _open(found: _Found, standing: Standing) -> tuple[Told, ...]:
    outline = found.rounded.outline is not None
    return open_faults(found.proof.found, list(found.rounded.cells), found.labels, level=standing.scheme.levels[-1].key, has_outline=outline)


def _done(found: _Found, standing: Standing) -> tuple[Told, ...]:
    mended = found.rounded.mended
    return () if mended is None else tuple(Told(one, found.labels, standing.scheme.levels[-1].key, ruling) for one, ruling in mended.done)


def _kept_leaves(standing: Standing) -> list[Cell]:
    return [cell for cell in standing.cells if cell.rank == 0 and cell.geometry is not None]


def _already_standing(records: Sequence[CellRecord], kept: Sequence[Cell]) -> list[Rejected]:
    codes = {cell.code for cell in kept}
    return [
        Rejected(
            record.row,
            record.code,
            f"The code {record.code} is in force already; --mode replace puts the file in the place of what is there.",
            f"编码 {record.code} 已在生效；如要替换请用 --mode replace。",
            point_of(record.geometry),
        )
        for record in records
        if record.code in codes
    ]


def _as_record(cell: Cell, parents: ParentChain) -> CellRecord:
    """A standing leaf cell as if it came with the file, so that the level is treated as a whole; row 0 = not of the file."""
    assert cell.geometry is not None
    return CellRecord(row=0, code=cell.code, name=cell.name, parents=parents, geometry=cell.geometry)


def _standing_chains(standing: Standing) -> dict[str, ParentChain]:
    """The parents every leaf cell has now, by its code, so that a file that says nothing of parents leaves them as they are."""
    cells = {(cell.rank, cell.code): cell for cell in standing.cells}
    chains: dict[str, ParentChain] = {}
    for leaf in (cell for cell in standing.cells if cell.rank == 0):
        chain: list[tuple[str, str | None]] = []
        cell: Cell | None = leaf
        while cell is not None and cell.parent_code is not None:
            chain.append((cell.parent_code, None))
            cell = cells.get((cell.rank + 1, cell.parent_code))
        chains[leaf.code] = tuple(chain)
    return chains


def _settled(records: Sequence[CellRecord], chains: Sequence[ParentChain], held: Mapping[str, ParentChain], levels: Sequence[Level]) -> list[ParentChain]:
    """The chains in the words of the grid that stands, so that codes taken from a loaded level outlast the next file of leaf cells."""
    taken = taken_codes(list(held.items()), levels)
    return [settled_chain(record, chain, held.get(record.code, ()), taken) for record, chain in zip(records, chains, strict=True)]


def _given(links: Mapping[tuple[int, str], tuple[str | None, str | None]], standing: Mapping[tuple[int, str], tuple[str | None, str | None]]) -> Any:
    """The file's links, with the standing name where the file has none."""
    return {key: (name or standing.get(key, (None, None))[0], above) for key, (name, above) in links.items()}


def _round(request: ImportRequest, standing: Standing, records: Sequence[CellRecord], outline: Outline | None) -> Rounded:
    geometries = [record.geometry for record in records]
    if standing.scheme.overlay:
        return clean_overlay(geometries)
    ground = outline and outline.geometry
    return node_and_repair(geometries, _labels(records), repair_m=request.repair_m, outline=ground, gaps=standing.gaps, rulings=request.rulings)


def _labels(records: Sequence[CellRecord]) -> list[str]:
    return [record.code or f"row {record.row}" for record in records]


def _outline_of(request: ImportRequest, standing: Standing) -> Outline | None:
    """The land to fill: of this import (number 0), else the declared one in force, else None."""
    if request.outline is not None:
        return Outline(outline_id=0, source="file", geometry=outline_ground(request.outline))
    return standing.outline


def _noded(outline: Outline | None, rounded: Rounded) -> Outline | None:
    """The outline with the vertices it got from the cells; a stored one that got any is to be declared anew."""
    if outline is None or rounded.outline is None or is_same_ground(outline.geometry, rounded.outline):
        return outline
    return Outline(outline_id=0, source=outline.source, geometry=rounded.outline)


def _prove(request: ImportRequest, standing: Standing, rounded: Rounded, records: Sequence[CellRecord], outline: Outline | None) -> Proof:
    if standing.scheme.overlay:
        return Proof()
    return prove(
        rounded.cells,
        _labels(records),
        level=standing.scheme.levels[-1].key,
        outline=None if outline is None else outline.geometry,
        standing=standing.gaps,
        reason=request.allow_gaps,
        decided=[] if rounded.mended is None else rounded.mended.gaps,
    )


def _parents(leaves: Sequence[Draft], links: Mapping[tuple[int, str], tuple[str | None, str | None]], standing: Standing) -> list[Draft]:
    """The cells of the levels above, each the exact union of its children."""
    made: list[Draft] = []
    children = list(leaves)
    for level in reversed(standing.scheme.levels[:-1]):
        grounds = union_of_children(children, overlay=standing.scheme.overlay)
        children = [_parent(level.rank, code, links.get((level.rank, code), (None, None)), ground) for code, ground in sorted(grounds.items())]
        made.extend(children)
    return made


def _parent(rank: int, code: str, link: tuple[str | None, str | None], ground: Any) -> Draft:
    return Draft(rank=rank, code=code, name=link[0] or code, parent_code=link[1], geometry=ground)


def _counts(leaves: Sequence[Draft], chains: Sequence[ParentChain], levels: Sequence[Level]) -> dict[str, int]:
    codes = Counter[int]()
    codes[0] = len(leaves)
    for rank in range(1, len(levels)):
        codes[rank] = len({chain[rank - 1][0] for chain in chains if len(chain) >= rank})
    return {level.key: codes[level.rank] for level in levels}


def _decide_higher(request: ImportRequest, standing: Standing, level: Level) -> Decision:
    sorting = sort_records(request.records)
    rounded = node_and_repair([record.geometry for record in sorting.drawn], _labels(sorting.drawn), repair_m=request.repair_m)
    loaded = [LoadedParent(record, ground) for record, ground in zip(sorting.drawn, rounded.cells, strict=True)]
    derived = [cell for cell in standing.cells if cell.rank == level.rank]
    compared = compare_level(derived, loaded, level=level.key, gaps=[gap.geometry for gap in standing.gaps])
    found = [*duplicates(sorting.drawn, level.key), *invalid_rows(sorting.invalid, level.key), *compared.violations]
    held = tuple(Gap(gap.gap_id, gap.geometry, gap.area_m2, point_of(gap.geometry) or (0.0, 0.0), gap.reason) for gap in standing.gaps)
    drafts = _with_taken(standing, compared, level)
    outline = None if found or sorting.rejected else _taken_outline(request, standing, loaded, drafts, level)
    counts = {one.key: sum(cell.rank == one.rank for cell in standing.cells) for one in standing.scheme.levels}
    merged = replace(rounded, rounding=(*rounded.rounding, *compared.rounding))
    return _decision(request, standing, _Found(drafts, tuple(found), sorting.rejected, merged, Proof(allowed=held), outline, counts), rank=level.rank)


def _with_taken(standing: Standing, compared: Comparison, level: Level) -> list[Draft]:
    """Every cell as it is to be: the compared level with its taken names and codes, the level below pointing to them, the rest as it is."""
    drafts: list[Draft] = list(compared.drafts)
    for cell in standing.cells:
        if cell.rank == level.rank or cell.geometry is None:
            continue
        parent = cell.parent_code
        if cell.rank == level.rank - 1 and parent is not None:
            parent = compared.renamed.get(parent, parent)
        drafts.append(Draft(cell.rank, cell.code, cell.name, parent, cell.geometry))
    return drafts


def _taken_outline(request: ImportRequest, standing: Standing, loaded: Sequence[LoadedParent], drafts: Sequence[Draft], level: Level) -> Outline | None:
    """The outline that a loaded level declares: the ground of its cells with those allowed gaps it covers.

    Built from derived ground, which it equals up to rounding, so that the leaf cells meet it vertex for vertex.
    """
    if request.outline is not None:
        return _outline_of(request, standing)
    if standing.outline is not None and standing.outline.source == "file":
        return standing.outline
    covered = [gap.geometry for gap in standing.gaps if any(parent.ground.contains(gap.geometry.representative_point()) for parent in loaded)]
    ground = union_of_children([replace(draft, parent_code="") for draft in drafts if draft.rank == level.rank], overlay=False, filled=covered)[""]
    if standing.outline is not None and standing.outline.geometry.normalize().equals_exact(ground.normalize(), 0.0):
        return standing.outline
    return Outline(outline_id=0, source="parent", geometry=ground)
