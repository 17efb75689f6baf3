/** Gauss-Krüger 3° belts on CGCS2000: X north, Y east with the belt's number before it (domain reference §6). */
import proj4 from "proj4";
import type { Bbox, LonLat } from "./types";

/** Belts of China: 25 (75°E) to 45 (135°E). */
const FIRST_BELT = 25;
const LAST_BELT = 45;

export interface BeltPoint {
  readonly belt: number;
  /** Northing, metres. */
  readonly x: number;
  /** Easting with the belt number as its millions, metres. */
  readonly y: number;
}

/** The belt whose central meridian is nearest, kept within China's. */
export function beltOf(lon: number): number {
  return Math.min(LAST_BELT, Math.max(FIRST_BELT, Math.round(lon / 3)));
}

/** One belt for a whole area, by its middle: a county that crosses a belt's edge still reads in one plane. */
export function beltOfArea(area: Bbox | null, lon: number): number {
  return beltOf(area ? (area[0] + area[2]) / 2 : lon);
}

/** EPSG code of the belt with its number in the easting: 4513 to 4533. */
export function beltCode(belt: number): string {
  return `EPSG:${4488 + belt}`;
}

const converters = new Map<number, proj4.Converter>();

function converter(belt: number): proj4.Converter {
  let found = converters.get(belt);
  if (!found) {
    found = proj4(
      "+proj=longlat +ellps=GRS80 +a=6378137 +rf=298.257222101 +no_defs",
      `+proj=tmerc +lat_0=0 +lon_0=${belt * 3} +k=1 +x_0=${belt * 1e6 + 500000} +y_0=0 +a=6378137 +rf=298.257222101 +units=m +no_defs`,
    );
    converters.set(belt, found);
  }
  return found;
}

/** A place in a belt's plane. */
export function toBelt(at: LonLat, belt: number): BeltPoint {
  const [y, x] = converter(belt).forward([at[0], at[1]]) as [number, number];
  return { belt, x, y };
}

/** lon, lat of a place in a belt's plane; y with or without the belt's number. */
export function fromBelt(x: number, y: number, belt: number): LonLat {
  const easting = y < 1e6 ? y + belt * 1e6 : y;
  const [lon, lat] = converter(belt).inverse([easting, x]) as [number, number];
  return [lon, lat];
}

/** The belt an easting of eight figures names, or null. */
export function beltOfEasting(y: number): number | null {
  const belt = Math.floor(y / 1e6);
  return belt >= FIRST_BELT && belt <= LAST_BELT ? belt : null;
}
