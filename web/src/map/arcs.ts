/**
 * A piece of the grid as its shared boundaries, in whole units of 1e-9 degree: every boundary once, so that whoever moves one of its points
 * moves it for all its owners. Pure.
 */
import type { ArcCell, ArcsDocument, LatticePosition } from "./redrawTypes";
import type { LonLat } from "./types";

/** Lattice units. */
export type Place = readonly [x: number, y: number];
export type Line = readonly Place[];

export interface Arc {
  readonly id: string;
  readonly left: string;
  readonly right: string | null;
  readonly locked: boolean;
  readonly closed: boolean;
  readonly line: Line;
  /** An asked cell lies on a side, and it is not the outline: its vertices may be moved. */
  readonly editable: boolean;
  readonly box: UnitBox;
}

export type UnitBox = readonly [west: number, south: number, east: number, north: number];

/** A vertex as one of the arcs has it. */
export interface Use {
  readonly arc: number;
  readonly at: number;
}

export interface Net {
  readonly arcs: readonly Arc[];
  readonly cells: ReadonlyMap<string, ArcCell>;
  /** Uses of every place where an arc begins or ends, by `keyOf`. */
  readonly ends: ReadonlyMap<string, readonly Use[]>;
}

const UNITS = 1e9;
export const NO_NET: Net = { arcs: [], cells: new Map(), ends: new Map() };

export const keyOf = ([x, y]: Place): string => `${x} ${y}`;
export const samePlace = (a: Place, b: Place): boolean => a[0] === b[0] && a[1] === b[1];
/** Division gives the nearest binary number to the decimal of nine places; a product would not. */
export const toPosition = ([x, y]: Place): LatticePosition => [x / UNITS, y / UNITS];
export const toPlace = ([lon, lat]: LonLat): Place => [Math.round(lon * UNITS), Math.round(lat * UNITS)];

export function readNet(document: ArcsDocument): Net {
  const cells = new Map(document.cells.map((cell) => [cell.code, cell]));
  const asked = (code: string | null): boolean => code !== null && cells.get(code)?.asked === true;
  const arcs = document.arcs.map(({ d, ...item }): Arc => {
    const line = decode(d);
    return { ...item, line, editable: !item.locked && (asked(item.left) || asked(item.right)), box: boxOf(line) };
  });
  return { arcs, cells, ends: endsOf(arcs) };
}

function decode(steps: readonly (readonly [number, number])[]): Line {
  let [x, y] = [0, 0];
  return steps.map(([dx, dy]): Place => [(x += dx), (y += dy)]);
}

export function boxOf(line: Line): UnitBox {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const place of line) {
    const x = place[0];
    const y = place[1];
    if (x < west) west = x;
    if (x > east) east = x;
    if (y < south) south = y;
    if (y > north) north = y;
  }
  return [west, south, east, north];
}

function endsOf(arcs: readonly Arc[]): Map<string, Use[]> {
  const found = new Map<string, Use[]>();
  arcs.forEach(({ line }, arc) => {
    for (const at of [0, line.length - 1]) {
      const key = keyOf(line[at]!);
      const uses = found.get(key);
      if (uses) uses.push({ arc, at });
      else found.set(key, [{ arc, at }]);
    }
  });
  return found;
}

export function placeOf(net: Net, { arc, at }: Use): Place {
  return net.arcs[arc]!.line[at]!;
}

/** All uses of the vertex: inside an arc there is one. */
export function usesOf(net: Net, use: Use): readonly Use[] {
  const { line } = net.arcs[use.arc]!;
  return use.at > 0 && use.at < line.length - 1 ? [use] : (net.ends.get(keyOf(line[use.at]!)) ?? [use]);
}

/** Codes of the cells that have the vertex, sorted. */
export function ownersOf(net: Net, use: Use): string[] {
  const codes = usesOf(net, use).flatMap(({ arc }) => [net.arcs[arc]!.left, net.arcs[arc]!.right]);
  return [...new Set(codes.filter((code) => code !== null))].sort();
}

/** True where boundaries of more than two cells meet, or where one meets the outline. */
export function isNode(net: Net, use: Use): boolean {
  return new Set(usesOf(net, use).map(({ arc }) => arc)).size > 1;
}

/** True when the vertex may not be moved: it is on the outline, or no cell up for change has it. */
export function isLocked(net: Net, use: Use): boolean {
  const arcs = usesOf(net, use).map(({ arc }) => net.arcs[arc]!);
  return arcs.some(({ locked }) => locked) || !arcs.some(({ editable }) => editable);
}

/** True when the vertex is on the grid's outline. */
export function isOutline(net: Net, use: Use): boolean {
  return usesOf(net, use).some(({ arc }) => net.arcs[arc]!.locked);
}

/** Lines of a cell's rings, closed, in lattice units; parts with their shell first. */
export function ringsOf(net: Net, cell: ArcCell): Line[][] {
  return cell.parts.map((part) => part.map((ring) => chained(ring.map((position) => passage(net, position)))));
}

function passage(net: Net, position: number): Line {
  const line = net.arcs[Math.abs(position) - 1]?.line ?? [];
  return position > 0 ? line : [...line].reverse();
}

/** Lines joined end to end, the shared places once. */
export function chained(lines: readonly Line[]): Line {
  return lines.flatMap((line, i) => (i === 0 ? line : line.slice(1)));
}

/** The vertex at a place, or null. */
export function useAt(net: Net, place: Place): Use | null {
  const end = net.ends.get(keyOf(place))?.[0];
  if (end) return end;
  for (const [arc, { line, box }] of net.arcs.entries()) {
    if (!inBox(place, box)) continue;
    const at = line.findIndex((one) => samePlace(one, place));
    if (at >= 0) return { arc, at };
  }
  return null;
}

export function inBox([x, y]: Place, [west, south, east, north]: UnitBox, dx = 0, dy = dx): boolean {
  return x >= west - dx && x <= east + dx && y >= south - dy && y <= north + dy;
}
