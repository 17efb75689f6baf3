/** What of the grid is under the pointer, within a reach in pixels. Pure. */
import { inBox, isNode, ringsOf, samePlace, usesOf, type Line, type Net, type Place, type Use } from "./arcs";

/** Lattice units of one pixel, eastward and northward, and how far the pointer reaches. */
export interface Reach {
  readonly x: number;
  readonly y: number;
  readonly pixels: number;
}

export interface EdgeHit {
  readonly arc: number;
  /** The edge runs from this vertex of the arc to the next. */
  readonly at: number;
  readonly foot: Place;
}

export function pixelsBetween(a: Place, b: Place, reach: Reach): number {
  return Math.hypot((a[0] - b[0]) / reach.x, (a[1] - b[1]) / reach.y);
}

/** The nearest vertex of those arcs; a node goes before what is equally near. */
export function vertexAt(net: Net, to: Place, reach: Reach, wanted: (arc: number) => boolean): Use | null {
  let best: Use | null = null;
  let near = reach.pixels;
  net.arcs.forEach(({ line, box }, arc) => {
    if (!inBox(to, box, reach.pixels * reach.x, reach.pixels * reach.y) || !wanted(arc)) return;
    for (let at = 0; at < line.length; at++) {
      const far = pixelsBetween(line[at]!, to, reach);
      if (far < near) [near, best] = [far, { arc, at }];
    }
  });
  return best && first(net, best);
}

/** Of a node's uses, one that may be moved. */
function first(net: Net, use: Use): Use {
  return isNode(net, use) ? (usesOf(net, use).find(({ arc }) => net.arcs[arc]!.editable) ?? use) : use;
}

/** The nearest edge of those arcs, with the place on it that is nearest, rounded to the lattice. */
export function edgeAt(net: Net, to: Place, reach: Reach, wanted: (arc: number) => boolean): EdgeHit | null {
  let best: EdgeHit | null = null;
  let near = reach.pixels;
  net.arcs.forEach(({ line, box }, arc) => {
    if (!inBox(to, box, reach.pixels * reach.x, reach.pixels * reach.y) || !wanted(arc)) return;
    for (let at = 0; at + 1 < line.length; at++) {
      const foot = footOf(to, line[at]!, line[at + 1]!, reach);
      const far = pixelsBetween(foot, to, reach);
      if (far < near) [near, best] = [far, { arc, at, foot: [Math.round(foot[0]), Math.round(foot[1])] }];
    }
  });
  return best;
}

function footOf(to: Place, from: Place, end: Place, reach: Reach): Place {
  const [dx, dy] = [(end[0] - from[0]) / reach.x, (end[1] - from[1]) / reach.y];
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : (((to[0] - from[0]) / reach.x) * dx + ((to[1] - from[1]) / reach.y) * dy) / length;
  const part = Math.min(1, Math.max(0, along));
  return [from[0] + (end[0] - from[0]) * part, from[1] + (end[1] - from[1]) * part];
}

/** The place in the middle of an edge, where a vertex can be drawn out; null when the edge is too short on the screen to show it. */
export function middleOf(a: Place, b: Place, reach: Reach, leastPixels: number): Place | null {
  return pixelsBetween(a, b, reach) < leastPixels ? null : [Math.round((a[0] + b[0]) / 2), Math.round((a[1] + b[1]) / 2)];
}

/** The middle of an edge under the pointer. */
export function middleAt(net: Net, to: Place, reach: Reach, leastPixels: number): EdgeHit | null {
  let best: EdgeHit | null = null;
  let near = reach.pixels;
  net.arcs.forEach(({ line, box, editable }, arc) => {
    if (!editable || !inBox(to, box, reach.pixels * reach.x, reach.pixels * reach.y)) return;
    for (let at = 0; at + 1 < line.length; at++) {
      const middle = middleOf(line[at]!, line[at + 1]!, reach, leastPixels);
      const far = middle ? pixelsBetween(middle, to, reach) : Infinity;
      if (far < near) [near, best] = [far, { arc, at, foot: middle! }];
    }
  });
  return best;
}

/** Code of the cell that a place lies in; null outside of those told. */
export function cellAt(net: Net, at: Place): string | null {
  for (const [code, cell] of net.cells) {
    const [west, south, east, north] = cell.bbox;
    if (!inBox(at, [west * 1e9, south * 1e9, east * 1e9, north * 1e9], 1)) continue;
    if (ringsOf(net, cell).some((part) => part.filter((ring) => within(at, ring)).length === 1)) return code;
  }
  return null;
}

function within([x, y]: Place, ring: Line): boolean {
  let inside = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [x1, y1] = ring[i]!;
    const [x2, y2] = ring[j]!;
    if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) inside = !inside;
  }
  return inside;
}

/** Vertices of editable arcs within a box, each place once. */
export function verticesWithin(net: Net, [west, south, east, north]: readonly [number, number, number, number]): Use[] {
  const found: Use[] = [];
  net.arcs.forEach(({ line, editable, closed }, arc) => {
    if (!editable) return;
    line.forEach(([x, y], at) => {
      if (x < west || x > east || y < south || y > north) return;
      const use = { arc, at };
      const isEnd = at === 0 || at === line.length - 1;
      if (!isEnd || (!(closed && at > 0) && samePlaceFirst(net, use))) found.push(use);
    });
  });
  return found;
}

/** True for the first editable arc that has the node, so that a node is told once. */
function samePlaceFirst(net: Net, use: Use): boolean {
  const head = usesOf(net, use).find(({ arc }) => net.arcs[arc]!.editable);
  return head !== undefined && head.arc === use.arc && samePlace(net.arcs[head.arc]!.line[head.at]!, net.arcs[use.arc]!.line[use.at]!);
}
