/** The faults of a dirty file of cells with what is proposed for each, and what was decided. */
import type { LonLat } from "@/api/types";
import type { Geometry } from "@/map/types";
import { toCsv } from "@/parts/csv";

export interface Ruling {
  fault: string;
  to: string | null;
  /** Set: the ground may stay uncovered, for this reason. */
  reason: string | null;
}

export interface Proposal {
  id: string;
  kind: string;
  cells: string[];
  action: "give" | "keep" | "trim" | "join" | "none";
  to: string | null;
  choices: string[];
  may_stand: boolean;
  area_m2: string;
  width_m: string;
  point: LonLat;
  shape: Geometry | null;
  effects: { cell: string; before_m2: string; after_m2: string }[];
  detail: string;
  decision?: { to: string | null; reason: string | null };
}

/** Kinds of fault that a list of proposals speaks of. */
export const TILING: ReadonlySet<string> = new Set(["overlap", "gap", "hole", "unmatched-edge", "outside-parent"]);

/** What a decision does to each cell concerned: m2 before and after. */
export function effectsOf(one: Proposal, ruling: Ruling | undefined): { cell: string; before: number; after: number }[] {
  const to = ruling?.to ?? one.to;
  const size = Number(one.area_m2);
  return one.effects.map(({ cell, before_m2 }) => {
    const before = Number(before_m2);
    const change = ruling?.reason ? 0 : one.action === "give" ? (cell === to ? size : 0) : one.action === "trim" || (one.action === "keep" && cell !== to) ? -size : 0;
    return { cell, before, after: before + change };
  });
}

/** Decisions to accept what is proposed for every open fault narrower and smaller than said, of a kind ("" = of any). */
export function byRule(open: readonly Proposal[], width: number, area: number, kind: string): Ruling[] {
  return open.filter((one) => one.action !== "none" && Number(one.width_m) < width && Number(one.area_m2) < area && (!kind || one.kind === kind)).map((one) => ({ fault: one.id, to: null, reason: null }));
}

/** What the server carried out already, by fault. */
export function decidedIn(proposals: readonly Proposal[]): Map<string, Ruling> {
  return new Map(proposals.flatMap((one) => (one.decision ? [[one.id, { fault: one.id, ...one.decision }] as const] : [])));
}

/** The decisions as the server takes them. */
export function asked(rulings: Iterable<Ruling>): Record<string, string>[] {
  return [...rulings].map((one) => ({ fault: one.fault, ...(one.to === null ? {} : { to: one.to }), ...(one.reason === null ? {} : { reason: one.reason }) }));
}

/** The faults for a spreadsheet; words: kind and proposal in the language of the page. */
export function faultsCsv(header: readonly string[], proposals: readonly Proposal[], words: (one: Proposal) => readonly [kind: string, does: string]): string {
  const rows = proposals.map((one, index) => {
    const [kind, does] = words(one);
    return [index + 1, kind, one.cells.join(" "), Number(one.area_m2), Number(one.width_m), does, ...one.point, one.detail];
  });
  return toCsv(header, rows);
}

/** The faults with their ground as GeoJSON in lon/lat; those without ground are points. */
export function faultsGeoJson(proposals: readonly Proposal[], rulings: ReadonlyMap<string, Ruling>): string {
  const features = proposals.map(({ shape, decision: _, ...properties }) => ({ type: "Feature", geometry: shape ?? { type: "Point", coordinates: properties.point }, properties: { ...properties, decision: rulings.get(properties.id) ?? null } }));
  return JSON.stringify({ type: "FeatureCollection", features }, null, 1);
}

const name = (id: string): string => `gridgov.repairs.${id}`;

/** What was decided about an import and not sent yet, kept in this tab; null = nothing. */
export function pending(id: string): Map<string, Ruling> | null {
  try {
    const found: unknown = JSON.parse(sessionStorage.getItem(name(id)) ?? "null");
    return Array.isArray(found) ? new Map((found as Ruling[]).map((one) => [one.fault, one])) : null;
  } catch {
    return null;
  }
}

export function keepPending(id: string, rulings: ReadonlyMap<string, Ruling>): void {
  try {
    sessionStorage.setItem(name(id), JSON.stringify([...rulings.values()]));
  } catch {
    // Forbidden or full: what is sent to the server stays there.
  }
}
