"""Uploaded files, jobs with what they found, and the rows of batches. The queue itself is the library's, in a schema of its own."""

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, DateTime, Double, ForeignKey, Index, Integer, LargeBinary, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from gridgov.database.metadata import SCHEMA, metadata

_NOW = text("clock_timestamp()")
_JOB = f"{SCHEMA}.job.job_id"

upload = Table(
    "upload",
    metadata,
    Column("upload_id", Uuid, primary_key=True),
    Column("owner", Text, nullable=False),
    Column("filename", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("layers", JSONB, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=_NOW),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Index("upload_owner", "owner"),
    Index("upload_expires_at", "expires_at"),
)

# attempt: how often it was begun; whoever writes for a job says which attempt it is, so that one that was taken over writes nothing.
job = Table(
    "job",
    metadata,
    Column("job_id", Uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("asked_by", Text, nullable=False),
    Column("asked_role", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("upload_id", Uuid),
    Column("filename", Text, nullable=False),
    Column("options", JSONB, nullable=False),
    Column("state", Text, nullable=False, server_default=text("'queued'")),
    Column("done", Integer, nullable=False, server_default=text("0")),
    Column("total", Integer),
    Column("message", Text, nullable=False, server_default=text("''")),
    Column("result", JSONB),
    Column("error", JSONB),
    Column("attempt", Integer, nullable=False, server_default=text("0")),
    Column("cancel_requested", Boolean, nullable=False, server_default=text("false")),
    Column("queue_id", BigInteger),
    Column("queued_at", DateTime(timezone=True), nullable=False, server_default=_NOW),
    Column("started_at", DateTime(timezone=True)),
    Column("finished_at", DateTime(timezone=True)),
    CheckConstraint("kind in ('siting-batch', 'cells-import', 'zones-import')", name="kind_known"),
    CheckConstraint("state in ('queued', 'running', 'done', 'failed', 'cancelled')", name="state_known"),
    CheckConstraint("(finished_at is null) = (state in ('queued', 'running'))", name="ended_or_open"),
    CheckConstraint("language in ('zh', 'en')", name="language_known"),
    Index("job_asked_by", "asked_by", "queued_at", "job_id"),
    Index("job_queued_at", "queued_at", "job_id"),
    Index("job_open", "upload_id", postgresql_where=text("state in ('queued', 'running')")),
)

job_report = Table(
    "job_report",
    metadata,
    Column("job_id", Uuid, ForeignKey(_JOB), primary_key=True),
    Column("report", JSONB, nullable=False),
    Column("candidate", LargeBinary),
)

# fingerprint: what the rows were answered by; a batch that goes on under other editions begins anew.
batch = Table(
    "batch",
    metadata,
    Column("job_id", Uuid, ForeignKey(_JOB), primary_key=True),
    Column("columns", JSONB, nullable=False),
    Column("crs", Text, nullable=False),
    Column("shaped", Boolean, nullable=False),
    Column("fingerprint", Text, nullable=False),
)

# shape: WKB in the file's own reference system. lon to north: degrees, for lists and the map.
batch_row = Table(
    "batch_row",
    metadata,
    Column("job_id", Uuid, ForeignKey(_JOB), primary_key=True),
    Column("row_number", Integer, primary_key=True, autoincrement=False),
    Column("name", Text),
    Column("verdict", Text),
    Column("answer", JSONB, nullable=False),
    Column("findings", JSONB, nullable=False),
    Column("columns", JSONB, nullable=False),
    Column("shape", LargeBinary),
    Column("lon", Double),
    Column("lat", Double),
    Column("west", Double),
    Column("south", Double),
    Column("east", Double),
    Column("north", Double),
    CheckConstraint("verdict in ('prohibited', 'undetermined', 'conditional', 'permitted')", name="verdict_known"),
    Index("batch_row_verdict", "job_id", "verdict", "row_number"),
)
