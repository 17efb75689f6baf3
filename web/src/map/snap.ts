/** The place that a drawn vertex is drawn to: the nearest vertex of a border near by, or else the nearest place on one. Pure. */
import type { Geometry, Position } from "geojson";
import type { LonLat } from "./types";

export interface SnapTarget {
  /** What is caught, for the reader. */
  readonly title: string;
  readonly lines: readonly (readonly LonLat[])[];
}

export interface Snap {
  readonly at: LonLat;
  readonly title: string;
  readonly vertex: boolean;
}

/** Borders of a geometry as a target. */
export function snapTarget(title: string, geometry: Geometry): SnapTarget {
  return { title, lines: linesOf(geometry).map((line) => line.map(([lon, lat]): LonLat => [lon!, lat!])) };
}

function linesOf(geometry: Geometry): Position[][] {
  switch (geometry.type) {
    case "Polygon":
      return geometry.coordinates;
    case "MultiPolygon":
      return geometry.coordinates.flat();
    case "LineString":
      return [geometry.coordinates];
    case "MultiLineString":
      return geometry.coordinates;
    case "GeometryCollection":
      return geometry.geometries.flatMap(linesOf);
    default:
      return [];
  }
}

/**
 * What a place is drawn to, or null. degreesPerPixel: of longitude, and of latitude; reach in pixels.
 * A vertex within reach goes before an edge that is nearer, since parcels share their corners.
 */
export function snap(at: LonLat, targets: readonly SnapTarget[], degreesPerPixel: readonly [lon: number, lat: number], reach = 10): Snap | null {
  const [px, py] = degreesPerPixel;
  const far = (to: LonLat): number => Math.hypot((to[0] - at[0]) / px, (to[1] - at[1]) / py);
  let vertex: Snap | null = null;
  let edge: Snap | null = null;
  let [nearVertex, nearEdge] = [reach, reach];
  for (const { title, lines } of targets)
    for (const line of lines)
      for (let i = 0; i < line.length; i++) {
        const from = line[i]!;
        const distance = far(from);
        if (distance < nearVertex) [nearVertex, vertex] = [distance, { at: from, title, vertex: true }];
        const to = line[i + 1];
        if (!to || vertex) continue;
        const foot = footOf(at, from, to, px, py);
        const away = far(foot);
        if (away < nearEdge) [nearEdge, edge] = [away, { at: foot, title, vertex: false }];
      }
  return vertex ?? edge;
}

/** The place on an edge nearest to a place, measured in pixels. */
function footOf(at: LonLat, from: LonLat, to: LonLat, px: number, py: number): LonLat {
  const [dx, dy] = [(to[0] - from[0]) / px, (to[1] - from[1]) / py];
  const length = dx * dx + dy * dy;
  if (length === 0) return from;
  const along = (((at[0] - from[0]) / px) * dx + ((at[1] - from[1]) / py) * dy) / length;
  const part = Math.min(1, Math.max(0, along));
  return [from[0] + (to[0] - from[0]) * part, from[1] + (to[1] - from[1]) * part];
}
