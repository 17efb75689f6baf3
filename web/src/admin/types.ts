import type { Box, LonLat, Role, Verdict } from "@/api/types";
import type { Geometry } from "@/map/types";
import type { Proposal } from "./repairs";

export type Disclosure = "public" | "named" | "restricted";

export interface LayerEdition {
  edition: string;
  effective_from: string;
  effective_to: string | null;
  /** First day it no longer holds; null = open. */
  ends: string | null;
  zones: number | null;
  coverage: "file" | "cells" | "area" | "none";
  disclosure: Disclosure;
  certainty: "certain" | "uncertain";
  scale: number | null;
  accuracy_m: number | null;
  document: string | null;
  sha256: string;
  recorded_at: string;
  attributes: string[];
}

export interface Layer {
  layer: string;
  kind: string;
  title: string;
  disclosure: Disclosure;
  in_force: { edition: string; effective_from: string; effective_to: string | null } | null;
  editions: LayerEdition[];
  bbox: Box | null;
}

export interface Zone {
  layer: string;
  code: string;
  name: string;
  attributes: Record<string, unknown>;
  area_m2: string;
  bbox: Box | null;
  point: LonLat | null;
  geometry?: Geometry;
}

export interface RulesEdition {
  edition: string;
  effective_from: string;
  effective_to: string | null;
  ends: string | null;
  sha256: string;
  rules: number;
  examples: number;
  recorded_at: string;
}

export interface Ruleset {
  ruleset: string;
  authority: string | null;
  in_force: string | null;
  editions: RulesEdition[];
}

export interface Rule {
  id: string;
  layer?: string | { kind: string };
  where?: Record<string, unknown>;
  relation?: unknown;
  when?: Record<string, unknown>;
  effect: "prohibit" | "condition" | "permit";
  dimension: string;
  text: string;
  text_kind: string;
  lifts?: string[];
  citation: { instrument: string; article?: string | null; url?: string | null; status: string; in_force_from?: string | null };
  conditions?: { kind?: string; by?: string; text?: string }[];
}

export interface Example {
  index: number;
  in: { layer: string; where?: Record<string, unknown> }[];
  verdict: Verdict;
  /** null = it cannot be judged. */
  got: Verdict | null;
  ok: boolean;
}

export interface RulesDocument extends Omit<RulesEdition, "examples"> {
  ruleset: string;
  authority: string | null;
  document: { rules: Rule[]; examples?: Record<string, unknown>[]; repeals?: string[]; requires?: string[]; applies_to?: { cells?: string[] } };
  examples: Example[];
}

export interface RulesFault {
  pointer: string;
  line: number | null;
  cell: string | null;
  detail: string;
}

export interface RulesReview {
  ok: boolean;
  ruleset: string | null;
  edition: string | null;
  rules: number | null;
  examples: Example[];
  faults: RulesFault[];
}

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
  sha256: string;
  expires_at: string;
  layers: UploadLayer[];
}

export interface Violation {
  kind: string;
  cells: string[];
  level: string;
  point: LonLat | null;
  detail: string;
  area_m2: string;
  length_m: string;
}

/** What an import found: of cells and of zones, as the command line gives it. */
export interface Report {
  ok: boolean;
  scheme?: string;
  layer?: string;
  edition?: string;
  effective_from?: string;
  cells?: Record<string, number>;
  imported?: Record<string, number> | number;
  unchanged?: number | boolean;
  closed?: number;
  violations?: Violation[];
  rejected?: { row: number; code: string; reason: string; point: LonLat | null }[];
  repairs?: { code?: string; cells?: string[]; reason?: string; kind?: string; point?: LonLat | null; area_m2?: string; before_m2?: string; after_m2?: string }[];
  rounding?: { code?: string; cells?: string[]; kind?: string; changed_m2?: string; area_m2?: string; point?: LonLat | null }[];
  proposals?: Proposal[];
  decided?: Proposal[];
  unused_decisions?: string[];
  allowed_gaps?: { area_m2: string; point: LonLat; reason: string }[];
  not_checkable?: string[];
  notes?: string[];
  unlisted?: { attribute: string; value: string; zones: number }[];
  crs?: { source: string; operation: string; accuracy_m: number | null };
}

export type Options = Record<string, unknown>;

export interface ImportDocument {
  id: string;
  kind: "cells-import" | "zones-import";
  /** The file, kept a day; null = no longer. */
  upload: string | null;
  state: "queued" | "running" | "done" | "failed" | "cancelled";
  done: number;
  total: number | null;
  message: string;
  asked_by: string;
  filename: string;
  queued_at: string;
  started_at: string | null;
  finished_at: string | null;
  error: { type: string; title: string; detail: string; status: number; errors: { pointer: string; detail: string }[] } | null;
  dry_run: boolean;
  layer_name: string | null;
  options: Options;
  ok: boolean | null;
  report: Report | null;
}

export interface CrsCandidate {
  crs: string;
  name: string;
  bbox: Box;
  inside_area: boolean;
}

export interface User {
  username: string;
  role: Role;
  cell: string | null;
  person: { id: string; name: string } | null;
  disabled: boolean;
  created_at: string;
  password_changed_at: string;
  locked_until: string | null;
  sessions: number;
  tokens: number;
  sample: boolean;
}
