/** A vector tile made plain: features of typed arrays, names to write, and the edges that are worth a line. */
import { VectorTile } from "@mapbox/vector-tile";
import { PbfReader } from "pbf";
import type { Scalar } from "./types";

export type Properties = Readonly<Record<string, Scalar>>;

export interface Shape {
  readonly properties: Properties;
  /** Closed rings, x y x y …, in units of the tile. */
  readonly rings: readonly Int32Array[];
  /** West, north, east, south in units of the tile. */
  readonly box: readonly [number, number, number, number];
}

export interface TileLabel {
  readonly x: number;
  readonly y: number;
  readonly properties: Properties;
}

export interface TileData {
  readonly extent: number;
  /** Polygons by layer of the tile. */
  readonly shapes: ReadonlyMap<string, readonly Shape[]>;
  readonly labels: readonly TileLabel[];
}

export const EMPTY_TILE: TileData = { extent: 4096, shapes: new Map(), labels: [] };
const LABEL_LAYER = "label";
const POLYGON = 3;
const POINT = 1;

/** The tile that the bytes hold. No bytes: an empty tile. Raises when the bytes are no vector tile. */
export function decodeTile(bytes: ArrayBuffer): TileData {
  if (bytes.byteLength === 0) return EMPTY_TILE;
  const tile = new VectorTile(new PbfReader(new Uint8Array(bytes)));
  const shapes = new Map<string, Shape[]>();
  const labels: TileLabel[] = [];
  let extent = EMPTY_TILE.extent;
  for (const [name, layer] of Object.entries(tile.layers)) {
    if (name !== LABEL_LAYER) extent = layer.extent;
    for (let i = 0; i < layer.length; i++) {
      const feature = layer.feature(i);
      const { properties } = feature;
      if (name === LABEL_LAYER && feature.type === POINT) labels.push(...labelsOf(feature.loadGeometry(), properties, layer.extent, extent));
      else if (feature.type === POLYGON) push(shapes, name, shapeOf(feature.loadGeometry(), properties));
    }
  }
  return { extent, shapes, labels };
}

function push(shapes: Map<string, Shape[]>, name: string, shape: Shape): void {
  const held = shapes.get(name);
  if (held) held.push(shape);
  else shapes.set(name, [shape]);
}

interface XY {
  readonly x: number;
  readonly y: number;
}

function labelsOf(points: readonly (readonly XY[])[], properties: Properties, from: number, to: number): TileLabel[] {
  return points.flat().map(({ x, y }) => ({ x: (x * to) / from, y: (y * to) / from, properties }));
}

function shapeOf(lines: readonly (readonly XY[])[], properties: Properties): Shape {
  let [west, north, east, south] = [Infinity, Infinity, -Infinity, -Infinity];
  const rings = lines.map((points) => {
    const ring = new Int32Array(points.length * 2);
    points.forEach(({ x, y }, i) => {
      ring[2 * i] = x;
      ring[2 * i + 1] = y;
      west = Math.min(west, x);
      east = Math.max(east, x);
      north = Math.min(north, y);
      south = Math.max(south, y);
    });
    return ring;
  });
  return { properties, rings, box: [west, north, east, south] };
}

/** True for an edge that the tile's clipping made: it runs along a side, outside the tile. */
export function isCut(x1: number, y1: number, x2: number, y2: number, extent: number): boolean {
  return (x1 === x2 && (x1 < 0 || x1 > extent)) || (y1 === y2 && (y1 < 0 || y1 > extent));
}

/** The outline of shapes taken together, as lines x y x y …: an edge that two of them share in opposite directions is inside and left out. */
export function outline(shapes: readonly Shape[], extent: number): number[][] {
  const once = new Map<string, [number, number, number, number]>();
  for (const { rings } of shapes)
    for (const ring of rings)
      for (let i = 0; i + 3 < ring.length; i += 2) {
        const [x1, y1, x2, y2] = [ring[i]!, ring[i + 1]!, ring[i + 2]!, ring[i + 3]!];
        const back = `${x2} ${y2} ${x1} ${y1}`;
        if (once.has(back)) once.delete(back);
        else once.set(`${x1} ${y1} ${x2} ${y2}`, [x1, y1, x2, y2]);
      }
  return chained([...once.values()].filter(([x1, y1, x2, y2]) => !isCut(x1, y1, x2, y2, extent)));
}

/** Edges that follow one another, in the order they were given, joined to lines. */
function chained(edges: readonly (readonly [number, number, number, number])[]): number[][] {
  const lines: number[][] = [];
  for (const [x1, y1, x2, y2] of edges) {
    const last = lines.at(-1);
    if (last && last.at(-2) === x1 && last.at(-1) === y1) last.push(x2, y2);
    else lines.push([x1, y1, x2, y2]);
  }
  return lines;
}

/** Whether a place in units of the tile lies in a shape (even-odd). */
export function covers(shape: Shape, x: number, y: number): boolean {
  const [west, north, east, south] = shape.box;
  if (x < west || x > east || y < north || y > south) return false;
  let inside = false;
  for (const ring of shape.rings)
    for (let i = 0; i + 3 < ring.length; i += 2) {
      const [x1, y1, x2, y2] = [ring[i]!, ring[i + 1]!, ring[i + 2]!, ring[i + 3]!];
      if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) inside = !inside;
    }
  return inside;
}
