import type { Box, LonLat } from "@/api/types";
import type { Geometry } from "@/map/types";

export interface Link {
  level: string;
  code: string;
  name: string;
}

export interface InCharge {
  cell: string;
  /** null for those who are not signed in. */
  person: { id: string; name: string } | null;
  role: string;
  line: string;
  from: string;
  to: string | null;
  stand_in: boolean;
  stand_in_for: { id: string; name: string } | null;
  mandate: string | null;
}

/** A post as the list of posts has it: with the cell it is for. */
export interface Assignment extends InCharge {
  id: number;
  scheme: string;
  level: string | null;
  /** null = the cell is not in force on the day. */
  cell_name: string | null;
}

export interface Clause {
  ruleset: string;
  edition: string;
  rule: string;
  effect: "prohibit" | "condition" | "permit";
  dimension: string;
  text: string;
  text_kind: string;
  citation: { instrument: string; article: string | null; url: string | null; status: string; in_force_from: string | null };
  conditions: { kind?: string; by?: string; text?: string }[];
  when: Record<string, unknown> | null;
  within_m?: string | null;
  matched?: "yes" | "unknown";
}

export interface ZoneHere {
  layer: string;
  title: string;
  kind: string;
  edition: string;
  disclosure: "public" | "named" | "restricted";
  code: string;
  name: string;
  attributes: Record<string, unknown>;
  in_cell_m2?: string | null;
  in_cell_share?: string | null;
  clauses: Clause[];
}

export interface Here {
  point: LonLat;
  on: string;
  scheme: string;
  cells: (Link & { version: number; area_m2: string; from: string; to: string | null })[];
  responsible: InCharge[];
  zones: ZoneHere[];
  clear: { layer: string; title: string; edition: string }[];
  missing: { about: "layer" | "people" | "cells" | "rules"; layer?: string; title?: string; reason?: string; level?: string; code?: string; name?: string }[];
}

export interface CellDetail extends Link {
  version: number;
  scheme: string;
  parent: string | null;
  area_m2: string;
  from: string;
  to: string | null;
  children: number;
  bbox: Box;
  point: LonLat;
  geometry?: Geometry | null;
  chain: Link[];
  neighbours: (Link & { shared_m: string })[];
  responsible: InCharge[];
  missing: string[];
}

export interface ZoneInCell {
  layer: string;
  title: string;
  kind: string;
  edition: string;
  disclosure: string;
  code: string;
  name: string;
  attributes: Record<string, unknown>;
  area_m2: string | null;
  share: string | null;
}

export interface ZoneDetail {
  layer: string;
  title: string;
  kind: string;
  edition: string;
  disclosure: string;
  code: string;
  name: string;
  attributes: Record<string, unknown>;
  area_m2: string;
  bbox: Box | null;
  point: LonLat | null;
  geometry?: Geometry | null;
  clauses: Clause[];
}

export interface CellVersion {
  version: number;
  name: string;
  parent: string | null;
  area_m2: string;
  from: string;
  to: string | null;
  recorded_from: string;
  /** null = still held to be so. */
  recorded_to: string | null;
  change: { kind: string; at: string; reason: string };
}

export interface CellHistory {
  scheme: string;
  code: string;
  level: string;
  versions: CellVersion[];
  lineage: { from: Link[]; to: Link[] };
}
