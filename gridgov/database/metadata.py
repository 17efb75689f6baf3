"""The one MetaData all tables belong to, and the column kinds they share."""

from typing import Any

from geoalchemy2 import Geometry
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    MetaData,
)
from sqlalchemy.dialects.postgresql import DATERANGE, TSTZRANGE

SCHEMA = "gridgov"
STORAGE_SRID = 4490

metadata = MetaData(
    schema=SCHEMA,
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "%(table_name)s_%(column_0_N_name)s_unique",
        "ck": "%(table_name)s_%(constraint_name)s",
        "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
        "pk": "%(table_name)s_pkey",
    },
)


def identity(name: str) -> "Column[int]":
    """A number the database gives, and the primary key."""
    return Column(name, BigInteger, Identity(always=True), primary_key=True)


def geometry(kind: str = "MULTIPOLYGON", *, name: str = "geometry", srid: int = STORAGE_SRID, nullable: bool = False) -> "Column[Any]":
    """A stored geometry in lon/lat EPSG:4490 (or SRID 0 for equal-area pieces, 3857 for what the map draws), never NULL unless said so.

    Its GiST index and its checks are declared beside it: a NULL passes a CHECK, and PostGIS accepts empty and invalid values.
    """
    return Column(name, Geometry(kind, srid=srid, spatial_index=False), nullable=nullable)


def clean_geometry(column: str = "geometry") -> list[CheckConstraint]:
    """Valid, not empty, inside the world: PostGIS stores bow-ties, EMPTY and NaN without a word."""
    return [
        CheckConstraint(f"st_isvalid({column})", name=f"{column}_valid"),
        CheckConstraint(f"not st_isempty({column})", name=f"{column}_not_empty"),
        CheckConstraint(
            f"st_xmin({column}) >= -180 and st_xmax({column}) <= 180 and st_ymin({column}) >= -90 and st_ymax({column}) <= 90",
            name=f"{column}_in_world",
        ),
    ]


def drawing_checks(column: str = "geometry") -> list[CheckConstraint]:
    """A shape for the map (EPSG:3857): not empty, inside the plane; it may cross itself by less than half a pixel."""
    return [
        CheckConstraint(f"not st_isempty({column})", name=f"{column}_not_empty"),
        CheckConstraint(
            f"st_xmin({column}) >= -20037509 and st_xmax({column}) <= 20037509 and st_ymin({column}) >= -20037509 and st_ymax({column}) <= 20037509",
            name=f"{column}_in_plane",
        ),
    ]


def valid_period() -> "Column[Any]":
    """Days in force: lower day inclusive, upper exclusive; upper open = until further notice."""
    return Column("valid", DATERANGE, nullable=False)


def recorded_period() -> "Column[Any]":
    """Since when, and until when, the system knew this row."""
    return Column("recorded", TSTZRANGE, nullable=False)


def bitemporal_checks() -> list[CheckConstraint]:
    """Both periods have a beginning, and a row that is no longer known says which change closed it."""
    return [
        CheckConstraint("not isempty(valid) and lower_inc(valid) and not lower_inf(valid)", name="valid_has_first_day"),
        CheckConstraint("not isempty(recorded) and not lower_inf(recorded)", name="recorded_has_start"),
        CheckConstraint("(closed_by is null) = upper_inf(recorded)", name="closed_by_whom"),
    ]


def reference(name: str, target: str, *, nullable: bool = False, index: bool = True) -> "Column[int]":
    """A foreign key with its index; index=False where another index begins with it."""
    return Column(name, BigInteger, ForeignKey(f"{SCHEMA}.{target}"), nullable=nullable, index=index)
