/** Addresses of tiles, and where tiles and places lie in the pixels of the web map. */
import type { Bbox, LonLat } from "./types";

/** The address of one tile from a TileJSON template. */
export function tileUrl(template: string, z: number, x: number, y: number): string {
  return template.replace("{z}", String(z)).replace("{x}", String(x)).replace("{y}", String(y));
}

/** Path and query of the TileJSON of a layer on a day. */
export function tileJsonUrl(layer: string, on: string): [path: string, query: { on: string }] {
  return [`/tiles/${encodeURIComponent(layer)}.json`, { on }];
}

/** Whether a tile z, x, y touches a bbox. */
export function tileTouches(z: number, x: number, y: number, bbox: Bbox): boolean {
  const [west, north] = tileCorner(z, x, y);
  const [east, south] = tileCorner(z, x + 1, y + 1);
  return west <= bbox[2] && east >= bbox[0] && south <= bbox[3] && north >= bbox[1];
}

function tileCorner(z: number, x: number, y: number): LonLat {
  const n = 2 ** z;
  const lat = (Math.atan(Math.sinh(Math.PI * (1 - (2 * y) / n))) * 180) / Math.PI;
  return [(x / n) * 360 - 180, lat];
}

/** A place in pixels of the whole world at a zoom of 256-pixel tiles. */
export function worldPixel(at: LonLat, zoom: number): [number, number] {
  const size = 256 * 2 ** zoom;
  const sin = Math.sin((at[1] * Math.PI) / 180);
  return [((at[0] + 180) / 360) * size, (0.5 - Math.log((1 + sin) / (1 - sin)) / (4 * Math.PI)) * size];
}
