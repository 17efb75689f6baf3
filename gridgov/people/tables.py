"""People in charge of cells and the duties of their roles (bitemporal), accounts, sessions and programs' tokens."""

from sqlalchemy import Boolean, CheckConstraint, Column, DateTime, ForeignKey, Index, Integer, LargeBinary, Table, Text, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint

from gridgov.database.metadata import SCHEMA, bitemporal_checks, identity, metadata, recorded_period, reference, valid_period

person = Table(
    "person",
    metadata,
    Column("person_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False, server_default=text("clock_timestamp()")),
)

assignment = Table(
    "assignment",
    metadata,
    identity("assignment_id"),
    reference("scheme_id", "scheme.scheme_id", index=False),
    Column("cell_code", Text, nullable=False),
    Column("person_id", Text, ForeignKey(f"{SCHEMA}.person.person_id"), nullable=False, index=True),
    Column("role", Text, nullable=False),
    Column("line", Text, nullable=False),
    Column("stand_in_for", Text, ForeignKey(f"{SCHEMA}.person.person_id"), index=True),
    Column("mandate", Text),
    valid_period(),
    recorded_period(),
    Column("opened_by", Text, nullable=False),
    Column("closed_by", Text),
    *bitemporal_checks(),
    CheckConstraint("stand_in_for is null or stand_in_for <> person_id", name="stands_in_for_another"),
    ExcludeConstraint(
        (text("scheme_id"), "="),
        (text("cell_code"), "="),
        (text("person_id"), "="),
        (text("role"), "="),
        (text("line"), "="),
        (text("valid"), "&&"),
        (text("recorded"), "&&"),
        name="assignment_once_a_day",
        using="gist",
    ),
    Index("assignment_cell", "scheme_id", "cell_code"),
)

account = Table(
    "account",
    metadata,
    Column("username", Text, primary_key=True),
    Column("role", Text, nullable=False),
    Column("cell_code", Text),
    Column("password_hash", Text, nullable=False),
    Column("sample", Boolean, nullable=False, server_default=text("false")),
    Column("failed_attempts", Integer, nullable=False, server_default=text("0")),
    Column("locked_until", DateTime(timezone=True)),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=text("clock_timestamp()")),
    # The person in charge who signs in here; null = none, or a clerk who is in charge of no cell.
    Column("person_id", Text, ForeignKey(f"{SCHEMA}.person.person_id"), index=True),
    Column("disabled_at", DateTime(timezone=True)),
    Column("password_changed_at", DateTime(timezone=True), nullable=False, server_default=text("clock_timestamp()")),
    CheckConstraint("role in ('inspector', 'planner', 'supervisor', 'admin')", name="role_known"),
)

# Only the hash of the bearer secret is kept.
session = Table(
    "session",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("username", Text, ForeignKey(f"{SCHEMA}.account.username"), nullable=False, index=True),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=text("clock_timestamp()")),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("revoked_at", DateTime(timezone=True)),
)

# What programs sign in with; known by its number, kept as its hash, never deleted.
api_token = Table(
    "api_token",
    metadata,
    identity("token_id"),
    Column("token_hash", LargeBinary, nullable=False, unique=True),
    Column("username", Text, ForeignKey(f"{SCHEMA}.account.username"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=text("clock_timestamp()")),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("last_used_at", DateTime(timezone=True)),
    Column("revoked_at", DateTime(timezone=True)),
)

# level: key of the only level a duty holds for, null = every level. ordinal: its place in the list of its role and line.
duty = Table(
    "duty",
    metadata,
    identity("duty_id"),
    Column("role", Text, nullable=False),
    Column("line", Text, nullable=False),
    Column("level", Text),
    Column("ordinal", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("instrument", Text, nullable=False),
    Column("article", Text),
    Column("status", Text, nullable=False),
    valid_period(),
    recorded_period(),
    Column("opened_by", Text, nullable=False),
    Column("closed_by", Text),
    *bitemporal_checks(),
    CheckConstraint("ordinal > 0", name="ordinal_positive"),
    CheckConstraint("status in ('example', 'confirmed')", name="status_known"),
    ExcludeConstraint(
        (text("role"), "="),
        (text("line"), "="),
        (text("coalesce(level, '')"), "="),
        (text("ordinal"), "="),
        (text("valid"), "&&"),
        (text("recorded"), "&&"),
        name="duty_once_a_day",
        using="gist",
    ),
    Index("duty_role_line", "role", "line"),
)
