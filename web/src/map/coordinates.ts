/** Typed coordinates: one place as two fields of a system, and back. Pure. */
import { beltOfEasting, fromBelt, toBelt } from "./belts";
import type { LonLat } from "./types";

export type System = "lonlat" | "belt";
export type Column = "lon" | "lat" | "x" | "y";

/** The two columns of a system in the order people write them: lon, lat, but X (north) before Y (east). */
export function columnsOf(system: System): readonly [Column, Column] {
  return system === "lonlat" ? ["lon", "lat"] : ["x", "y"];
}

/** The text of a field: seven decimals of a degree are a centimetre, three of a metre a millimetre. */
export function shown(place: LonLat, column: 0 | 1, system: System, belt: number): string {
  if (system === "lonlat") return place[column].toFixed(7);
  const { x, y } = toBelt(place, belt);
  return (column === 0 ? x : y).toFixed(3);
}

/** The place after one of its fields was typed; what is wrong with the text otherwise. Full-width figures and separators are read. */
export function typed(text: string, column: 0 | 1, place: LonLat, system: System, belt: number): LonLat | "bad" | "range" {
  const plain = text.normalize("NFKC").replace(/[\s,'°]/g, "");
  const value = plain === "" ? NaN : Number(plain);
  if (!Number.isFinite(value)) return "bad";
  if (system === "lonlat") {
    const next: LonLat = column === 0 ? [value, place[1]] : [place[0], value];
    return Math.abs(next[0]) <= 180 && Math.abs(next[1]) <= 85 ? next : "range";
  }
  return inBelt(value, column, place, belt);
}

function inBelt(value: number, column: 0 | 1, place: LonLat, belt: number): LonLat | "range" {
  const held = toBelt(place, belt);
  const northing = column === 0 ? value : held.x;
  const easting = column === 1 ? value : held.y;
  if (northing < 0 || northing > 6.5e6 || easting < 1e5 || (easting > 1e6 && beltOfEasting(easting) === null)) return "range";
  return fromBelt(northing, easting, beltOfEasting(easting) ?? belt);
}
