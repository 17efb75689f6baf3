-- The tables of every context, their constraints and indexes, in the order in which they refer to each other.

CREATE TABLE gridgov.account (
    username TEXT NOT NULL,
    role TEXT NOT NULL,
    cell_code TEXT,
    password_hash TEXT NOT NULL,
    sample BOOLEAN DEFAULT false NOT NULL,
    failed_attempts INTEGER DEFAULT 0 NOT NULL,
    locked_until TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT account_pkey PRIMARY KEY (username),
    CONSTRAINT account_role_known CHECK (role in ('inspector', 'planner', 'supervisor', 'admin'))
);

CREATE TABLE gridgov.area_of_use (
    singleton BOOLEAN DEFAULT true NOT NULL,
    west DOUBLE PRECISION NOT NULL,
    south DOUBLE PRECISION NOT NULL,
    east DOUBLE PRECISION NOT NULL,
    north DOUBLE PRECISION NOT NULL,
    CONSTRAINT area_of_use_pkey PRIMARY KEY (singleton),
    CONSTRAINT area_of_use_one_row CHECK (singleton),
    CONSTRAINT area_of_use_box_has_extent CHECK (west < east and south < north)
);

CREATE TABLE gridgov.audit_entry (
    entry_id BIGINT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail JSONB NOT NULL,
    previous_hash BYTEA NOT NULL,
    hash BYTEA NOT NULL,
    CONSTRAINT audit_entry_pkey PRIMARY KEY (entry_id)
);

CREATE TABLE gridgov.layer (
    layer_id BIGINT GENERATED ALWAYS AS IDENTITY,
    key TEXT NOT NULL,
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    registered_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT layer_pkey PRIMARY KEY (layer_id),
    CONSTRAINT layer_key_unique UNIQUE (key)
);

CREATE INDEX layer_kind ON gridgov.layer (kind);

CREATE TABLE gridgov.person (
    person_id TEXT NOT NULL,
    name TEXT NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT person_pkey PRIMARY KEY (person_id)
);

CREATE TABLE gridgov.ruleset (
    ruleset_id BIGINT GENERATED ALWAYS AS IDENTITY,
    key TEXT NOT NULL,
    registered_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT ruleset_pkey PRIMARY KEY (ruleset_id),
    CONSTRAINT ruleset_key_unique UNIQUE (key)
);

CREATE TABLE gridgov.scheme (
    scheme_id BIGINT GENERATED ALWAYS AS IDENTITY,
    key TEXT NOT NULL,
    overlay BOOLEAN DEFAULT false NOT NULL,
    revision INTEGER DEFAULT 0 NOT NULL,
    recorded_last TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT scheme_pkey PRIMARY KEY (scheme_id),
    CONSTRAINT scheme_key_unique UNIQUE (key)
);

CREATE TABLE gridgov.siting_check (
    check_id UUID NOT NULL,
    verdict TEXT NOT NULL,
    checksum TEXT NOT NULL,
    document BYTEA NOT NULL,
    request JSONB NOT NULL,
    on_day DATE NOT NULL,
    known_at TIMESTAMP WITH TIME ZONE NOT NULL,
    asked_by TEXT NOT NULL,
    asked_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT siting_check_pkey PRIMARY KEY (check_id),
    CONSTRAINT siting_check_verdict_known CHECK (verdict in ('prohibited', 'undetermined', 'conditional', 'permitted'))
);

CREATE INDEX siting_check_asked_by ON gridgov.siting_check (asked_by);

CREATE TABLE gridgov.assignment (
    assignment_id BIGINT GENERATED ALWAYS AS IDENTITY,
    scheme_id BIGINT NOT NULL,
    cell_code TEXT NOT NULL,
    person_id TEXT NOT NULL,
    role TEXT NOT NULL,
    line TEXT NOT NULL,
    stand_in_for TEXT,
    mandate TEXT,
    valid DATERANGE NOT NULL,
    recorded TSTZRANGE NOT NULL,
    opened_by TEXT NOT NULL,
    closed_by TEXT,
    CONSTRAINT assignment_pkey PRIMARY KEY (assignment_id),
    CONSTRAINT assignment_valid_has_first_day CHECK (not isempty(valid) and lower_inc(valid) and not lower_inf(valid)),
    CONSTRAINT assignment_recorded_has_start CHECK (not isempty(recorded) and not lower_inf(recorded)),
    CONSTRAINT assignment_closed_by_whom CHECK ((closed_by is null) = upper_inf(recorded)),
    CONSTRAINT assignment_stands_in_for_another CHECK (stand_in_for is null or stand_in_for <> person_id),
    CONSTRAINT assignment_once_a_day EXCLUDE USING gist (scheme_id WITH =, cell_code WITH =, person_id WITH =, role WITH =, line WITH =, valid WITH &&, recorded WITH &&),
    CONSTRAINT assignment_scheme_id_fkey FOREIGN KEY(scheme_id) REFERENCES gridgov.scheme (scheme_id),
    CONSTRAINT assignment_person_id_fkey FOREIGN KEY(person_id) REFERENCES gridgov.person (person_id),
    CONSTRAINT assignment_stand_in_for_fkey FOREIGN KEY(stand_in_for) REFERENCES gridgov.person (person_id)
);

CREATE INDEX assignment_cell ON gridgov.assignment (scheme_id, cell_code);
CREATE INDEX ix_assignment_person_id ON gridgov.assignment (person_id);
CREATE INDEX ix_assignment_stand_in_for ON gridgov.assignment (stand_in_for);

CREATE TABLE gridgov.change (
    change_id BIGINT GENERATED ALWAYS AS IDENTITY,
    scheme_id BIGINT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    actor TEXT NOT NULL,
    kind TEXT NOT NULL,
    reason TEXT DEFAULT '' NOT NULL,
    CONSTRAINT change_pkey PRIMARY KEY (change_id),
    CONSTRAINT change_scheme_id_fkey FOREIGN KEY(scheme_id) REFERENCES gridgov.scheme (scheme_id)
);

CREATE INDEX ix_change_scheme_id ON gridgov.change (scheme_id);

CREATE TABLE gridgov.edition (
    edition_id BIGINT GENERATED ALWAYS AS IDENTITY,
    layer_id BIGINT NOT NULL,
    edition TEXT NOT NULL,
    effective_from DATE NOT NULL,
    effective_to DATE,
    document TEXT,
    scale INTEGER,
    accuracy_m DOUBLE PRECISION,
    certainty TEXT DEFAULT 'certain' NOT NULL,
    disclosure TEXT DEFAULT 'public' NOT NULL,
    coverage_kind TEXT NOT NULL,
    coverage geometry(MULTIPOLYGON,4490),
    threshold_area_m2 NUMERIC(12, 2) DEFAULT 1.00 NOT NULL,
    threshold_width_m NUMERIC(12, 3) DEFAULT 0.500 NOT NULL,
    attributes JSONB NOT NULL,
    source_crs TEXT NOT NULL,
    crs_operation TEXT NOT NULL,
    crs_accuracy_m DOUBLE PRECISION,
    piece_plane TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    zone_count INTEGER NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT edition_pkey PRIMARY KEY (edition_id),
    CONSTRAINT edition_layer_id_edition_unique UNIQUE (layer_id, edition),
    CONSTRAINT edition_layer_id_effective_from_unique UNIQUE (layer_id, effective_from),
    CONSTRAINT edition_ends_after_start CHECK (effective_to is null or effective_to > effective_from),
    CONSTRAINT edition_coverage_known CHECK (coverage_kind in ('file', 'cells', 'area', 'none')),
    CONSTRAINT edition_coverage_given CHECK ((coverage is null) = (coverage_kind = 'none')),
    CONSTRAINT edition_certainty_known CHECK (certainty in ('certain', 'uncertain')),
    CONSTRAINT edition_disclosure_known CHECK (disclosure in ('public', 'named', 'restricted')),
    CONSTRAINT edition_coverage_valid CHECK (st_isvalid(coverage)),
    CONSTRAINT edition_coverage_not_empty CHECK (not st_isempty(coverage)),
    CONSTRAINT edition_coverage_in_world CHECK (st_xmin(coverage) >= -180 and st_xmax(coverage) <= 180 and st_ymin(coverage) >= -90 and st_ymax(coverage) <= 90),
    CONSTRAINT edition_layer_id_fkey FOREIGN KEY(layer_id) REFERENCES gridgov.layer (layer_id)
);

CREATE INDEX edition_coverage ON gridgov.edition USING gist (coverage);
CREATE INDEX ix_edition_layer_id ON gridgov.edition (layer_id);

CREATE TABLE gridgov.level (
    scheme_id BIGINT NOT NULL,
    rank SMALLINT NOT NULL,
    key TEXT NOT NULL,
    label TEXT NOT NULL,
    code_length SMALLINT,
    CONSTRAINT level_pkey PRIMARY KEY (scheme_id, rank),
    CONSTRAINT level_rank_known CHECK (rank between 0 and 8),
    CONSTRAINT level_scheme_id_fkey FOREIGN KEY(scheme_id) REFERENCES gridgov.scheme (scheme_id)
);

CREATE UNIQUE INDEX level_scheme_key_unique ON gridgov.level (scheme_id, key);

CREATE TABLE gridgov.ruleset_edition (
    ruleset_edition_id BIGINT GENERATED ALWAYS AS IDENTITY,
    ruleset_id BIGINT NOT NULL,
    edition TEXT NOT NULL,
    effective_from DATE NOT NULL,
    effective_to DATE,
    document JSONB NOT NULL,
    sha256 TEXT NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT ruleset_edition_pkey PRIMARY KEY (ruleset_edition_id),
    CONSTRAINT ruleset_edition_ruleset_id_edition_unique UNIQUE (ruleset_id, edition),
    CONSTRAINT ruleset_edition_ruleset_id_effective_from_unique UNIQUE (ruleset_id, effective_from),
    CONSTRAINT ruleset_edition_ends_after_start CHECK (effective_to is null or effective_to > effective_from),
    CONSTRAINT ruleset_edition_ruleset_id_fkey FOREIGN KEY(ruleset_id) REFERENCES gridgov.ruleset (ruleset_id)
);

CREATE INDEX ix_ruleset_edition_ruleset_id ON gridgov.ruleset_edition (ruleset_id);

CREATE TABLE gridgov.session (
    token_hash BYTEA NOT NULL,
    username TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    revoked_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT session_pkey PRIMARY KEY (token_hash),
    CONSTRAINT session_username_fkey FOREIGN KEY(username) REFERENCES gridgov.account (username)
);

CREATE INDEX ix_session_username ON gridgov.session (username);

CREATE TABLE gridgov.allowed_gap (
    gap_id BIGINT GENERATED ALWAYS AS IDENTITY,
    scheme_id BIGINT NOT NULL,
    geometry geometry(MULTIPOLYGON,4490) NOT NULL,
    area_m2 NUMERIC(18, 2) NOT NULL,
    reason TEXT NOT NULL,
    valid DATERANGE NOT NULL,
    recorded TSTZRANGE NOT NULL,
    opened_by BIGINT NOT NULL,
    closed_by BIGINT,
    CONSTRAINT allowed_gap_pkey PRIMARY KEY (gap_id),
    CONSTRAINT allowed_gap_valid_has_first_day CHECK (not isempty(valid) and lower_inc(valid) and not lower_inf(valid)),
    CONSTRAINT allowed_gap_recorded_has_start CHECK (not isempty(recorded) and not lower_inf(recorded)),
    CONSTRAINT allowed_gap_closed_by_whom CHECK ((closed_by is null) = upper_inf(recorded)),
    CONSTRAINT allowed_gap_geometry_valid CHECK (st_isvalid(geometry)),
    CONSTRAINT allowed_gap_geometry_not_empty CHECK (not st_isempty(geometry)),
    CONSTRAINT allowed_gap_geometry_in_world CHECK (st_xmin(geometry) >= -180 and st_xmax(geometry) <= 180 and st_ymin(geometry) >= -90 and st_ymax(geometry) <= 90),
    CONSTRAINT allowed_gap_scheme_id_fkey FOREIGN KEY(scheme_id) REFERENCES gridgov.scheme (scheme_id),
    CONSTRAINT allowed_gap_opened_by_fkey FOREIGN KEY(opened_by) REFERENCES gridgov.change (change_id),
    CONSTRAINT allowed_gap_closed_by_fkey FOREIGN KEY(closed_by) REFERENCES gridgov.change (change_id)
);

CREATE INDEX allowed_gap_geometry ON gridgov.allowed_gap USING gist (geometry);
CREATE INDEX ix_allowed_gap_closed_by ON gridgov.allowed_gap (closed_by);
CREATE INDEX ix_allowed_gap_opened_by ON gridgov.allowed_gap (opened_by);
CREATE INDEX ix_allowed_gap_scheme_id ON gridgov.allowed_gap (scheme_id);

CREATE TABLE gridgov.cell (
    version_id BIGINT GENERATED ALWAYS AS IDENTITY,
    scheme_id BIGINT NOT NULL,
    rank SMALLINT NOT NULL,
    code TEXT NOT NULL,
    parent_code TEXT,
    name TEXT NOT NULL,
    geometry geometry(MULTIPOLYGON,4490) NOT NULL,
    area_m2 NUMERIC(18, 2) NOT NULL,
    valid DATERANGE NOT NULL,
    recorded TSTZRANGE NOT NULL,
    opened_by BIGINT NOT NULL,
    closed_by BIGINT,
    CONSTRAINT cell_pkey PRIMARY KEY (version_id),
    CONSTRAINT cell_valid_has_first_day CHECK (not isempty(valid) and lower_inc(valid) and not lower_inf(valid)),
    CONSTRAINT cell_recorded_has_start CHECK (not isempty(recorded) and not lower_inf(recorded)),
    CONSTRAINT cell_closed_by_whom CHECK ((closed_by is null) = upper_inf(recorded)),
    CONSTRAINT cell_geometry_valid CHECK (st_isvalid(geometry)),
    CONSTRAINT cell_geometry_not_empty CHECK (not st_isempty(geometry)),
    CONSTRAINT cell_geometry_in_world CHECK (st_xmin(geometry) >= -180 and st_xmax(geometry) <= 180 and st_ymin(geometry) >= -90 and st_ymax(geometry) <= 90),
    CONSTRAINT cell_one_version_a_day EXCLUDE USING gist (scheme_id WITH =, rank WITH =, code WITH =, valid WITH &&, recorded WITH &&),
    CONSTRAINT cell_scheme_id_fkey FOREIGN KEY(scheme_id) REFERENCES gridgov.scheme (scheme_id),
    CONSTRAINT cell_opened_by_fkey FOREIGN KEY(opened_by) REFERENCES gridgov.change (change_id),
    CONSTRAINT cell_closed_by_fkey FOREIGN KEY(closed_by) REFERENCES gridgov.change (change_id)
);

CREATE INDEX cell_geometry_higher ON gridgov.cell USING gist (geometry) WHERE rank > 2;
CREATE INDEX cell_geometry_rank_0 ON gridgov.cell USING gist (geometry) WHERE rank = 0;
CREATE INDEX cell_geometry_rank_1 ON gridgov.cell USING gist (geometry) WHERE rank = 1;
CREATE INDEX cell_geometry_rank_2 ON gridgov.cell USING gist (geometry) WHERE rank = 2;
CREATE INDEX cell_scheme_code ON gridgov.cell (scheme_id, code);
CREATE INDEX cell_scheme_parent ON gridgov.cell (scheme_id, rank, parent_code);
CREATE INDEX ix_cell_closed_by ON gridgov.cell (closed_by);
CREATE INDEX ix_cell_opened_by ON gridgov.cell (opened_by);

CREATE TABLE gridgov.outline (
    outline_id BIGINT GENERATED ALWAYS AS IDENTITY,
    scheme_id BIGINT NOT NULL,
    source TEXT NOT NULL,
    geometry geometry(MULTIPOLYGON,4490) NOT NULL,
    valid DATERANGE NOT NULL,
    recorded TSTZRANGE NOT NULL,
    opened_by BIGINT NOT NULL,
    closed_by BIGINT,
    CONSTRAINT outline_pkey PRIMARY KEY (outline_id),
    CONSTRAINT outline_valid_has_first_day CHECK (not isempty(valid) and lower_inc(valid) and not lower_inf(valid)),
    CONSTRAINT outline_recorded_has_start CHECK (not isempty(recorded) and not lower_inf(recorded)),
    CONSTRAINT outline_closed_by_whom CHECK ((closed_by is null) = upper_inf(recorded)),
    CONSTRAINT outline_geometry_valid CHECK (st_isvalid(geometry)),
    CONSTRAINT outline_geometry_not_empty CHECK (not st_isempty(geometry)),
    CONSTRAINT outline_geometry_in_world CHECK (st_xmin(geometry) >= -180 and st_xmax(geometry) <= 180 and st_ymin(geometry) >= -90 and st_ymax(geometry) <= 90),
    CONSTRAINT outline_source_known CHECK (source in ('file', 'parent')),
    CONSTRAINT outline_scheme_id_fkey FOREIGN KEY(scheme_id) REFERENCES gridgov.scheme (scheme_id),
    CONSTRAINT outline_opened_by_fkey FOREIGN KEY(opened_by) REFERENCES gridgov.change (change_id),
    CONSTRAINT outline_closed_by_fkey FOREIGN KEY(closed_by) REFERENCES gridgov.change (change_id)
);

CREATE INDEX ix_outline_closed_by ON gridgov.outline (closed_by);
CREATE INDEX ix_outline_opened_by ON gridgov.outline (opened_by);
CREATE INDEX ix_outline_scheme_id ON gridgov.outline (scheme_id);
CREATE INDEX outline_geometry ON gridgov.outline USING gist (geometry);

CREATE TABLE gridgov.zone (
    zone_id BIGINT GENERATED ALWAYS AS IDENTITY,
    edition_id BIGINT NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    attributes JSONB NOT NULL,
    geometry geometry(MULTIPOLYGON,4490) NOT NULL,
    area_m2 NUMERIC(18, 2) NOT NULL,
    vertices INTEGER NOT NULL,
    CONSTRAINT zone_pkey PRIMARY KEY (zone_id),
    CONSTRAINT zone_edition_id_code_unique UNIQUE (edition_id, code),
    CONSTRAINT zone_geometry_valid CHECK (st_isvalid(geometry)),
    CONSTRAINT zone_geometry_not_empty CHECK (not st_isempty(geometry)),
    CONSTRAINT zone_geometry_in_world CHECK (st_xmin(geometry) >= -180 and st_xmax(geometry) <= 180 and st_ymin(geometry) >= -90 and st_ymax(geometry) <= 90),
    CONSTRAINT zone_edition_id_fkey FOREIGN KEY(edition_id) REFERENCES gridgov.edition (edition_id)
);

CREATE INDEX zone_geometry ON gridgov.zone USING gist (geometry);

CREATE TABLE gridgov.zone_piece (
    piece_id BIGINT GENERATED ALWAYS AS IDENTITY,
    zone_id BIGINT NOT NULL,
    edition_id BIGINT NOT NULL,
    geometry geometry(POLYGON,0) NOT NULL,
    CONSTRAINT zone_piece_pkey PRIMARY KEY (piece_id),
    CONSTRAINT zone_piece_geometry_valid CHECK (st_isvalid(geometry)),
    CONSTRAINT zone_piece_geometry_not_empty CHECK (not st_isempty(geometry)),
    CONSTRAINT zone_piece_zone_id_fkey FOREIGN KEY(zone_id) REFERENCES gridgov.zone (zone_id),
    CONSTRAINT zone_piece_edition_id_fkey FOREIGN KEY(edition_id) REFERENCES gridgov.edition (edition_id)
);

CREATE INDEX ix_zone_piece_zone_id ON gridgov.zone_piece (zone_id);
CREATE INDEX zone_piece_edition_geometry ON gridgov.zone_piece USING gist (edition_id, geometry);
