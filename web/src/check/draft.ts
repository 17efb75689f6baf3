/** A question before it is asked: what stands in the form, kept in this browser until it is answered. Pure. */
import type { Geometry } from "@/map/types";

export interface DischargeRow {
  pollutant: string;
  amount: string;
}

export interface Draft {
  name: string;
  uscc: string;
  geometry: Geometry | null;
  buffer: string;
  industry: string;
  industryName: string;
  action: string;
  /** "" = not declared, "none" = declared to be none of the classes. */
  activity: string;
  /** undeclared, none, or the rows. */
  discharge: "undeclared" | "none" | "some";
  rows: DischargeRow[];
  /** "" = not declared, "none" = burns none. */
  fuel: string;
}

export const EMPTY: Draft = { name: "", uscc: "", geometry: null, buffer: "", industry: "", industryName: "", action: "new", activity: "", discharge: "undeclared", rows: [], fuel: "" };

/** Whether nothing that would be missed stands in it. */
export function isEmpty(draft: Draft): boolean {
  return !draft.geometry && !draft.name.trim() && !draft.industry && !draft.rows.length;
}

export const MOST_BUFFER_M = 50_000;

export type FieldFault = "geometry" | "buffer" | "discharges" | "industry";

/** What keeps a draft from being asked, by field; empty = it may be asked. The server checks everything again. */
export function faultsOf(draft: Draft): FieldFault[] {
  const faults: FieldFault[] = [];
  if (!draft.geometry) faults.push("geometry");
  if (takesBuffer(draft.geometry) && draft.buffer.trim() !== "" && !isAmount(draft.buffer, MOST_BUFFER_M)) faults.push("buffer");
  if (draft.discharge === "some" && !complete(draft.rows)) faults.push("discharges");
  return faults;
}

/** The body of `POST /siting-checks`. null = not declared, {} = declared none. `on` undefined = today. */
export function bodyOf(draft: Draft, on: string | undefined): Record<string, unknown> {
  return {
    site: siteOf(draft.geometry),
    buffer_m: takesBuffer(draft.geometry) && draft.buffer.trim() !== "" ? Number(draft.buffer) : 0,
    industry: draft.industry || null,
    action: draft.action || null,
    activity: draft.activity || null,
    discharges: discharges(draft),
    fuel: draft.fuel === "" ? null : draft.fuel === "none" ? [] : [draft.fuel],
    project: { name: draft.name.trim() || null, uscc: draft.uscc.trim() || null },
    on: on ?? null,
  };
}

/** Several shapes of different kinds go as features: the server takes their union. */
function siteOf(geometry: Geometry | null): unknown {
  if (geometry?.type !== "GeometryCollection") return geometry;
  return { type: "FeatureCollection", features: geometry.geometries.map((one) => ({ type: "Feature", properties: {}, geometry: one })) };
}

function discharges(draft: Draft): Record<string, number> | null {
  if (draft.discharge === "undeclared") return null;
  if (draft.discharge === "none") return {};
  const rows = filled(draft.rows);
  // Nothing filled in is not the same as declared none.
  return rows.length === 0 ? null : Object.fromEntries(rows.map((row) => [row.pollutant, Number(row.amount)]));
}

function filled(rows: readonly DischargeRow[]): DischargeRow[] {
  return rows.filter((row) => row.pollutant.trim() !== "" && row.amount.trim() !== "");
}

/** At least one row, and none half filled in: what is left out would be read as none. */
function complete(rows: readonly DischargeRow[]): boolean {
  return rows.length > 0 && rows.every((row) => row.pollutant.trim() !== "" && isAmount(row.amount, 1e9));
}

function isAmount(text: string, most: number): boolean {
  return /^\d+(\.\d+)?$/.test(text.trim()) && Number(text) <= most;
}

/** Points and lines may be widened; ground is as it is drawn. */
export function takesBuffer(geometry: Geometry | null): boolean {
  return geometry !== null && !/Polygon$/.test(geometry.type);
}

/** One site of several shapes: a single one as it is, else a collection, which the server takes as a union. */
export function together(geometries: readonly Geometry[]): Geometry | null {
  if (geometries.length <= 1) return geometries[0] ?? null;
  const polygons = geometries.flatMap((one) => (one.type === "Polygon" ? [one.coordinates] : one.type === "MultiPolygon" ? one.coordinates : []));
  return polygons.length >= geometries.length && geometries.every((one) => /Polygon$/.test(one.type)) ? { type: "MultiPolygon", coordinates: polygons } : { type: "GeometryCollection", geometries: [...geometries] };
}

/** Drafts are kept apart by account: a browser may be shared. */
const keyOf = (who: string): string => `gridgov.check.draft.${who}`;

export function keepDraft(storage: Pick<Storage, "setItem">, who: string, draft: Draft): boolean {
  try {
    storage.setItem(keyOf(who), JSON.stringify(draft));
    return true;
  } catch {
    return false;
  }
}

/** The draft that was kept; what is not a draft any more is left out field by field. */
export function readDraft(storage: Pick<Storage, "getItem">, who: string): Draft {
  try {
    const found: unknown = JSON.parse(storage.getItem(keyOf(who)) ?? "null");
    if (typeof found !== "object" || found === null) return { ...EMPTY };
    const kept = Object.entries(EMPTY).map(([key, empty]) => {
      const value = (found as Record<string, unknown>)[key];
      const fits = empty === null ? value === null || typeof value === "object" : Array.isArray(empty) ? Array.isArray(value) : typeof value === typeof empty;
      return [key, fits ? value : empty];
    });
    return Object.fromEntries(kept) as unknown as Draft;
  } catch {
    return { ...EMPTY };
  }
}

/** The form as it was when a check was asked, to change it and ask again. */
export function draftOf(request: { industry: string | null; action: string | null; activity: string | null; discharges: Record<string, string> | null; fuel: string[] | null; project: { name: string | null; uscc: string | null }; buffer_m: string }, geometry: Geometry): Draft {
  const rows = Object.entries(request.discharges ?? {}).map(([pollutant, amount]) => ({ pollutant, amount: String(Number(amount)) }));
  return {
    ...EMPTY,
    name: request.project.name ?? "",
    uscc: request.project.uscc ?? "",
    geometry,
    industry: request.industry ?? "",
    action: request.action ?? "",
    activity: request.activity ?? "",
    discharge: request.discharges === null ? "undeclared" : rows.length ? "some" : "none",
    rows,
    fuel: request.fuel === null ? "" : (request.fuel[0] ?? "none"),
  };
}
