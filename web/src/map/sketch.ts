/**
 * What is drawn, as plain data: shapes of rings, the ring being drawn, and every state before and after. Pure; the map, the coordinate
 * table and the keyboard all change it through these functions only, so that they can never disagree.
 */
import type { Geometry, Position } from "geojson";
import type { LonLat } from "./types";

export type SketchKind = "polygon" | "rectangle" | "line" | "point";

/** Rings are open: the first place is not repeated at the end. The first ring of a part is its outer one. */
export type Ring = readonly LonLat[];
export type Part = readonly Ring[];

export interface Sketch {
  readonly kind: SketchKind;
  readonly parts: readonly Part[];
}

/** A vertex of a sketch. */
export interface Vertex {
  readonly part: number;
  readonly ring: number;
  readonly at: number;
}

export interface History {
  readonly past: readonly Sketch[];
  readonly now: Sketch;
  readonly future: readonly Sketch[];
}

export const EMPTY: Sketch = { kind: "polygon", parts: [] };
/** States that can be taken back. */
const DEPTH = 200;

export function started(now: Sketch = EMPTY): History {
  return { past: [], now, future: [] };
}

/** A new state; what had been taken back is forgotten. No change, no new state. */
export function changed({ past, now }: History, next: Sketch): History {
  return { past: [...past, now].slice(-DEPTH), now: next, future: [] };
}

export function undone(history: History): History {
  const last = history.past.at(-1);
  return last ? { past: history.past.slice(0, -1), now: last, future: [history.now, ...history.future] } : history;
}

export function redone(history: History): History {
  const [next, ...future] = history.future;
  return next ? { past: [...history.past, history.now], now: next, future } : history;
}

/** Fewest places of a ring that means something. */
export function fewest(kind: SketchKind): number {
  return kind === "point" ? 1 : kind === "line" ? 2 : 3;
}

/** The sketch with one more part; points and lines stand alone. */
export function withPart(sketch: Sketch, kind: SketchKind, ring: Ring): Sketch {
  const alone = kind === "line" || kind === "point" || sketch.kind === "line" || sketch.kind === "point";
  return { kind: alone ? kind : "polygon", parts: alone ? [[ring]] : [...sketch.parts, [ring]] };
}

/** The sketch with a hole in the part that holds its first place; unchanged when none does. */
export function withHole(sketch: Sketch, hole: Ring): Sketch {
  const first = hole[0];
  const index = first ? sketch.parts.findIndex(([outer]) => outer !== undefined && within(first, outer)) : -1;
  if (index < 0) return sketch;
  return { ...sketch, parts: sketch.parts.map((part, i) => (i === index ? [...part, hole] : part)) };
}

export function moved(sketch: Sketch, vertex: Vertex, to: LonLat): Sketch {
  return mapRing(sketch, vertex, (ring) => ring.map((at, i) => (i === vertex.at ? to : at)));
}

/** A place put in before the vertex's. */
export function inserted(sketch: Sketch, vertex: Vertex, at: LonLat): Sketch {
  return mapRing(sketch, vertex, (ring) => [...ring.slice(0, vertex.at), at, ...ring.slice(vertex.at)]);
}

/** Without a vertex; a ring that would mean nothing goes, and a part with its outer ring. */
export function removed(sketch: Sketch, vertex: Vertex): Sketch {
  const ring = sketch.parts[vertex.part]?.[vertex.ring];
  if (!ring) return sketch;
  if (ring.length > fewest(sketch.kind)) return mapRing(sketch, vertex, (held) => held.filter((_, i) => i !== vertex.at));
  return withoutRing(sketch, vertex.part, vertex.ring);
}

export function withoutRing(sketch: Sketch, part: number, ring: number): Sketch {
  const parts = sketch.parts.flatMap((held, i) => (i !== part ? [held] : ring === 0 ? [] : [held.filter((_, j) => j !== ring)]));
  return { ...sketch, parts };
}

/** All of it moved by degrees. */
export function shifted(sketch: Sketch, lon: number, lat: number): Sketch {
  return { ...sketch, parts: sketch.parts.map((part) => part.map((ring) => ring.map((at): LonLat => [at[0] + lon, at[1] + lat]))) };
}

function mapRing(sketch: Sketch, { part, ring }: Vertex, change: (ring: Ring) => Ring): Sketch {
  return { ...sketch, parts: sketch.parts.map((held, i) => (i === part ? held.map((one, j) => (j === ring ? change(one) : one)) : held)) };
}

/** The four corners of a rectangle along the axes, anticlockwise from its south-west. */
export function rectangle(a: LonLat, b: LonLat): Ring {
  const [west, east] = [Math.min(a[0], b[0]), Math.max(a[0], b[0])];
  const [south, north] = [Math.min(a[1], b[1]), Math.max(a[1], b[1])];
  return [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
  ];
}

/** GeoJSON of a sketch; null while it means nothing. Outer rings turn anticlockwise, holes clockwise (RFC 7946). */
export function toGeometry({ kind, parts }: Sketch): Geometry | null {
  const [first] = parts;
  const ring = first?.[0];
  if (!ring || ring.length < fewest(kind)) return null;
  if (kind === "point") return { type: "Point", coordinates: [...ring[0]!] };
  if (kind === "line") return { type: "LineString", coordinates: ring.map((at) => [...at]) };
  const polygons = parts.map((part) => part.map((held, i) => closed(held, i === 0)));
  return polygons.length === 1 ? { type: "Polygon", coordinates: polygons[0]! } : { type: "MultiPolygon", coordinates: polygons };
}

function closed(ring: Ring, outer: boolean): Position[] {
  const places = signedArea(ring) > 0 === outer ? ring : [...ring].reverse();
  return [...places, places[0]!].map((at) => [...at]);
}

/** The sketch of a GeoJSON geometry; collections are drawn by their first member that can be. */
export function fromGeometry(geometry: Geometry | null): Sketch {
  switch (geometry?.type) {
    case "Polygon":
      return { kind: "polygon", parts: [geometry.coordinates.map(opened)] };
    case "MultiPolygon":
      return { kind: "polygon", parts: geometry.coordinates.map((polygon) => polygon.map(opened)) };
    case "LineString":
      return { kind: "line", parts: [[geometry.coordinates.map(lonLat)]] };
    case "Point":
      return { kind: "point", parts: [[[lonLat(geometry.coordinates)]]] };
    default:
      return EMPTY;
  }
}

function lonLat(position: Position): LonLat {
  return [position[0]!, position[1]!];
}

function opened(ring: Position[]): Ring {
  const places = ring.map(lonLat);
  const [first, last] = [places[0], places.at(-1)];
  return places.length > 1 && first![0] === last![0] && first![1] === last![1] ? places.slice(0, -1) : places;
}

/** Twice the area in degrees, positive when the ring turns anticlockwise. */
function signedArea(ring: Ring): number {
  return ring.reduce((sum, [x, y], i) => {
    const [nextX, nextY] = ring[(i + 1) % ring.length]!;
    return sum + x * nextY - nextX * y;
  }, 0);
}

function within([x, y]: LonLat, ring: Ring): boolean {
  let inside = false;
  ring.forEach(([x1, y1], i) => {
    const [x2, y2] = ring[(i + 1) % ring.length]!;
    if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) inside = !inside;
  });
  return inside;
}

/** True when two edges of one ring cross: said at once, so that nobody sends what the server must refuse. */
export function crossesItself({ kind, parts }: Sketch): boolean {
  return kind !== "point" && kind !== "line" && parts.some((part) => part.some(ringCrosses));
}

function ringCrosses(ring: Ring): boolean {
  const edges = ring.map((from, i) => [from, ring[(i + 1) % ring.length]!] as const);
  for (let i = 0; i < edges.length; i++)
    for (let j = i + 2; j < edges.length; j++) {
      if (i === 0 && j === edges.length - 1) continue;
      if (cross(...edges[i]!, ...edges[j]!)) return true;
    }
  return false;
}

function cross(a: LonLat, b: LonLat, c: LonLat, d: LonLat): boolean {
  return side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;
}

function side(a: LonLat, b: LonLat, p: LonLat): number {
  return Math.sign((b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0]));
}
