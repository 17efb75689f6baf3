/** Where the sites of a batch stand on the map: far away as pins, together where they would hide one another; near as they are. Pure. */
import type { Box, LonLat } from "@/api/types";
import type { Geometry } from "@/map/types";
import { OUTCOMES, outcomeOf } from "./outcome";
import type { BatchSite, Outcome } from "./types";

export interface Group {
  /** Rows of the sites that stand here, in file order. */
  rows: number[];
  at: LonLat;
  bbox: Box;
  /** The weightiest of them. */
  outcome: Outcome;
  counts: Partial<Record<Outcome, number>>;
}

const CELL_PX = 52;
const TILE_PX = 256;

/** Pixels of a place on the whole world at a zoom (Web Mercator, as the map is drawn). */
function pixels([lon, lat]: LonLat, zoom: number): [number, number] {
  const world = TILE_PX * 2 ** zoom;
  const sine = Math.sin((Math.max(-85, Math.min(85, lat)) * Math.PI) / 180);
  return [((lon + 180) / 360) * world, (0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)) * world];
}

/** The longer side of a box on the screen. */
export function sizePx(box: Box, zoom: number): number {
  const [west, north] = pixels([box[0], box[3]], zoom);
  const [east, south] = pixels([box[2], box[1]], zoom);
  return Math.max(east - west, south - north);
}

export function within(box: Box, view: Box): boolean {
  return box[0] <= view[2] && box[2] >= view[0] && box[1] <= view[3] && box[3] >= view[1];
}

/** Sites in sight as groups: those of one cell of the screen stand together. alone: a row that keeps a pin of its own. */
export function grouped(sites: readonly BatchSite[], view: Box, zoom: number, alone: number | null = null): Group[] {
  const groups = new Map<string, Group>();
  for (const site of sites) {
    if (!site.point || !within([site.point[0], site.point[1], site.point[0], site.point[1]], view)) continue;
    const [x, y] = pixels(site.point, zoom);
    const key = site.row === alone ? "alone" : `${Math.floor(x / CELL_PX)}/${Math.floor(y / CELL_PX)}`;
    const found = groups.get(key);
    if (found) join(found, site);
    else groups.set(key, begun(site, site.point));
  }
  return [...groups.values()];
}

function begun(site: BatchSite, at: LonLat): Group {
  const outcome = outcomeOf(site);
  return { rows: [site.row], at, bbox: site.bbox ?? [...at, ...at], outcome, counts: { [outcome]: 1 } };
}

function join(group: Group, site: BatchSite): void {
  const outcome = outcomeOf(site);
  const [lon, lat] = site.point!;
  const count = group.rows.push(site.row);
  group.at = [group.at[0] + (lon - group.at[0]) / count, group.at[1] + (lat - group.at[1]) / count];
  const box = site.bbox ?? [lon, lat, lon, lat];
  group.bbox = [Math.min(group.bbox[0], box[0]), Math.min(group.bbox[1], box[1]), Math.max(group.bbox[2], box[2]), Math.max(group.bbox[3], box[3])];
  group.counts[outcome] = (group.counts[outcome] ?? 0) + 1;
  if (OUTCOMES.indexOf(outcome) < OUTCOMES.indexOf(group.outcome)) group.outcome = outcome;
}

/** The smallest box that holds all sites with a place; null when none has one. */
export function extentOf(sites: readonly BatchSite[]): Box | null {
  const box: Box = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { bbox } of sites) {
    if (!bbox) continue;
    box[0] = Math.min(box[0], bbox[0]);
    box[1] = Math.min(box[1], bbox[1]);
    box[2] = Math.max(box[2], bbox[2]);
    box[3] = Math.max(box[3], bbox[3]);
  }
  return Number.isFinite(box[0]) ? box : null;
}

/** Whether a place lies in a polygon (even-odd, holes count); other kinds hold none. */
export function holds(geometry: Geometry, [x, y]: LonLat): boolean {
  const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.type === "MultiPolygon" ? geometry.coordinates : [];
  let inside = false;
  for (const ring of polygons.flat()) {
    for (let index = 0, before = ring.length - 1; index < ring.length; before = index++) {
      const [x1 = 0, y1 = 0] = ring[index]!;
      const [x2 = 0, y2 = 0] = ring[before]!;
      if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) inside = !inside;
    }
  }
  return inside;
}
