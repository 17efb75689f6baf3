/** The canvas that a redraw is painted on, over the tiles and under the pins. Painted once a frame at most, whatever happens. */
import L from "leaflet";
import type { Reach } from "./redrawHits";
import { paintRedraw, type Camera, type RedrawInk, type RedrawScene } from "./redrawPaint";

const PAD = 0.2;
const TOKENS = { accent: "draft", before: "before", ink: "site", casing: "map-casing", surface: "surface", bad: "v-prohibited" } as const;

export class RedrawLayer extends L.Layer {
  private canvas: HTMLCanvasElement | null = null;
  private frame = 0;
  private ink: RedrawInk = readInk();
  private readonly read: () => RedrawScene | null;

  /** read: what to paint, asked for in the frame that paints it. */
  constructor(read: () => RedrawScene | null) {
    super({ pane: "map-sites" });
    this.read = read;
  }

  retheme(): void {
    this.ink = readInk();
    this.refresh();
  }

  refresh = (): void => {
    if (this.frame === 0) this.frame = requestAnimationFrame(() => this.draw());
  };

  override onAdd(map: L.Map): this {
    this.canvas = L.DomUtil.create("canvas", "m-redraw leaflet-zoom-hide", this.getPane());
    this.canvas.setAttribute("aria-hidden", "true");
    map.on("moveend zoomend viewreset resize", this.refresh);
    this.refresh();
    return this;
  }

  override onRemove(map: L.Map): this {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    map.off("moveend zoomend viewreset resize", this.refresh);
    this.canvas?.remove();
    this.canvas = null;
    return this;
  }

  /** Lattice units of a pixel at the middle of the view. */
  static reach(map: L.Map, pixels: number): Reach {
    const size = map.getSize().divideBy(2);
    const [a, b] = [map.containerPointToLatLng(size), map.containerPointToLatLng(size.add([1, 1]))];
    return { x: Math.max(1e-3, Math.abs(b.lng - a.lng) * 1e9), y: Math.max(1e-3, Math.abs(b.lat - a.lat) * 1e9), pixels };
  }

  private draw(): void {
    this.frame = 0;
    const map = this._map as L.Map | null;
    const canvas = this.canvas;
    if (!map || !canvas) return;
    const size = map.getSize();
    const pad = L.point(Math.round(size.x * PAD), Math.round(size.y * PAD));
    const whole = size.add(pad.multiplyBy(2));
    const ratio = Math.min(window.devicePixelRatio || 1, 2);
    L.DomUtil.setPosition(canvas, map.containerPointToLayerPoint(pad.multiplyBy(-1)));
    if (canvas.width !== whole.x * ratio || canvas.height !== whole.y * ratio) {
      canvas.width = whole.x * ratio;
      canvas.height = whole.y * ratio;
      canvas.style.width = `${whole.x}px`;
      canvas.style.height = `${whole.y}px`;
    }
    const context = canvas.getContext("2d");
    if (!context) return;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, whole.x, whole.y);
    const scene = this.read();
    // The corner as the layers know it: whole pixels, as the tiles below stand.
    const corner = map.getPixelOrigin().add(map.containerPointToLayerPoint(pad.multiplyBy(-1)));
    const camera: Camera = { zoom: map.getZoom(), x: corner.x, y: corner.y, width: whole.x, height: whole.y };
    if (scene) paintRedraw(context, scene, camera, this.ink, RedrawLayer.reach(map, 0));
  }
}

function readInk(): RedrawInk {
  const style = getComputedStyle(document.documentElement);
  const found = Object.entries(TOKENS).map(([key, token]) => [key, style.getPropertyValue(`--${token}`).trim() || "#808080"]);
  return Object.fromEntries(found) as RedrawInk;
}
