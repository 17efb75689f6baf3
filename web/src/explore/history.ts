/** The history of a cell as a slider shows it. Pure. */
import type { CellVersion } from "./types";

/** The versions that are held to be so now, by first day: what was corrected later is not on the slider. */
export function standing(versions: readonly CellVersion[]): CellVersion[] {
  return versions.filter((version) => version.recorded_to === null).sort((a, b) => (a.from < b.from ? -1 : 1));
}

/** The version in force on a day; null before, between and after them. */
export function versionOn(versions: readonly CellVersion[], on: string): CellVersion | null {
  return versions.find((version) => version.from <= on && (version.to === null || on < version.to)) ?? null;
}

/** The change that brought a version about. A later change that only ended a version wrote it down anew: that is not how it came to be. */
export function originOf(versions: readonly CellVersion[], version: CellVersion): CellVersion["change"] {
  const same = versions.filter((other) => other.from === version.from && other.name === version.name && other.parent === version.parent && other.area_m2 === version.area_m2);
  return [...same, version].sort((a, b) => (a.recorded_from < b.recorded_from ? -1 : 1))[0]!.change;
}

/** The day of a version that lies nearest to a day: where most else is as it is seen now. */
export function nearestDay(version: CellVersion, on: string): string {
  const last = lastDay(version.to);
  return last !== null && last < on ? last : version.from;
}

export interface Difference {
  what: "name" | "parent" | "area" | "shape";
  before: string;
  after: string;
}

/** What changed from one version to the next: name, parent, area; a redrawn border that kept the area to the last digit still is a new shape. */
export function differences(before: CellVersion, after: CellVersion): Difference[] {
  const found: Difference[] = [];
  if (before.name !== after.name) found.push({ what: "name", before: before.name, after: after.name });
  if (before.parent !== after.parent) found.push({ what: "parent", before: before.parent ?? "—", after: after.parent ?? "—" });
  if (before.area_m2 !== after.area_m2) found.push({ what: "area", before: before.area_m2, after: after.area_m2 });
  if (found.length === 0) found.push({ what: "shape", before: before.area_m2, after: after.area_m2 });
  return found;
}

/** The last day a period runs, written as people read it; null = until further notice. `to` is exclusive. */
export function lastDay(to: string | null): string | null {
  if (to === null) return null;
  const day = new Date(`${to}T00:00:00Z`);
  day.setUTCDate(day.getUTCDate() - 1);
  return day.toISOString().slice(0, 10);
}
