/** The cells a redraw or two days differ in, as the pages list and sum them. Pure. */
import type { CsvValue } from "@/parts/csv";
import type { Position, Geometry } from "@/map/types";
import type { ChangedCell, Difference, DifferenceFeature, RedrawHead, Status, Totals } from "./types";

/** The cells whose ground, name or parent changes; those that only get a vertex on their border are counted, not listed. */
export function told(cells: readonly ChangedCell[]): ChangedCell[] {
  return cells.filter(({ cause }) => cause !== "node");
}

/** Cells of the level where ground changes hands: the one the totals speak of. */
export function leaves(cells: readonly ChangedCell[], levels: readonly string[]): ChangedCell[] {
  const leaf = levels.at(-1);
  return leaf === undefined ? [...cells] : cells.filter(({ level }) => level === leaf);
}

/** Sums in whole hundredths, so that what reads 0.00 is nothing. */
export function summed(cells: readonly ChangedCell[]): Totals {
  const sum = (key: "before_m2" | "after_m2" | "change_m2"): string => (cells.reduce((total, cell) => total + Math.round(Number(cell[key] ?? 0) * 100), 0) / 100).toFixed(2);
  return { before_m2: sum("before_m2"), after_m2: sum("after_m2"), change_m2: sum("change_m2") };
}

/** Whether a total that is not nothing may be the rounding of its rows alone: half a hundredth each way, before and after. */
export function isRounding(change: string, rows: number): boolean {
  return Number(change) !== 0 && Math.abs(Number(change)) <= rows * 0.01 + 1e-9;
}

export type Kind = "new" | "ended" | Exclude<ChangedCell["cause"], never>;

export function kindOf(cell: ChangedCell): Kind {
  if (cell.before_m2 === null) return "new";
  return cell.after_m2 === null ? "ended" : cell.cause;
}

/** "+17.75", "−17.75", "0.00", "<0.01": the sign is never a hyphen. */
export function signed(m2: string | number, figure: (m2: number) => string): string {
  const value = Number(m2);
  if (value === 0) return figure(0);
  const size = figure(Math.abs(value));
  return size.startsWith("<") ? size : `${value < 0 ? "−" : "+"}${size}`;
}

export const CSV_HEADER = ["level", "code", "name", "name_before", "parent", "parent_before", "cause", "before_m2", "after_m2", "change_m2", "from", "to"] as const;

export function csvRows(cells: readonly ChangedCell[]): CsvValue[][] {
  return cells.map((cell) => CSV_HEADER.map((key) => (Array.isArray(cell[key]) ? cell[key].join(" ") : (cell[key] as string | null))));
}

export type Standing = Status | "in-force" | "returned";

/** Where a redraw stands in the eyes of an office: what was approved may be waiting for its day. */
export function standingOf(one: Pick<RedrawHead, "status" | "in_force">, lastAction?: string): Standing {
  if (one.status === "approved" && one.in_force) return "in-force";
  return one.status === "draft" && lastAction === "rejected" ? "returned" : one.status;
}

/** Days from one day to another. */
export function daysUntil(day: string, today: string): number {
  return Math.round((Date.parse(`${day}T00:00:00Z`) - Date.parse(`${today}T00:00:00Z`)) / 86_400_000);
}

type Area = { what: "before" | "after"; code: string; name: string };

/** The cell of the state after whose ground a place lies in; null where nothing changes. */
export function cellAt(difference: Difference | null, at: readonly [number, number]): { code: string; name: string; level: string } | null {
  for (const { geometry, properties } of difference?.features ?? []) {
    if (properties.what === "after" && inside(geometry, at)) return { code: properties.code, name: properties.name, level: properties.level };
  }
  return null;
}

function inside(geometry: Geometry, at: readonly [number, number]): boolean {
  const parts: Position[][][] = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.type === "MultiPolygon" ? geometry.coordinates : [];
  return parts.some(([shell, ...holes]) => shell !== undefined && within(shell, at) && !holes.some((hole) => within(hole, at)));
}

function within(ring: readonly Position[], [x, y]: readonly [number, number]): boolean {
  let odd = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [ax = 0, ay = 0] = ring[i]!;
    const [bx = 0, by = 0] = ring[j]!;
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) odd = !odd;
  }
  return odd;
}

/** The features of one side, with the properties that only they have. */
export function sideOf(difference: Difference | null, what: "before" | "after"): (DifferenceFeature & { properties: Area })[] {
  return (difference?.features ?? []).filter((one): one is DifferenceFeature & { properties: Area & { level: string; area_m2: string } } => one.properties.what === what);
}

export function movedOf(difference: Difference | null): { geometry: Geometry; from: string; to: string; area_m2: string }[] {
  return (difference?.features ?? []).flatMap(({ geometry, properties }) => (properties.what === "moved" ? [{ geometry, from: properties.from, to: properties.to, area_m2: properties.area_m2 }] : []));
}
