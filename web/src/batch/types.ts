import type { Box, LonLat, Verdict } from "@/api/types";
import type { Geometry } from "@/map/types";

export interface UploadField {
  name: string;
  type: "text" | "integer" | "number" | "boolean";
  examples: string[];
}

export interface UploadLayer {
  name: string;
  rows: number;
  geometry: string | null;
  crs: string | null;
  bbox_lonlat: Box | null;
  fields: UploadField[];
}

export interface Upload {
  id: string;
  filename: string;
  size: number;
  expires_at: string;
  layers: UploadLayer[];
}

export type JobState = "queued" | "running" | "done" | "failed" | "cancelled";

export interface Batch {
  id: string;
  state: JobState;
  done: number;
  total: number | null;
  message: string;
  asked_by: string;
  filename: string;
  queued_at: string;
  started_at: string | null;
  finished_at: string | null;
  /** A problem document when it failed. */
  error: (Record<string, unknown> & { status?: number }) | null;
  rows: number;
  verdicts: Partial<Record<Verdict, number>>;
  errors: number;
  findings: number;
}

export interface BatchSite {
  site_id: string;
  row: number;
  name: string | null;
  verdict: Verdict | null;
  space: Verdict | null;
  quota: Verdict | null;
  project: Verdict | null;
  area_m2: string | null;
  findings: number | null;
  no_data: number | null;
  /** null = it was answered. */
  error: string | null;
  point: LonLat | null;
  bbox: Box | null;
}

export interface SiteFeatures {
  features: { geometry: Geometry; properties: { row: number } }[];
}

/** The body of `POST /siting-batches`. */
export interface BatchQuestion {
  upload: string;
  layer: string | null;
  id_field: string | null;
  industry_field: string | null;
  action_field: string | null;
  activity_field: string | null;
  on_field: string | null;
  on: string | null;
  crs: string | null;
}

/** What a row came out as: one of the four verdicts, or that it could not be asked. */
export type Outcome = Verdict | "error";
