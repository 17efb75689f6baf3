/**
 * Fetches, decodes and paints tiles: all layers of a place on one canvas. Runs in a worker; where a browser has no OffscreenCanvas,
 * in the page, one tile an idle moment. Knows no Leaflet.
 */
import type { LevelStyle } from "./gridStyles";
import { place as placeNames, type LabelWish } from "./labels";
import { paintCells, paintVeil, paintZones, weightAt, type Context, type Frame } from "./paint";
import { covers, decodeTile, EMPTY_TILE, type TileData } from "./tileData";
import type { Palette } from "./themes";
import type { Bbox, Hit, Scalar } from "./types";
import { styleOf } from "./zoneStyles";
import { tileTouches, tileUrl } from "./urls";

export interface SceneLayer {
  /** Key of the zone layer, or `cells`. */
  readonly key: string;
  readonly kind: string;
  /** Absolute address with {z}/{x}/{y}. */
  readonly template: string;
  readonly minzoom: number;
  readonly maxzoom: number;
  readonly bounds: Bbox | null;
  readonly opacity: number;
}

/** All that decides how a tile looks. Layers in the order they are drawn. */
export interface Scene {
  readonly number: number;
  readonly layers: readonly SceneLayer[];
  readonly levels: readonly LevelStyle[];
  readonly palette: Palette;
  readonly ratio: number;
}

/** A name to be written, if there is room; x and y in pixels of the whole world at the tile's zoom. */
export interface PlacedName extends LabelWish {
  readonly source: string;
  readonly code: string;
}

export interface Painted {
  readonly id: string;
  readonly scene: number;
  readonly image: ImageBitmap | HTMLCanvasElement;
  readonly names: readonly PlacedName[];
  /** Styles met on the tile, `source style`. */
  readonly styles: readonly string[];
  /** Layers still on their way: the tile will be painted again. */
  readonly waiting: number;
  readonly failed: readonly string[];
}

export interface TilePlace {
  readonly id: string;
  readonly z: number;
  readonly x: number;
  readonly y: number;
  readonly size: number;
}

type Canvas = OffscreenCanvas | HTMLCanvasElement;

export interface Surroundings {
  readonly canvas: (side: number) => Canvas;
  readonly finish: (canvas: Canvas) => ImageBitmap | HTMLCanvasElement;
  readonly fetch: (url: string, signal: AbortSignal) => Promise<Response>;
  readonly tell: (painted: Painted) => void;
}

interface Wanted extends TilePlace {
  /** Painted at least once: what is shown stays until the new picture is whole, or it has taken too long. */
  shown: boolean;
  timer: ReturnType<typeof setTimeout> | null;
}

interface Loaded {
  readonly data: TileData;
  readonly z: number;
  readonly x: number;
  readonly y: number;
}

const CELLS = "cells";
/** Stands for the address of a tile that holds nothing. */
const OUTSIDE = "outside";
/** Names of cells go before those of zones, upper levels first. */
const LEVEL_RANK = 100;
const ZONE_RANK = 50;
const ZONE_FACE = { size: 11, weight: 400, spacing: 0 };
/** Decoded tiles kept: about 40 places with 14 layers. */
const KEPT = 600;
/** Further tries of a tile that did not come, after so many milliseconds. */
const TRY_AGAIN_MS = [800, 3000];
/** How long a tile waits for the rest of its layers: when nothing is shown yet, and when an older picture is. */
const FIRST_MS = 60;
const REPAINT_MS = 700;

export class TileEngine {
  private scene: Scene | null = null;
  private readonly places = new Map<string, Wanted>();
  private readonly loaded = new Map<string, Loaded>([[OUTSIDE, { data: EMPTY_TILE, z: 0, x: 0, y: 0 }]]);
  private readonly loading = new Map<string, { promise: Promise<void>; abort: AbortController; wanted: Set<string> }>();
  private readonly failed = new Set<string>();
  private readonly queue = new Set<string>();
  private readonly around: Surroundings;

  constructor(around: Surroundings) {
    this.around = around;
  }

  /** What is to be drawn from now on; every tile wanted is painted anew. */
  setScene(scene: Scene): void {
    this.scene = scene;
    for (const place of this.places.values()) this.want(place);
  }

  /** Paints a tile, with what is there first and again as its layers come. */
  want(place: TilePlace): void {
    const held = this.places.get(place.id);
    const wanted: Wanted = { ...place, shown: held?.shown ?? false, timer: held?.timer ?? null };
    this.places.set(place.id, wanted);
    if (!this.scene) return;
    for (const source of this.sources(place)) if (!this.loaded.has(source.url) && !this.failed.has(source.url)) this.load(source, place.id);
    this.arrived(wanted);
  }

  /** The tile is no longer on the map. */
  drop(id: string): void {
    const place = this.places.get(id);
    if (place?.timer) clearTimeout(place.timer);
    this.places.delete(id);
    for (const [url, job] of this.loading) {
      job.wanted.delete(id);
      if (job.wanted.size > 0) continue;
      job.abort.abort();
      this.loading.delete(url);
    }
  }

  /** Asks again for what did not come. */
  retry(): void {
    this.failed.clear();
    for (const place of this.places.values()) this.want(place);
  }

  /** What lies at a place of a tile, x and y from 0 to 1: zones from the top layer down, then cells from the leaf upwards. */
  hits(place: Pick<TilePlace, "z" | "x" | "y" | "size">, fx: number, fy: number): Hit[] {
    const found: Hit[] = [];
    for (const { layer, url, z, x, y } of this.sources({ id: "", ...place }).sort((a, b) => Number(a.layer.kind === CELLS) - Number(b.layer.kind === CELLS))) {
      const loaded = this.loaded.get(url);
      if (!loaded) continue;
      const { extent, shapes } = loaded.data;
      const step = 2 ** (place.z - z);
      const at = [((place.x + fx) / step - x) * extent, ((place.y + fy) / step - y) * extent] as const;
      const names = layer.kind === CELLS ? this.scene!.levels.map((style) => style.level) : [...shapes.keys()];
      for (const name of names) for (const shape of shapes.get(name) ?? []) if (covers(shape, ...at)) found.push(hit(layer, name, shape.properties));
    }
    return found;
  }

  /** Paints at once when all layers are there, soon when some are. */
  private arrived(place: Wanted): void {
    const sources = this.sources(place);
    const there = sources.filter(({ url }) => this.loaded.has(url) || this.failed.has(url)).length;
    if (there === sources.length) this.paintNext(place.id);
    else if (there > 0) place.timer ??= setTimeout(() => this.paintNext(place.id), place.shown ? REPAINT_MS : FIRST_MS);
  }

  private sources(place: TilePlace): { layer: SceneLayer; url: string; z: number; x: number; y: number }[] {
    const found = [];
    for (const layer of this.scene?.layers ?? []) {
      if (place.z < layer.minzoom) continue;
      const z = Math.min(place.z, layer.maxzoom);
      const x = Math.floor(place.x / 2 ** (place.z - z));
      const y = Math.floor(place.y / 2 ** (place.z - z));
      const outside = layer.bounds !== null && !tileTouches(z, x, y, layer.bounds);
      // Nothing is asked for where there is nothing; but the ground there is veiled.
      if (outside && layer.kind !== CELLS) continue;
      found.push({ layer, url: outside ? OUTSIDE : tileUrl(layer.template, z, x, y), z, x, y });
    }
    return found;
  }

  private load(source: { url: string; z: number; x: number; y: number }, id: string): void {
    const held = this.loading.get(source.url);
    if (held) {
      held.wanted.add(id);
      return;
    }
    const job = { abort: new AbortController(), wanted: new Set([id]), promise: Promise.resolve() };
    this.loading.set(source.url, job);
    job.promise = this.fetched(source, job.abort.signal).then((outcome) => {
      if (this.loading.get(source.url) !== job) return;
      this.loading.delete(source.url);
      if (outcome) this.keep(source.url, { ...source, data: outcome });
      else this.failed.add(source.url);
      for (const wanted of job.wanted) {
        const place = this.places.get(wanted);
        if (place) this.arrived(place);
      }
    });
  }

  /** The tile's data; null when it did not come after all tries. */
  private async fetched({ url }: { url: string }, signal: AbortSignal): Promise<TileData | null> {
    for (const pause of [...TRY_AGAIN_MS, null]) {
      try {
        const answer = await this.around.fetch(url, signal);
        if (answer.status === 204 || answer.status === 404) return EMPTY_TILE;
        if (answer.ok) return decodeTile(await answer.arrayBuffer());
        if (answer.status < 500 && answer.status !== 429) return null;
      } catch {
        if (signal.aborted) return null;
      }
      if (pause !== null) await new Promise((resolve) => setTimeout(resolve, pause));
      if (signal.aborted) return null;
    }
    return null;
  }

  private keep(url: string, loaded: Loaded): void {
    this.loaded.set(url, loaded);
    for (const oldest of this.loaded.keys()) {
      if (this.loaded.size <= KEPT) break;
      if (oldest !== OUTSIDE) this.loaded.delete(oldest);
    }
  }

  /** One tile a turn, so that what is asked meanwhile (another view, a click) is heard between two of them. */
  private paintNext(id: string): void {
    const place = this.places.get(id);
    if (place?.timer) clearTimeout(place.timer);
    if (place) place.timer = null;
    this.queue.add(id);
    if (this.queue.size === 1) setTimeout(this.paintQueued);
  }

  private readonly paintQueued = (): void => {
    const [id] = this.queue;
    if (id === undefined) return;
    const place = this.places.get(id);
    if (place) this.paint(place);
    this.queue.delete(id);
    if (this.queue.size > 0) setTimeout(this.paintQueued);
  };

  private paint(place: Wanted): void {
    const scene = this.scene;
    if (!scene) return;
    place.shown = true;
    const side = Math.round(place.size * scene.ratio);
    const canvas = this.around.canvas(side);
    const context = canvas.getContext("2d") as Context | null;
    if (!context) return;
    context.scale(scene.ratio, scene.ratio);
    const wishes: PlacedName[] = [];
    const styles = new Set<string>();
    const { there, waiting, failed } = this.sorted(place);
    for (const { layer, loaded } of there) if (layer.kind === CELLS) paintVeil(context, loaded.data, scene.palette, frameOf(loaded, place));
    for (const { layer, loaded } of there) {
      this.paintLayer(context, layer, loaded, place);
      wishes.push(...namesOf(layer, loaded, place, scene.levels));
      if (layer.kind !== CELLS) for (const style of stylesOf(layer, loaded.data)) styles.add(style);
    }
    // Thinned here, so that the page never has thousands of names to weigh against one another.
    const names = placeNames(wishes, 1);
    this.around.tell({ id: place.id, scene: scene.number, image: this.around.finish(canvas), names, styles: [...styles], waiting, failed });
  }

  /** Layers that are there, how many are on their way, and which did not come. */
  private sorted(place: TilePlace): { there: { layer: SceneLayer; loaded: Loaded }[]; waiting: number; failed: string[] } {
    const there: { layer: SceneLayer; loaded: Loaded }[] = [];
    const failed: string[] = [];
    let waiting = 0;
    for (const { layer, url } of this.sources(place)) {
      const loaded = this.loaded.get(url);
      if (!loaded) {
        if (this.failed.has(url)) failed.push(layer.key);
        else waiting++;
        continue;
      }
      // Freshly used goes to the end of the line of those forgotten first.
      this.loaded.delete(url);
      this.loaded.set(url, loaded);
      there.push({ layer, loaded });
    }
    return { there, waiting, failed };
  }

  private paintLayer(context: Context, layer: SceneLayer, loaded: Loaded, place: TilePlace): void {
    const { levels, palette } = this.scene!;
    const frame = frameOf(loaded, place);
    if (layer.kind === CELLS) paintCells(context, loaded.data, levels, layer.opacity, palette, frame);
    else paintZones(context, loaded.data, layer.kind, layer.opacity, palette, frame);
  }
}

/** Where the data of a tile lie on the canvas of a place, which may be a part of it. */
function frameOf({ data, z, x, y }: Loaded, place: TilePlace): Frame {
  const step = 2 ** (place.z - z);
  return {
    scale: (place.size * step) / data.extent,
    dx: (x * step - place.x) * place.size,
    dy: (y * step - place.y) * place.size,
    size: place.size,
    weight: weightAt(place.z + Math.log2(place.size / 256)),
  };
}

function hit(layer: SceneLayer, name: string, properties: Readonly<Record<string, Scalar>>): Hit {
  const { code, name: called, ...more } = properties;
  return {
    source: layer.key,
    kind: layer.kind,
    ...(layer.kind === CELLS ? { level: name } : {}),
    code: String(code ?? ""),
    name: String(called ?? ""),
    properties: more,
  };
}

/** Names of a layer on a tile. */
function namesOf(layer: SceneLayer, { data, z, x, y }: Loaded, place: TilePlace, levels: readonly LevelStyle[]): PlacedName[] {
  const step = 2 ** (place.z - z);
  const pixels = (place.size * step) / data.extent;
  const attributes = new Map([...data.shapes.values()].flat().map(({ properties }) => [properties["code"], properties]));
  const found: PlacedName[] = [];
  for (const label of data.labels) {
    const at = { x: label.x * pixels + x * step * place.size, y: label.y * pixels + y * step * place.size };
    // A label belongs to the one tile that it lies in.
    if (Math.floor(at.x / place.size) !== place.x || Math.floor(at.y / place.size) !== place.y) continue;
    const { code, name, level } = label.properties;
    const index = layer.kind === CELLS ? levels.findIndex((style) => style.level === level) : -1;
    if (!name || (layer.kind === CELLS && index < 0)) continue;
    const face = index >= 0 ? levels[index]!.label : { ...ZONE_FACE, token: styleOf(layer.kind, attributes.get(code!) ?? label.properties).label };
    const named = { source: layer.key, code: String(code ?? ""), text: String(name) };
    found.push({ ...named, id: `${layer.key} ${level ?? ""} ${named.code}`, ...at, face, rank: index >= 0 ? LEVEL_RANK * (index + 1) : ZONE_RANK });
  }
  return found;
}

function stylesOf(layer: SceneLayer, data: TileData): Set<string> {
  const found = new Set<string>();
  for (const shapes of data.shapes.values()) for (const shape of shapes) found.add(`${layer.key} ${styleOf(layer.kind, shape.properties).id}`);
  return found;
}
