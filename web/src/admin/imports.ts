/** An import from both ends: which column means what, and what a report has to say row by row. */
import type { Box, LonLat } from "@/api/types";
import type { Geometry } from "@/map/types";
import type { CrsCandidate, ImportDocument, Options, Report, UploadField, UploadLayer } from "./types";

const CELL_CODES = ["code", "编码", "代码", "区划代码", "网格编码", "xzqdm", "qhdm", "wgbm"];
const CELL_NAMES = ["name", "名称", "区划名称", "网格名称", "xzqmc", "qhmc", "wgmc"];
const PARENT_CODES = ["parent_code", "上级编码", "上级代码", "township_code", "乡镇编码", "乡镇代码", "xzdm", "county_code", "县级编码", "县编码", "xdm", "city_code", "市编码"];
const PARENT_NAMES = ["parent_name", "上级名称", "township_name", "乡镇名称", "xzmc", "county_name", "县级名称", "县名称", "xmc", "city_name", "市名称"];

const fold = (name: string): string => name.normalize("NFKC").toLocaleLowerCase().replace(/\s+/g, "");

/** The first of the known names that the file has, letter case and width aside; null = none. */
export function guess(fields: readonly UploadField[], names: readonly string[]): string | null {
  for (const name of names) {
    const found = fields.find((field) => fold(field.name) === fold(name));
    if (found) return found.name;
  }
  return null;
}

export interface CellColumns {
  code: string | null;
  name: string | null;
  /** Nearest level first. */
  parents: string[];
  parentNames: string[];
}

export function guessCells(fields: readonly UploadField[]): CellColumns {
  const every = (names: readonly string[]): string[] => names.flatMap((name) => guess(fields, [name]) ?? []);
  return { code: guess(fields, CELL_CODES), name: guess(fields, CELL_NAMES), parents: every(PARENT_CODES).slice(0, 2), parentNames: every(PARENT_NAMES).slice(0, 2) };
}

/** The level whose codes have as many figures as the file's; "" = none. */
export function guessLevel(layer: UploadLayer, code: string | null, levels: readonly { key: string; code_length: number }[]): string {
  const found = layer.fields.find((field) => field.name === code)?.examples ?? [];
  return levels.find((level) => found.length > 0 && found.every((one) => one.length === level.code_length))?.key ?? "";
}

/** A key made of a file's name: "ecological-red-line-2024.gpkg" -> "ecological-red-line" and "2024". */
export function guessLayer(filename: string): { key: string; edition: string } {
  const stem = filename.replace(/\.[^.]+$/, "");
  const year = /(?:19|20)\d{2}/.exec(stem)?.[0] ?? "";
  const key = stem.toLocaleLowerCase().replace(/[-_ ]?(?:19|20)\d{2}.*$/, "").replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "");
  return { key, edition: year };
}

/** Options without what was left empty. */
export function stated(options: Options): Options {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== "" && value !== null && value !== undefined && !(Array.isArray(value) && !value.length) && value !== false));
}

/** What a refusal calls by the command line's names, by the names of this page's messages. */
const SAID: readonly (readonly [RegExp, string])[] = [
  [/--mode replace/g, "mode.replace"],
  [/--mode add/g, "mode.add"],
  [/--repair(?: METRES| 米数| [\d.]+)?/g, "opt.repair"],
  [/--allow-gaps(?: REASON)?/g, "opt.allow_gaps"],
  [/--outline(?: FILE)?/g, "opt.outline"],
  [/--coverage(?: cells)?/g, "opt.coverage"],
  [/--parent-name-field/g, "opt.parent_name_field"],
  [/--parent-field/g, "opt.parent_field"],
  [/--code-field/g, "opt.code_field"],
  [/--name-field/g, "opt.name_field"],
  [/--effective-from/g, "opt.effective_from"],
  [/--edition/g, "opt.edition"],
  [/--grow-area/g, "opt.grow_area"],
  [/--level(?![\w-])/g, "opt.level"],
  [/--scheme/g, "opt.scheme"],
  [/--crs/g, "opt.crs"],
];
const WIDE = "[\\u3000-\\u9fff\\uff00-\\uffef]";
const BEFORE = new RegExp(`(${WIDE}) “`, "g");
const AFTER = new RegExp(`” (${WIDE})`, "g");

/** A sentence of the server in the terms of this page: "请用 --mode replace。" -> "请用“整体替换”。" name: the words for a key under `admin.imports`. */
export function onScreen(said: string, kind: "cells" | "zones", name: (key: string) => string): string {
  if (!said.includes("--")) return said;
  const spoken = SAID.reduce((text, [option, key]) => text.replace(option, () => `“${name(key === "opt.repair" && kind === "zones" ? "opt.repairZones" : key)}”`), said);
  return spoken.replace(BEFORE, "$1“").replace(AFTER, "”$1");
}

/** How much of a box lies in another, 0 to 1. */
export function shareInside(box: Box, area: Box): number {
  const width = Math.min(box[2], area[2]) - Math.max(box[0], area[0]);
  const height = Math.min(box[3], area[3]) - Math.max(box[1], area[1]);
  const whole = (box[2] - box[0]) * (box[3] - box[1]);
  return width <= 0 || height <= 0 ? 0 : whole > 0 ? (width * height) / whole : 1;
}

/** Systems to choose from: those that put at least half of the file where this installation works, or, when none does, the first few. */
export function offeredCrs(candidates: readonly CrsCandidate[], area: Box | null, most: number): (CrsCandidate & { near: boolean })[] {
  const found = candidates.map((one) => ({ ...one, near: one.inside_area || (area !== null && shareInside(one.bbox, area) >= 0.5) }));
  const near = found.filter((one) => one.near);
  return (near.length ? near : found).slice(0, most);
}

export type FindingState = "must" | "repaired" | "rounding" | "gap";

export interface Finding {
  id: string;
  state: FindingState;
  /** overlap, gap, rejected, ... as the server says it. */
  kind: string;
  row: number | null;
  code: string;
  /** All cells concerned. */
  cells: string[];
  reason: string;
  area_m2: number | null;
  length_m: number | null;
  point: LonLat | null;
  /** Its number on the map and in the list, from 1; null = it has no place or needs nothing. */
  number: number | null;
}

const figure = (value: string | undefined): number | null => (value === undefined || Number(value) === 0 ? null : Number(value));

/** Everything a report says of single rows and places, what must be mended first. A row refused for a doubled code or its shape is one finding, not two. */
export function findingsOf(report: Report | null): Finding[] {
  if (!report) return [];
  const rejected = report.rejected ?? [];
  const same = (one: { kind: string; cells: string[] }): boolean => (one.kind === "duplicate" || one.kind === "invalid") && rejected.some((row) => one.cells.includes(row.code));
  const found: Omit<Finding, "id" | "number">[] = [
    ...rejected.map((one) => {
      const whole = (report.violations ?? []).find((violation) => same(violation) && violation.cells.includes(one.code));
      return { state: "must" as const, kind: whole?.kind ?? "rejected", row: one.row, code: one.code, cells: [one.code], reason: one.reason, area_m2: figure(whole?.area_m2), length_m: null, point: one.point };
    }),
    ...(report.violations ?? []).filter((one) => !same(one)).map((one) => ({ state: "must" as const, kind: one.kind, row: null, code: one.cells[0] ?? "", cells: one.cells, reason: one.detail, area_m2: figure(one.area_m2), length_m: figure(one.length_m), point: one.point })),
    ...(report.repairs ?? []).map((one) => ({ state: "repaired" as const, kind: one.kind ?? "repair", row: null, code: one.code ?? one.cells?.[0] ?? "", cells: one.cells ?? (one.code ? [one.code] : []), reason: one.reason ?? "", area_m2: figure(one.area_m2) ?? changed(one), length_m: null, point: one.point ?? null })),
    ...(report.allowed_gaps ?? []).map((one) => ({ state: "gap" as const, kind: "gap", row: null, code: "", cells: [], reason: one.reason, area_m2: figure(one.area_m2), length_m: null, point: one.point })),
    ...(report.rounding ?? []).map((one) => ({ state: "rounding" as const, kind: "rounding", row: null, code: one.code ?? one.cells?.[0] ?? "", cells: one.cells ?? (one.code ? [one.code] : []), reason: "", area_m2: figure(one.changed_m2 ?? one.area_m2), length_m: null, point: one.point ?? null })),
  ];
  let number = 0;
  return found.map((one, index) => ({ ...one, id: String(index), number: one.point && one.state !== "rounding" ? (number += 1) : null }));
}

function changed(one: { before_m2?: string; after_m2?: string }): number | null {
  return one.before_m2 === undefined || one.after_m2 === undefined ? null : Math.abs(Number(one.after_m2) - Number(one.before_m2));
}

/** How many of each; "all" counts everything. */
export function counted(findings: readonly Finding[]): Record<FindingState | "all", number> {
  const counts = { must: 0, repaired: 0, rounding: 0, gap: 0, all: findings.length };
  for (const one of findings) counts[one.state] += 1;
  return counts;
}

/** How many cells or zones would begin or did. */
export function importedOf(report: Report | null): number {
  const found = report?.imported;
  return typeof found === "number" ? found : Object.values(found ?? {}).reduce((sum, one) => sum + one, 0);
}

export type Outcome = "waiting" | "running" | "refused" | "ready" | "loaded" | "failed" | "cancelled";

/** Where an import stands, in one word. */
export function outcomeOf(job: Pick<ImportDocument, "state" | "ok" | "dry_run">): Outcome {
  if (job.state === "queued") return "waiting";
  if (job.state === "running") return "running";
  if (job.state === "cancelled") return "cancelled";
  if (job.ok === true) return job.dry_run ? "ready" : "loaded";
  if (job.ok === false) return "refused";
  return "failed";
}

/** All shapes of a file as one, to be outlined; null = none. */
export function oneShape(geometries: readonly Geometry[]): Geometry | null {
  const coordinates = geometries.flatMap((one) => (one.type === "Polygon" ? [one.coordinates] : one.type === "MultiPolygon" ? one.coordinates : []));
  return coordinates.length ? { type: "MultiPolygon", coordinates } : null;
}

/** What was found as GeoJSON in lon/lat. */
export function findingsGeoJson(findings: readonly Finding[]): string {
  const features = findings.map(({ point, ...properties }) => ({ type: "Feature", geometry: point && { type: "Point", coordinates: point }, properties }));
  return JSON.stringify({ type: "FeatureCollection", features }, null, 1);
}
