"""Admission lists by edition, and the siting checks that were answered."""

from sqlalchemy import CheckConstraint, Column, Date, DateTime, Index, LargeBinary, Table, Text, UniqueConstraint, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from gridgov.database.metadata import identity, metadata, reference

ruleset = Table(
    "ruleset",
    metadata,
    identity("ruleset_id"),
    Column("key", Text, nullable=False, unique=True),
    Column("registered_at", DateTime(timezone=True), nullable=False, server_default=text("clock_timestamp()")),
)

ruleset_edition = Table(
    "ruleset_edition",
    metadata,
    identity("ruleset_edition_id"),
    reference("ruleset_id", "ruleset.ruleset_id"),
    Column("edition", Text, nullable=False),
    Column("effective_from", Date, nullable=False),
    Column("effective_to", Date),
    # The list as plain data (rule file without comments): what the verdict is computed from, and what its hash covers.
    Column("document", JSONB, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False, server_default=text("clock_timestamp()")),
    UniqueConstraint("ruleset_id", "edition"),
    UniqueConstraint("ruleset_id", "effective_from"),
    CheckConstraint("effective_to is null or effective_to > effective_from", name="ends_after_start"),
)

# `document` holds the very bytes that were answered: they are returned, never re-serialised.
siting_check = Table(
    "siting_check",
    metadata,
    Column("check_id", Uuid, primary_key=True),
    Column("verdict", Text, nullable=False),
    Column("checksum", Text, nullable=False),
    Column("document", LargeBinary, nullable=False),
    Column("request", JSONB, nullable=False),
    Column("on_day", Date, nullable=False),
    Column("known_at", DateTime(timezone=True), nullable=False),
    Column("asked_by", Text, nullable=False),
    Column("asked_at", DateTime(timezone=True), nullable=False, server_default=text("clock_timestamp()")),
    CheckConstraint("verdict in ('prohibited', 'undetermined', 'conditional', 'permitted')", name="verdict_known"),
    Index("siting_check_asked_by", "asked_by"),
)
