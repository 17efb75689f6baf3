-- Uploaded files, jobs with what they found, and the rows of batches.

CREATE TABLE gridgov.upload (
    upload_id UUID NOT NULL,
    owner TEXT NOT NULL,
    filename TEXT NOT NULL,
    size BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    layers JSONB NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT upload_pkey PRIMARY KEY (upload_id)
);

CREATE INDEX upload_expires_at ON gridgov.upload (expires_at);
CREATE INDEX upload_owner ON gridgov.upload (owner);

CREATE TABLE gridgov.job (
    job_id UUID NOT NULL,
    kind TEXT NOT NULL,
    asked_by TEXT NOT NULL,
    asked_role TEXT NOT NULL,
    language TEXT NOT NULL,
    upload_id UUID,
    filename TEXT NOT NULL,
    options JSONB NOT NULL,
    state TEXT DEFAULT 'queued' NOT NULL,
    done INTEGER DEFAULT 0 NOT NULL,
    total INTEGER,
    message TEXT DEFAULT '' NOT NULL,
    result JSONB,
    error JSONB,
    attempt INTEGER DEFAULT 0 NOT NULL,
    cancel_requested BOOLEAN DEFAULT false NOT NULL,
    queue_id BIGINT,
    queued_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    started_at TIMESTAMP WITH TIME ZONE,
    finished_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT job_pkey PRIMARY KEY (job_id),
    CONSTRAINT job_kind_known CHECK (kind in ('siting-batch', 'cells-import', 'zones-import')),
    CONSTRAINT job_state_known CHECK (state in ('queued', 'running', 'done', 'failed', 'cancelled')),
    CONSTRAINT job_ended_or_open CHECK ((finished_at is null) = (state in ('queued', 'running'))),
    CONSTRAINT job_language_known CHECK (language in ('zh', 'en'))
);

CREATE INDEX job_asked_by ON gridgov.job (asked_by, queued_at, job_id);
CREATE INDEX job_open ON gridgov.job (upload_id) WHERE state in ('queued', 'running');
CREATE INDEX job_queued_at ON gridgov.job (queued_at, job_id);

CREATE TABLE gridgov.job_report (
    job_id UUID NOT NULL,
    report JSONB NOT NULL,
    candidate BYTEA,
    CONSTRAINT job_report_pkey PRIMARY KEY (job_id),
    CONSTRAINT job_report_job_id_fkey FOREIGN KEY(job_id) REFERENCES gridgov.job (job_id)
);

CREATE TABLE gridgov.batch (
    job_id UUID NOT NULL,
    columns JSONB NOT NULL,
    crs TEXT NOT NULL,
    shaped BOOLEAN NOT NULL,
    fingerprint TEXT NOT NULL,
    CONSTRAINT batch_pkey PRIMARY KEY (job_id),
    CONSTRAINT batch_job_id_fkey FOREIGN KEY(job_id) REFERENCES gridgov.job (job_id)
);

CREATE TABLE gridgov.batch_row (
    job_id UUID NOT NULL,
    row_number INTEGER NOT NULL,
    name TEXT,
    verdict TEXT,
    answer JSONB NOT NULL,
    findings JSONB NOT NULL,
    columns JSONB NOT NULL,
    shape BYTEA,
    lon DOUBLE PRECISION,
    lat DOUBLE PRECISION,
    west DOUBLE PRECISION,
    south DOUBLE PRECISION,
    east DOUBLE PRECISION,
    north DOUBLE PRECISION,
    CONSTRAINT batch_row_pkey PRIMARY KEY (job_id, row_number),
    CONSTRAINT batch_row_verdict_known CHECK (verdict in ('prohibited', 'undetermined', 'conditional', 'permitted')),
    CONSTRAINT batch_row_job_id_fkey FOREIGN KEY(job_id) REFERENCES gridgov.job (job_id)
);

CREATE INDEX batch_row_verdict ON gridgov.batch_row (job_id, verdict, row_number);
