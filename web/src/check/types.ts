import type { Box, LonLat, Verdict } from "@/api/types";
import type { Geometry } from "@/map/types";

export interface CellOnSite {
  code: string;
  level: string;
  name: string;
  area_m2: string | null;
  length_m: string | null;
  share: string | null;
  parents: { code: string; level: string; name: string }[];
}

export interface RuleOfFinding {
  id: string;
  ruleset: string;
  edition: string;
  dimension: string;
  text: string;
  text_kind: string;
  citation: { instrument: string; article: string | null; url: string | null; status: string; in_force_from: string | null };
  within_m?: string | null;
}

export interface Finding {
  id: string;
  effect: "prohibit" | "condition" | "permit" | "note";
  matched: "yes" | "no" | "unknown";
  relation: "overlap" | "touch" | "near" | null;
  jurisdiction: string | null;
  zone: { layer: string; edition: string; code: string | null; name: string | null; kind: string; certainty: string; attributes: Record<string, unknown> } | null;
  overlap_m2: string | null;
  overlap_m: string | null;
  site_share: string | null;
  zone_share: string | null;
  overlap: Geometry | null;
  distance_m: string | null;
  width_m: string | null;
  rule: RuleOfFinding | null;
  threshold: { area_m2: string; width_m: string } | null;
  below_threshold: boolean;
  lifted_by: string | null;
  needs: string[];
  conditions: { kind?: string; by?: string; text?: string }[];
}

export interface Declared {
  industry: string | null;
  action: string | null;
  activity: string | null;
  discharges: Record<string, string> | null;
  fuel: string[] | null;
  project: { name: string | null; uscc: string | null };
  buffer_m: string;
  on: string | null;
  crs: string;
}

/** A verdict as it was answered: the very document, drawn and never recomputed here. */
export interface CheckDocument {
  id: string;
  verdict: Verdict;
  summary: string;
  summary_en?: string;
  known_at: string;
  on: string;
  reduced?: boolean;
  request: Declared;
  site: { area_m2: string | null; length_m: string | null; kind: string; geometry: Geometry; cells: CellOnSite[] };
  findings: Finding[];
  clear: { layer: string; edition: string; nearest: { zone: string | null; distance_m: string | null } | null }[];
  no_data: { layer: string; reason: string; uncovered_m2: string | null; jurisdiction?: string | null }[];
  gates: Record<"space" | "quota" | "project", { verdict: Verdict; asked: boolean }>;
  editions: {
    cells: string | null;
    layers: Record<string, { edition: string | null; sha256: string | null; coverage: string | null; document?: string | null; effective_from?: string | null; accuracy_m?: number | null }>;
    rules: Record<string, { edition: string; sha256: string }>;
    engine: string;
  };
  checksum: string;
  signature: unknown;
}

export interface CheckListItem {
  id: string;
  verdict: Verdict;
  name: string | null;
  industry: string | null;
  on: string;
  asked_at: string;
  asked_by: string;
  area_m2: string | null;
  summary: string;
  summary_en: string;
  point: LonLat | null;
  bbox: Box | null;
}

/** What a text or a file turned out to hold, in lon/lat. */
export interface ReadSite {
  format: string;
  crs: string;
  crs_name: string;
  features: { row: number; name: string | null; properties: Record<string, unknown>; geometry: Geometry; area_m2: string | null; length_m?: string | null; vertices: number }[];
  warnings: ({ detail: string } | string)[];
}

export interface CrsCandidate {
  crs: string;
  name: string;
  bbox: Box | null;
  inside_area: boolean;
}

export interface Vocabulary {
  actions: { key: string; zh: string; en: string }[];
  activities: { key: string; zh: string; en: string; text?: string | null }[];
  pollutants: { key: string; zh: string; en: string }[];
  fuels: { key: string; zh: string; en: string }[];
}

export interface Industry {
  code: string;
  name: string;
  level: string;
  path: { code: string; name: string }[];
  leaf?: boolean;
}
