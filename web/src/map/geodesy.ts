/**
 * Lengths and areas on the CGCS2000 ellipsoid (a 6378137, 1/f 298.257222101), by Karney's geodesics.
 * For drawing and measuring only: what counts is computed by the server, so these are shown with ≈.
 */
import geodesic from "geographiclib-geodesic";
import type { LonLat } from "./types";
import type { Position } from "geojson";

const ELLIPSOID = new geodesic.Geodesic.Geodesic(6378137, 1 / 298.257222101);

/** Metres along the geodesic between two places. */
export function distance(from: LonLat, to: LonLat): number {
  return ELLIPSOID.Inverse(from[1], from[0], to[1], to[0], geodesic.Geodesic.DISTANCE).s12 ?? 0;
}

/** Metres along a line. */
export function lineLength(line: readonly LonLat[]): number {
  let sum = 0;
  for (let i = 1; i < line.length; i++) sum += distance(line[i - 1]!, line[i]!);
  return sum;
}

/** Square metres within a ring, whichever way it turns; closed or not. Fewer than three places: 0. */
export function ringArea(ring: readonly (LonLat | Position)[]): number {
  return Math.abs(signedRingArea(ring));
}

/** The same, negative when the ring turns clockwise. */
export function signedRingArea(ring: readonly (LonLat | Position)[]): number {
  if (ring.length < 3) return 0;
  const polygon = ELLIPSOID.Polygon(false);
  for (const [lon, lat] of ring) polygon.AddPoint(lat!, lon!);
  return polygon.Compute(false, true).area ?? 0;
}

/** Square metres of polygons: outer rings less their holes. */
export function areaOf(polygons: readonly (readonly (readonly (LonLat | Position)[])[])[]): number {
  let sum = 0;
  for (const [outer, ...holes] of polygons) {
    if (outer) sum += ringArea(outer) - holes.reduce((less, hole) => less + ringArea(hole), 0);
  }
  return sum;
}
