"""Layers, their dated editions, zones as published and as equal-area pieces."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Double,
    ForeignKey,
    Index,
    Integer,
    Numeric,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from gridgov.database.metadata import SCHEMA, clean_geometry, drawing_checks, geometry, identity, metadata, reference

# Append-only catalogue: a layer ever registered is asked for ever, so that taking data away can never make a verdict milder.
layer = Table(
    "layer",
    metadata,
    identity("layer_id"),
    Column("key", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("registered_at", DateTime(timezone=True), nullable=False, server_default=text("clock_timestamp()")),
    Index("layer_kind", "kind"),
)

edition = Table(
    "edition",
    metadata,
    identity("edition_id"),
    reference("layer_id", "layer.layer_id"),
    Column("edition", Text, nullable=False),
    Column("effective_from", Date, nullable=False),
    Column("effective_to", Date),
    Column("document", Text),
    Column("scale", Integer),
    Column("accuracy_m", Double),
    Column("certainty", Text, nullable=False, server_default=text("'certain'")),
    Column("disclosure", Text, nullable=False, server_default=text("'public'")),
    Column("coverage_kind", Text, nullable=False),
    geometry(name="coverage", nullable=True),
    Column("threshold_area_m2", Numeric(12, 2), nullable=False, server_default=text("1.00")),
    Column("threshold_width_m", Numeric(12, 3), nullable=False, server_default=text("0.500")),
    Column("attributes", JSONB, nullable=False),
    Column("source_crs", Text, nullable=False),
    Column("crs_operation", Text, nullable=False),
    Column("crs_accuracy_m", Double),
    # PROJ string of the equal-area plane, centred on the edition, in which its pieces are stored.
    Column("piece_plane", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("zone_count", Integer, nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False, server_default=text("clock_timestamp()")),
    UniqueConstraint("layer_id", "edition"),
    UniqueConstraint("layer_id", "effective_from"),
    CheckConstraint("effective_to is null or effective_to > effective_from", name="ends_after_start"),
    CheckConstraint("coverage_kind in ('file', 'cells', 'area', 'none')", name="coverage_known"),
    CheckConstraint("(coverage is null) = (coverage_kind = 'none')", name="coverage_given"),
    CheckConstraint("certainty in ('certain', 'uncertain')", name="certainty_known"),
    CheckConstraint("disclosure in ('public', 'named', 'restricted')", name="disclosure_known"),
    *clean_geometry("coverage"),
    Index("edition_coverage", "coverage", postgresql_using="gist"),
)

zone = Table(
    "zone",
    metadata,
    identity("zone_id"),
    reference("edition_id", "edition.edition_id", index=False),
    Column("code", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("attributes", JSONB, nullable=False),
    geometry(),
    Column("area_m2", Numeric(18, 2), nullable=False),
    Column("vertices", Integer, nullable=False),
    UniqueConstraint("edition_id", "code"),
    *clean_geometry(),
    Index("zone_geometry", "geometry", postgresql_using="gist"),
)

zone_piece = Table(
    "zone_piece",
    metadata,
    identity("piece_id"),
    reference("zone_id", "zone.zone_id"),
    reference("edition_id", "edition.edition_id", index=False),
    geometry("POLYGON", srid=0),
    CheckConstraint("st_isvalid(geometry)", name="geometry_valid"),
    CheckConstraint("not st_isempty(geometry)", name="geometry_not_empty"),
    # Every edition has a plane of its own around (0, 0): the edition is part of the key.
    Index("zone_piece_edition_geometry", "edition_id", "geometry", postgresql_using="gist"),
)

# That an edition's shapes are there, and the box of them all.
zone_drawing = Table(
    "zone_drawing",
    metadata,
    identity("drawing_id"),
    reference("edition_id", "edition.edition_id", index=False),
    Column("west", Double, nullable=False),
    Column("south", Double, nullable=False),
    Column("east", Double, nullable=False),
    Column("north", Double, nullable=False),
    UniqueConstraint("edition_id"),
)

# Derived: what a zone looks like at a zoom, of arcs that the zones of its edition share.
zone_shape = Table(
    "zone_shape",
    metadata,
    Column("zone_id", BigInteger, ForeignKey(f"{SCHEMA}.zone.zone_id"), primary_key=True),
    Column("zoom", SmallInteger, primary_key=True),
    reference("edition_id", "edition.edition_id", index=False),
    geometry(srid=3857),
    Column("label_x", Double, nullable=False),
    Column("label_y", Double, nullable=False),
    *drawing_checks(),
    Index("zone_shape_geometry", "edition_id", "zoom", "geometry", postgresql_using="gist"),
)
