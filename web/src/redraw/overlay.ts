/** Ground as an SVG path over the map. Pure. */
import type { Bbox, Geometry, Position } from "@/map/types";

const mercator = (lat: number): number => Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360));

/** A place in pixels of a map that shows a box in this size. */
export function projector([west, south, east, north]: Bbox, width: number, height: number): (at: Position) => [number, number] {
  const top = mercator(north);
  const span = top - mercator(south);
  return ([lon = 0, lat = 0]) => [((lon - west) / (east - west)) * width, ((top - mercator(lat)) / span) * height];
}

/** The path of polygons; holes are told by the even-odd rule. */
export function pathOf(geometry: Geometry, project: (at: Position) => [number, number]): string {
  const parts: Position[][][] = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.type === "MultiPolygon" ? geometry.coordinates : [];
  return parts
    .flat()
    .map((ring) => `${ring.map((at, index) => `${index ? "L" : "M"}${project(at).map((value) => value.toFixed(1)).join(" ")}`).join("")}Z`)
    .join("");
}

/** The middle of the largest ring, where its name stands. */
export function middleOf(geometry: Geometry): Position | null {
  const rings: Position[][] = geometry.type === "Polygon" ? [geometry.coordinates[0] ?? []] : geometry.type === "MultiPolygon" ? geometry.coordinates.map((part) => part[0] ?? []) : [];
  let best: { area: number; at: Position } | null = null;
  for (const ring of rings) {
    const found = centroid(ring);
    if (found && (!best || found.area > best.area)) best = found;
  }
  return best?.at ?? null;
}

function centroid(ring: readonly Position[]): { area: number; at: Position } | null {
  const [ox = 0, oy = 0] = ring[0] ?? [];
  let twice = 0;
  let x = 0;
  let y = 0;
  for (let i = 0; i + 1 < ring.length; i += 1) {
    const [ax, ay, bx, by] = [ring[i]![0]! - ox, ring[i]![1]! - oy, ring[i + 1]![0]! - ox, ring[i + 1]![1]! - oy];
    const cross = ax * by - bx * ay;
    twice += cross;
    x += (ax + bx) * cross;
    y += (ay + by) * cross;
  }
  return twice === 0 ? null : { area: Math.abs(twice / 2), at: [ox + x / (3 * twice), oy + y / (3 * twice)] };
}
