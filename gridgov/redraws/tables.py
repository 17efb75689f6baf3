"""Redraws of a grid: the changeset with its operations, what was done with it, and which cells came of which."""

from sqlalchemy import CheckConstraint, Column, Date, DateTime, Index, Integer, Numeric, SmallInteger, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB

from gridgov.database.metadata import identity, metadata, reference

# version counts the saves; base_revision: the scheme's revision the operations were last played on. change_id: what the approval wrote.
# outcome: what the engine said of the operations when they were last played: steps, notes, how much was checked.
redraw = Table(
    "redraw",
    metadata,
    identity("redraw_id"),
    reference("scheme_id", "scheme.scheme_id", index=False),
    Column("status", Text, nullable=False, server_default=text("'draft'")),
    Column("effective_from", Date, nullable=False),
    Column("reason", Text, nullable=False),
    Column("document", Text, nullable=False),
    Column("base_revision", Integer, nullable=False),
    Column("operations", JSONB, nullable=False),
    Column("successors", JSONB, nullable=False),
    Column("outcome", JSONB, nullable=False),
    Column("drafted_by", Text, nullable=False),
    Column("drafted_at", DateTime(timezone=True), nullable=False, server_default=text("clock_timestamp()")),
    Column("saved_at", DateTime(timezone=True), nullable=False, server_default=text("clock_timestamp()")),
    Column("version", Integer, nullable=False, server_default=text("1")),
    reference("change_id", "change.change_id", nullable=True),
    reference("withdrawn_change_id", "change.change_id", nullable=True),
    CheckConstraint("status in ('draft', 'submitted', 'approved', 'withdrawn')", name="status_known"),
    CheckConstraint("version > 0", name="version_positive"),
    CheckConstraint("change_id is not null or status <> 'approved'", name="approved_is_written"),
    CheckConstraint("withdrawn_change_id is null or (change_id is not null and status = 'withdrawn')", name="withdrawn_was_written"),
    Index("redraw_scheme_status", "scheme_id", "status"),
)

redraw_event = Table(
    "redraw_event",
    metadata,
    identity("event_id"),
    reference("redraw_id", "redraw.redraw_id"),
    Column("at", DateTime(timezone=True), nullable=False, server_default=text("clock_timestamp()")),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("note", Text),
    Column("version", Integer, nullable=False),
    CheckConstraint("action in ('drafted', 'saved', 'submitted', 'approved', 'rejected', 'withdrawn')", name="action_known"),
)

# area_m2: ground that both codes have in common. undone_by: the change that took a redraw back before its day.
lineage = Table(
    "lineage",
    metadata,
    identity("lineage_id"),
    reference("scheme_id", "scheme.scheme_id", index=False),
    reference("change_id", "change.change_id"),
    Column("rank", SmallInteger, nullable=False),
    Column("from_code", Text, nullable=False),
    Column("to_code", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("area_m2", Numeric(18, 2), nullable=False),
    reference("undone_by", "change.change_id", nullable=True),
    CheckConstraint("kind in ('split', 'merge')", name="kind_known"),
    Index("lineage_from", "scheme_id", "from_code"),
    Index("lineage_to", "scheme_id", "to_code"),
)
