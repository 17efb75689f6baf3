import type { LonLat } from "@/api/types";
import type { Geometry, Position } from "@/map/types";

export type Status = "draft" | "submitted" | "approved" | "withdrawn";
export type Cause = "redraw" | "node" | "rename" | "reparent";

export interface Line {
  type: "LineString";
  coordinates: Position[];
}

export interface PartName {
  name: string;
  code?: string;
}

/** One step of a redraw, as the server carries it out; the browser computes no ground. */
export type Operation =
  | { op: "reshape"; between: [string, string]; line: Line; snap_m?: number }
  | { op: "move_vertices"; moves: { from: Position; to: Position }[] }
  | { op: "transfer"; area: Geometry; to: string }
  | { op: "split"; cell: string; line: Line; parts: PartName[] }
  | { op: "merge"; cells: string[]; name: string; code?: string }
  | { op: "reparent"; cell: string; parent: string; level?: string }
  | { op: "rename"; cell: string; name: string; level?: string };

export interface ChangedCell {
  level: string;
  code: string;
  name: string;
  name_before: string | null;
  parent: string | null;
  parent_before: string | null;
  cause: Cause;
  before_m2: string | null;
  after_m2: string | null;
  change_m2: string;
  /** Codes that ground comes from, and that it goes to. */
  from: string[];
  to: string[];
}

export interface Totals {
  before_m2: string;
  after_m2: string;
  change_m2: string;
}

export interface PersonRow {
  person: { id: string; name: string };
  cell: string;
  effect: "loses" | "gains" | "moves" | "stays";
  to: string | null;
  role: string;
  line: string;
  from: string;
  before_m2: string | null;
  after_m2: string | null;
}

export interface ZoneRow {
  layer: string;
  title: string;
  kind: string;
  edition: string;
  code: string;
  name: string;
  from_cell: string;
  to_cell: string;
  area_m2: string;
  red_line_m?: string | null;
}

export interface Impact {
  cells: ChangedCell[];
  totals: Totals;
  people: PersonRow[];
  vacant: { level: string; code: string; name: string }[];
  accounts: { username: string; cell: string; to: string | null }[];
  zones: ZoneRow[];
}

export interface Validation {
  ok: boolean;
  cells: Record<string, number>;
  violations: { kind: string; cells: string[]; detail: string; point: LonLat | null }[];
  allowed_gaps: unknown[];
  checked: { cells: number; edges: number };
}

export interface RedrawHead {
  id: string;
  scheme: string;
  status: Status;
  in_force: boolean;
  effective_from: string;
  reason: string;
  document: string;
  base_revision: number;
  current_revision: number;
  version: number;
  drafted_by: string;
  drafted_at: string;
  saved_at: string;
  change: { revision: number; at: string } | null;
}

export interface RedrawItem extends RedrawHead {
  operation_count: number;
}

export interface RedrawEvent {
  at: string;
  actor: string;
  action: string;
  note: string | null;
}

export interface RedrawDocument extends RedrawHead {
  operations: Operation[];
  successors: Record<string, string>;
  events: RedrawEvent[];
  steps: { op: Operation["op"]; cells: string[] }[];
  notes: { pointer: string; detail: string; at: LonLat | null }[];
  validation: Validation | null;
  impact: Impact | null;
  /** Why a draft can no longer be carried out on the grid as it stands now. */
  conflict: { cells: string[]; detail: string } | null;
}

export interface DifferenceFeature {
  geometry: Geometry;
  properties: { what: "before" | "after"; level: string; code: string; name: string; area_m2: string } | { what: "moved"; from: string; to: string; area_m2: string };
}

export interface Difference {
  features: DifferenceFeature[];
}

/** A cell one has picked to work on. */
export interface Picked {
  code: string;
  name: string;
  level: string;
}
