/** Leaflet's grid of tiles, each painted by the tile engine. */
import L from "leaflet";
import { makeTileClient, type TileClient } from "./tileClient";
import type { Painted, PlacedName, Scene } from "./tileEngine";
import type { Hit, LonLat } from "./types";
import { worldPixel } from "./urls";

export interface TileState {
  /** Tiles with layers still on their way. */
  readonly waiting: number;
  /** Keys of layers of which a tile did not come. */
  readonly failed: ReadonlySet<string>;
}

interface Held {
  readonly canvas: HTMLCanvasElement;
  readonly zoom: number;
  done: L.DoneCallback | null;
  painted: Painted | null;
}

/** Tiles are drawn at twice their own size of 256 pixels: the server generalises for that, and a view takes a quarter of the requests. */
const TILE = 512;
const ZOOM_OFFSET = -1;

export class PaintedTiles extends L.GridLayer {
  private readonly client: TileClient = makeTileClient((painted) => this.show(painted));
  private readonly held = new Map<string, Held>();
  private scene: Scene | null = null;
  private readonly changed: () => void;

  /** changed: called when names, styles or the state of loading may differ. */
  constructor(options: L.GridLayerOptions, changed: () => void) {
    super({ tileSize: TILE, keepBuffer: 1, updateWhenZooming: false, ...options });
    this.changed = changed;
    this.on("tileunload", (event) => this.forget(key((event as L.TileEvent).coords)));
  }

  setScene(scene: Scene): void {
    this.scene = scene;
    this.client.setScene(scene);
    this.changed();
  }

  retry(): void {
    this.client.retry();
    this.changed();
  }

  protected override createTile(coords: L.Coords, done: L.DoneCallback): HTMLElement {
    const canvas = document.createElement("canvas");
    const id = key(coords);
    this.held.set(id, { canvas, zoom: coords.z, done, painted: null });
    this.client.want({ id, z: coords.z + ZOOM_OFFSET, x: coords.x, y: coords.y, size: TILE });
    this.changed();
    return canvas;
  }

  /** Names to be written at a zoom. */
  names(zoom: number): PlacedName[] {
    return this.at(zoom).flatMap((painted) => painted.names);
  }

  /** Styles of zones met at a zoom, `layer style`. */
  styles(zoom: number): Set<string> {
    return new Set(this.at(zoom).flatMap((painted) => painted.styles));
  }

  state(): TileState {
    let waiting = 0;
    const failed = new Set<string>();
    for (const { painted } of this.held.values()) {
      if (!painted || painted.waiting > 0 || painted.scene !== this.scene?.number) waiting++;
      for (const layer of painted?.failed ?? []) failed.add(layer);
    }
    return { waiting, failed };
  }

  /** What lies at a place on the tiles shown. */
  hits(at: LonLat, zoom: number): Promise<Hit[]> {
    const [px, py] = worldPixel(at, zoom).map((value) => value / TILE) as [number, number];
    const [x, y] = [Math.floor(px), Math.floor(py)];
    return this.client.hits({ z: zoom + ZOOM_OFFSET, x, y, size: TILE }, px - x, py - y);
  }

  private at(zoom: number): Painted[] {
    return [...this.held.values()].filter((tile) => tile.zoom === zoom && tile.painted).map((tile) => tile.painted!);
  }

  private show(painted: Painted): void {
    const tile = this.held.get(painted.id);
    if (!tile) {
      if (painted.image instanceof ImageBitmap) painted.image.close();
      return;
    }
    draw(tile.canvas, painted.image);
    tile.painted = painted;
    tile.done?.(undefined, tile.canvas);
    tile.done = null;
    this.changed();
  }

  private forget(id: string): void {
    this.held.delete(id);
    this.client.drop(id);
    this.changed();
  }
}

function key({ z, x, y }: L.Coords): string {
  return `${z}/${x}/${y}`;
}

function draw(canvas: HTMLCanvasElement, image: ImageBitmap | HTMLCanvasElement): void {
  canvas.width = image.width;
  canvas.height = image.height;
  if (image instanceof HTMLCanvasElement) canvas.getContext("2d")?.drawImage(image, 0, 0);
  else canvas.getContext("bitmaprenderer")?.transferFromImageBitmap(image);
}
