-- What the map draws. Shapes are in the plane of web maps (EPSG:3857), computed outside the database, and may cross themselves by less than
-- half a pixel: nothing but drawing is ever done with them.

CREATE TABLE gridgov.cell_drawing (
    drawing_id BIGINT GENERATED ALWAYS AS IDENTITY,
    scheme_id BIGINT NOT NULL,
    finest SMALLINT[] NOT NULL,
    west DOUBLE PRECISION NOT NULL,
    south DOUBLE PRECISION NOT NULL,
    east DOUBLE PRECISION NOT NULL,
    north DOUBLE PRECISION NOT NULL,
    valid DATERANGE NOT NULL,
    CONSTRAINT cell_drawing_pkey PRIMARY KEY (drawing_id),
    CONSTRAINT cell_drawing_valid_has_first_day CHECK (not isempty(valid) and lower_inc(valid) and not lower_inf(valid)),
    CONSTRAINT cell_drawing_one_a_day EXCLUDE USING gist (scheme_id WITH =, valid WITH &&),
    CONSTRAINT cell_drawing_scheme_id_fkey FOREIGN KEY(scheme_id) REFERENCES gridgov.scheme (scheme_id)
);

CREATE TABLE gridgov.cell_shape (
    shape_id BIGINT GENERATED ALWAYS AS IDENTITY,
    scheme_id BIGINT NOT NULL,
    rank SMALLINT NOT NULL,
    zoom SMALLINT NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    geometry geometry(MULTIPOLYGON,3857) NOT NULL,
    label_x DOUBLE PRECISION NOT NULL,
    label_y DOUBLE PRECISION NOT NULL,
    valid DATERANGE NOT NULL,
    CONSTRAINT cell_shape_pkey PRIMARY KEY (shape_id),
    CONSTRAINT cell_shape_valid_has_first_day CHECK (not isempty(valid) and lower_inc(valid) and not lower_inf(valid)),
    CONSTRAINT cell_shape_geometry_not_empty CHECK (not st_isempty(geometry)),
    CONSTRAINT cell_shape_geometry_in_plane CHECK (st_xmin(geometry) >= -20037509 and st_xmax(geometry) <= 20037509 and st_ymin(geometry) >= -20037509 and st_ymax(geometry) <= 20037509),
    CONSTRAINT cell_shape_scheme_id_fkey FOREIGN KEY(scheme_id) REFERENCES gridgov.scheme (scheme_id)
);

-- Many short outlines: packing them costs more than it saves.
ALTER TABLE gridgov.cell_shape ALTER COLUMN geometry SET STORAGE EXTERNAL;

CREATE INDEX cell_shape_code ON gridgov.cell_shape (scheme_id, code);
CREATE INDEX cell_shape_geometry ON gridgov.cell_shape USING gist (scheme_id, zoom, geometry);

CREATE TABLE gridgov.zone_drawing (
    drawing_id BIGINT GENERATED ALWAYS AS IDENTITY,
    edition_id BIGINT NOT NULL,
    west DOUBLE PRECISION NOT NULL,
    south DOUBLE PRECISION NOT NULL,
    east DOUBLE PRECISION NOT NULL,
    north DOUBLE PRECISION NOT NULL,
    CONSTRAINT zone_drawing_pkey PRIMARY KEY (drawing_id),
    CONSTRAINT zone_drawing_edition_id_unique UNIQUE (edition_id),
    CONSTRAINT zone_drawing_edition_id_fkey FOREIGN KEY(edition_id) REFERENCES gridgov.edition (edition_id)
);

CREATE TABLE gridgov.zone_shape (
    zone_id BIGINT NOT NULL,
    zoom SMALLINT NOT NULL,
    edition_id BIGINT NOT NULL,
    geometry geometry(MULTIPOLYGON,3857) NOT NULL,
    label_x DOUBLE PRECISION NOT NULL,
    label_y DOUBLE PRECISION NOT NULL,
    CONSTRAINT zone_shape_pkey PRIMARY KEY (zone_id, zoom),
    CONSTRAINT zone_shape_geometry_not_empty CHECK (not st_isempty(geometry)),
    CONSTRAINT zone_shape_geometry_in_plane CHECK (st_xmin(geometry) >= -20037509 and st_xmax(geometry) <= 20037509 and st_ymin(geometry) >= -20037509 and st_ymax(geometry) <= 20037509),
    CONSTRAINT zone_shape_zone_id_fkey FOREIGN KEY(zone_id) REFERENCES gridgov.zone (zone_id),
    CONSTRAINT zone_shape_edition_id_fkey FOREIGN KEY(edition_id) REFERENCES gridgov.edition (edition_id)
);

ALTER TABLE gridgov.zone_shape ALTER COLUMN geometry SET STORAGE EXTERNAL;

CREATE INDEX zone_shape_geometry ON gridgov.zone_shape USING gist (edition_id, zoom, geometry);
