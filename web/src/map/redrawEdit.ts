/** What a gesture does to shared boundaries: how all owners follow, how much ground passes, and the operation it asks of the server. Pure. */
import { boxOf, chained, isLocked, isNode, keyOf, samePlace, toPosition, usesOf, type Arc, type Line, type Net, type Place, type UnitBox, type Use } from "./arcs";
import { signedRingArea } from "./geodesy";
import { cellAt, edgeAt, vertexAt, type Reach } from "./redrawHits";
import type { DrawnOperation, LineString, RedrawRefusal } from "./redrawTypes";

export const SNAP_M = 0.5;

export type Moves = ReadonlyMap<string, readonly [from: Place, to: Place]>;
export type Deltas = Map<string, number>;

/** Arcs as they run with the vertices moved, by their number; the others are not named. */
export function movedArcs(net: Net, uses: readonly Use[], moves: Moves): Map<number, Line> {
  const lines = new Map<number, Place[]>();
  for (const use of uses.flatMap((one) => usesOf(net, one))) {
    const { line } = net.arcs[use.arc]!;
    const to = moves.get(keyOf(line[use.at]!))?.[1];
    if (!to) continue;
    if (!lines.has(use.arc)) lines.set(use.arc, [...line]);
    lines.get(use.arc)![use.at] = to;
  }
  return lines;
}

/** Rings of the ground that an arc gives over, and what its two cells gain by it: each ring runs along the new line and back along the old. */
export function passed(before: Line, after: Line): Line[] {
  const rings: Line[] = [];
  for (let i = 0; i < before.length; i++) {
    if (samePlace(before[i]!, after[i]!)) continue;
    const from = Math.max(0, i - 1);
    while (i < before.length && !samePlace(before[i]!, after[i]!)) i++;
    const to = Math.min(before.length, i + 1);
    rings.push([...after.slice(from, to), ...before.slice(from, to).reverse()]);
  }
  return rings;
}

/** Square metres that each cell gains or loses when arcs run anew. */
export function deltasOf(net: Net, arcs: ReadonlyMap<number, Line>): Deltas {
  const deltas: Deltas = new Map();
  for (const [number, line] of arcs) {
    const arc = net.arcs[number]!;
    const gained = passed(arc.line, line).reduce((sum, ring) => sum + signedRingArea(ring.map(toPosition)), 0);
    add(deltas, arc.left, gained);
    if (arc.right !== null) add(deltas, arc.right, -gained);
  }
  return deltas;
}

function add(deltas: Deltas, code: string, m2: number): void {
  deltas.set(code, (deltas.get(code) ?? 0) + m2);
}

export function moveOperation(moves: Moves): DrawnOperation {
  return { op: "move_vertices", moves: [...moves.values()].map(([from, to]) => ({ from: toPosition(from), to: toPosition(to) })) };
}

export function lineString(line: Line): LineString {
  return { type: "LineString", coordinates: line.map(toPosition) };
}

/** A vertex drawn out of the middle of an edge: the boundary runs over it from now on. */
export function insertOperation({ left, right, line }: Arc, at: number, place: Place): DrawnOperation {
  return { op: "reshape", between: [left, right!], line: lineString([line[at]!, place, line[at + 1]!]), snap_m: SNAP_M };
}

/** Vertices taken out: the boundary runs straight from the one before to the one after, once for each run of them. */
export function removeOperations(net: Net, uses: readonly Use[]): DrawnOperation[] | RedrawRefusal {
  if (uses.some((use) => isNode(net, use))) return "nodes";
  if (uses.some((use) => isLocked(net, use))) return "locked";
  const operations: DrawnOperation[] = [];
  for (const arc of new Set(uses.map((use) => use.arc))) {
    const { line, left, right, closed } = net.arcs[arc]!;
    const gone = new Set(uses.flatMap((use) => (use.arc === arc ? [use.at % (closed ? line.length - 1 : line.length)] : [])));
    // A ring has no end to begin at: it is turned until it begins at a vertex that stays.
    const turned = closed ? turnedRing(line, gone) : { line, gone };
    if (!turned || (closed && line.length - 1 - gone.size < 3)) return "closed";
    for (const [from, to] of runs(turned.gone)) {
      operations.push({ op: "reshape", between: [left, right!], line: lineString([turned.line[from - 1]!, turned.line[to + 1]!]), snap_m: SNAP_M });
    }
  }
  return operations;
}

function turnedRing(line: Line, gone: ReadonlySet<number>): { line: Line; gone: Set<number> } | null {
  const open = line.slice(0, -1);
  const start = open.findIndex((_, i) => !gone.has(i));
  if (start < 0) return null;
  const turned = [...open.slice(start), ...open.slice(0, start), open[start]!];
  return { line: turned, gone: new Set([...gone].map((at) => (at - start + open.length) % open.length)) };
}

/** Runs of numbers that follow one another, as first and last. */
function runs(numbers: ReadonlySet<number>): [number, number][] {
  const found: [number, number][] = [];
  for (const number of [...numbers].sort((a, b) => a - b)) {
    const last = found.at(-1);
    if (last && last[1] === number - 1) last[1] = number;
    else found.push([number, number]);
  }
  return found;
}

/** Pairs of cells on whose common boundary a place lies; a pair is two codes in the order of the alphabet. */
export function pairsAt(net: Net, place: Place, reach: Reach): Set<string> {
  const close = { ...reach, pixels: 2 };
  const vertex = vertexAt(net, place, close, () => true);
  const arcs = vertex ? usesOf(net, vertex).map(({ arc }) => arc) : [edgeAt(net, place, close, () => true)?.arc ?? -1];
  return new Set(arcs.flatMap((arc) => (net.arcs[arc]?.right ? [pairOf(net.arcs[arc]!)] : [])));
}

const pairOf = ({ left, right }: Arc): string => [left, right ?? ""].sort().join("\n");

/** The two cells between which a line is drawn; of several, those whose common boundary is nearest to its middle. */
export function pairOfLine(net: Net, line: Line, reach: Reach): [string, string] | null {
  const [head, tail] = [pairsAt(net, line[0]!, reach), pairsAt(net, line.at(-1)!, reach)];
  const both = [...head].filter((pair) => tail.has(pair));
  const middle = line[Math.floor(line.length / 2)]!;
  const far = (pair: string): number => {
    const places = net.arcs.flatMap((arc) => (pairOf(arc) === pair ? arc.line : []));
    return places.reduce((least, place) => Math.min(least, Math.hypot((place[0] - middle[0]) / reach.x, (place[1] - middle[1]) / reach.y)), Infinity);
  };
  const best = both.sort((a, b) => far(a) - far(b))[0];
  return best ? (best.split("\n") as [string, string]) : null;
}

/** The common boundary of two cells as lines with the first cell on the left. */
export function boundaryOf(net: Net, [left, right]: readonly [string, string]): Line[] {
  const lines = net.arcs.flatMap((arc) => {
    if (arc.left === left && arc.right === right) return [arc.line];
    return arc.left === right && arc.right === left ? [[...arc.line].reverse()] : [];
  });
  const joined: Line[] = [];
  for (let line = lines.pop(); line; line = lines.pop()) {
    for (let i = 0; i < lines.length; i++) {
      const other = lines[i]!;
      const after = samePlace(line.at(-1)!, other[0]!);
      if (!after && !samePlace(other.at(-1)!, line[0]!)) continue;
      line = after ? chained([line, other]) : chained([other, line]);
      lines.splice(i, 1);
      i = -1;
    }
    joined.push(line);
  }
  return joined;
}

/** The ground between a line and the boundary it replaces, as a ring with the line first; null when its ends are not on one boundary. */
export function replaced(net: Net, between: readonly [string, string], line: Line, reach: Reach): { ring: Line; gained: number } | null {
  for (const boundary of boundaryOf(net, between)) {
    const [from, to] = [along(boundary, line[0]!, reach), along(boundary, line.at(-1)!, reach)];
    if (from === null || to === null) continue;
    const drawn = from <= to ? line : [...line].reverse();
    const [first, last] = [Math.min(from, to), Math.max(from, to)];
    const inner = boundary.slice(Math.floor(first) + 1, Math.ceil(last));
    const ring = [...drawn, ...inner.reverse()];
    return { ring, gained: signedRingArea(ring.map(toPosition)) };
  }
  return null;
}

/** How far along a line a place is: the number of its edge and the share of it; null when it is not on it. */
function along(line: Line, place: Place, reach: Reach): number | null {
  const alone: Net = { arcs: [{ id: "", left: "", right: "", locked: false, closed: false, line, editable: true, box: boxOf(line) }], cells: new Map(), ends: new Map() };
  const hit = edgeAt(alone, place, { ...reach, pixels: 2 }, () => true);
  if (!hit) return null;
  const [a, b] = [line[hit.at]!, line[hit.at + 1]!];
  const length = Math.hypot(b[0] - a[0], b[1] - a[1]);
  return hit.at + (length === 0 ? 0 : Math.min(1, Math.hypot(place[0] - a[0], place[1] - a[1]) / length));
}

/** The boundary of two cells drawn anew. */
export function reshapeOperation(net: Net, line: Line, reach: Reach): DrawnOperation | RedrawRefusal {
  if (line.length < 2) return "short";
  const between = pairOfLine(net, line, reach);
  return between ? { op: "reshape", between, line: lineString(line), snap_m: SNAP_M } : "pair";
}

const SAMPLES = 8;

/** The cell that most of a line lies in, of those up for change. */
export function cellOfLine(net: Net, line: Line): string | null {
  const lengths = new Map<string, number>();
  for (let i = 0; i + 1 < line.length; i++) {
    const [[x1, y1], [x2, y2]] = [line[i]!, line[i + 1]!];
    for (let s = 0; s < SAMPLES; s++) {
      const part = (s + 0.5) / SAMPLES;
      const code = cellAt(net, [x1 + (x2 - x1) * part, y1 + (y2 - y1) * part]);
      if (code && net.cells.get(code)?.asked) lengths.set(code, (lengths.get(code) ?? 0) + Math.hypot(x2 - x1, y2 - y1) / SAMPLES);
    }
  }
  return [...lengths].sort((a, b) => b[1] - a[1])[0]?.[0] ?? null;
}

/** A cell cut along a line; names: proposals for what lies left of it and right of it. */
export function splitOperation(net: Net, line: Line, names: (name: string) => readonly [string, string]): DrawnOperation | RedrawRefusal {
  if (line.length < 2) return "short";
  const cell = cellOfLine(net, line);
  if (cell === null) return "outside";
  return { op: "split", cell, line: lineString(line), parts: names(net.cells.get(cell)!.name).map((name) => ({ name })) };
}

export function transferOperation(ring: Line, to: string): DrawnOperation {
  return { op: "transfer", area: { type: "Polygon", coordinates: [[...ring, ring[0]!].map(toPosition)] }, to };
}

/** True when a line that has changed crosses another or itself. */
export function crosses(net: Net, changed: ReadonlyMap<number, Line>): boolean {
  const others = net.arcs.map(({ line, box }, arc) => (changed.has(arc) ? { line: changed.get(arc)!, box: boxOf(changed.get(arc)!) } : { line, box }));
  for (const [number, line] of changed) {
    const old = net.arcs[number]!.line;
    for (let i = 0; i + 1 < line.length; i++) {
      if (old.length === line.length && samePlace(line[i]!, old[i]!) && samePlace(line[i + 1]!, old[i + 1]!)) continue;
      if (others.some((other) => meets(line[i]!, line[i + 1]!, other))) return true;
    }
  }
  return false;
}

function meets(a: Place, b: Place, { line, box }: { readonly line: Line; readonly box: UnitBox }): boolean {
  const [west, east] = a[0] < b[0] ? [a[0], b[0]] : [b[0], a[0]];
  const [south, north] = a[1] < b[1] ? [a[1], b[1]] : [b[1], a[1]];
  if (box[0] > east || box[2] < west || box[1] > north || box[3] < south) return false;
  for (let i = 0; i + 1 < line.length; i++) {
    const c = line[i]!;
    const d = line[i + 1]!;
    if ((c[0] > east && d[0] > east) || (c[0] < west && d[0] < west) || (c[1] > north && d[1] > north) || (c[1] < south && d[1] < south)) continue;
    if (side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0) return true;
  }
  return false;
}

function side(a: Place, b: Place, p: Place): number {
  return Math.sign((b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0]));
}
