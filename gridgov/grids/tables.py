"""Schemes, levels and their dated cells (bitemporal: `valid` = in force, `recorded` = known)."""

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, DateTime, Double, ForeignKey, Index, Integer, Numeric, SmallInteger, Table, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, ExcludeConstraint

from gridgov.database.metadata import (
    SCHEMA,
    bitemporal_checks,
    clean_geometry,
    drawing_checks,
    geometry,
    identity,
    metadata,
    recorded_period,
    reference,
    valid_period,
)

# One row a scheme is the plan that is locked for every check-and-write (row locks on cells fail when two edits grow into one gap).
scheme = Table(
    "scheme",
    metadata,
    identity("scheme_id"),
    Column("key", Text, nullable=False, unique=True),
    Column("overlay", Boolean, nullable=False, server_default=text("false")),
    Column("revision", Integer, nullable=False, server_default=text("0")),
    Column("recorded_last", DateTime(timezone=True), nullable=False, server_default=text("clock_timestamp()")),
)

# rank 0 = leaf (the level that is drawn), 1 = its parents, ...
level = Table(
    "level",
    metadata,
    Column("scheme_id", BigInteger, ForeignKey(f"{SCHEMA}.scheme.scheme_id"), primary_key=True),
    Column("rank", SmallInteger, primary_key=True),
    Column("key", Text, nullable=False),
    Column("label", Text, nullable=False),
    Column("code_length", SmallInteger),
    CheckConstraint("rank between 0 and 8", name="rank_known"),
    Index("level_scheme_key_unique", "scheme_id", "key", unique=True),
)

change = Table(
    "change",
    metadata,
    identity("change_id"),
    reference("scheme_id", "scheme.scheme_id"),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("actor", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("reason", Text, nullable=False, server_default=text("''")),
    # The scheme's revision that it made: what changed since another one is a comparison.
    Column("revision", Integer, nullable=False),
    Index("change_scheme_revision_unique", "scheme_id", "revision", unique=True),
)

cell = Table(
    "cell",
    metadata,
    identity("version_id"),
    reference("scheme_id", "scheme.scheme_id", index=False),
    Column("rank", SmallInteger, nullable=False),
    Column("code", Text, nullable=False),
    Column("parent_code", Text),
    Column("name", Text, nullable=False),
    geometry(),
    Column("area_m2", Numeric(18, 2), nullable=False),
    valid_period(),
    recorded_period(),
    reference("opened_by", "change.change_id"),
    reference("closed_by", "change.change_id", nullable=True),
    # Why a redraw opened this version; null = not a redraw. node: the ground of the one before, with vertices that its neighbours needed.
    Column("cause", Text),
    *bitemporal_checks(),
    *clean_geometry(),
    CheckConstraint("cause in ('redraw', 'node', 'rename', 'reparent')", name="cause_known"),
    ExcludeConstraint(
        (text("scheme_id"), "="),
        (text("rank"), "="),
        (text("code"), "="),
        (text("valid"), "&&"),
        (text("recorded"), "&&"),
        name="cell_one_version_a_day",
        using="gist",
    ),
    # One partial index a level: a look-up tests leaf geometry only, parents come by code.
    *(Index(f"cell_geometry_rank_{rank}", "geometry", postgresql_using="gist", postgresql_where=text(f"rank = {rank}")) for rank in range(3)),
    Index("cell_geometry_higher", "geometry", postgresql_using="gist", postgresql_where=text("rank > 2")),
    Index("cell_scheme_code", "scheme_id", "code"),
    Index("cell_scheme_parent", "scheme_id", "rank", "parent_code"),
)

outline = Table(
    "outline",
    metadata,
    identity("outline_id"),
    reference("scheme_id", "scheme.scheme_id"),
    Column("source", Text, nullable=False),
    geometry(),
    valid_period(),
    recorded_period(),
    reference("opened_by", "change.change_id"),
    reference("closed_by", "change.change_id", nullable=True),
    *bitemporal_checks(),
    *clean_geometry(),
    CheckConstraint("source in ('file', 'parent')", name="source_known"),
    Index("outline_geometry", "geometry", postgresql_using="gist"),
)

allowed_gap = Table(
    "allowed_gap",
    metadata,
    identity("gap_id"),
    reference("scheme_id", "scheme.scheme_id"),
    geometry(),
    Column("area_m2", Numeric(18, 2), nullable=False),
    Column("reason", Text, nullable=False),
    valid_period(),
    recorded_period(),
    reference("opened_by", "change.change_id"),
    reference("closed_by", "change.change_id", nullable=True),
    *bitemporal_checks(),
    *clean_geometry(),
    Index("allowed_gap_geometry", "geometry", postgresql_using="gist"),
)

# The box of what was imported; sites more than a degree outside are refused.
area_of_use = Table(
    "area_of_use",
    metadata,
    Column("singleton", Boolean, primary_key=True, server_default=text("true")),
    Column("west", Double, nullable=False),
    Column("south", Double, nullable=False),
    Column("east", Double, nullable=False),
    Column("north", Double, nullable=False),
    CheckConstraint("singleton", name="one_row"),
    CheckConstraint("west < east and south < north", name="box_has_extent"),
)

# From which level on the cells are drawn at each zoom (5 to 14), and the box of them all, on the days of one state of the grid.
cell_drawing = Table(
    "cell_drawing",
    metadata,
    identity("drawing_id"),
    reference("scheme_id", "scheme.scheme_id", index=False),
    Column("finest", ARRAY(SmallInteger), nullable=False),
    Column("west", Double, nullable=False),
    Column("south", Double, nullable=False),
    Column("east", Double, nullable=False),
    Column("north", Double, nullable=False),
    valid_period(),
    CheckConstraint("not isempty(valid) and lower_inc(valid) and not lower_inf(valid)", name="valid_has_first_day"),
    ExcludeConstraint((text("scheme_id"), "="), (text("valid"), "&&"), name="cell_drawing_one_a_day", using="gist"),
)

# Derived: what a cell looks like at a zoom, of arcs that its neighbours share. A neighbour's change may change it, so it has days of its own.
cell_shape = Table(
    "cell_shape",
    metadata,
    identity("shape_id"),
    reference("scheme_id", "scheme.scheme_id", index=False),
    Column("rank", SmallInteger, nullable=False),
    Column("zoom", SmallInteger, nullable=False),
    Column("code", Text, nullable=False),
    Column("name", Text, nullable=False),
    geometry(srid=3857),
    Column("label_x", Double, nullable=False),
    Column("label_y", Double, nullable=False),
    valid_period(),
    CheckConstraint("not isempty(valid) and lower_inc(valid) and not lower_inf(valid)", name="valid_has_first_day"),
    *drawing_checks(),
    Index("cell_shape_code", "scheme_id", "code"),
    Index("cell_shape_geometry", "scheme_id", "zoom", "geometry", postgresql_using="gist"),
)
