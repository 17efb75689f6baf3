/** Names over the tiles, on one canvas for the whole view, so that none is cut at a tile's edge or lies on another. */
import L from "leaflet";
import { LEADING_PX, place, type PlacedLabel } from "./labels";
import type { PlacedName } from "./tileEngine";
import type { Palette } from "./themes";

export interface LabelInk {
  readonly palette: Palette;
  readonly font: string;
}

const PAD = 0.25;
const HALO_PX = 3.2;

export class NameLayer extends L.Layer {
  private canvas: HTMLCanvasElement | null = null;
  private frame = 0;
  private names: readonly PlacedName[] = [];
  private ink: LabelInk = { palette: {}, font: "sans-serif" };
  private readonly read: (zoom: number) => readonly PlacedName[];

  constructor(read: (zoom: number) => readonly PlacedName[], options: L.LayerOptions) {
    super(options);
    this.read = read;
  }

  setInk(ink: LabelInk): void {
    this.ink = ink;
    this.refresh();
  }

  /** Writes the names anew in the next frame. */
  refresh = (): void => {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.draw());
  };

  override onAdd(map: L.Map): this {
    this.canvas = L.DomUtil.create("canvas", "map-names leaflet-zoom-hide", this.getPane());
    this.canvas.setAttribute("aria-hidden", "true");
    map.on("moveend zoomend viewreset resize", this.refresh);
    this.refresh();
    return this;
  }

  override onRemove(map: L.Map): this {
    cancelAnimationFrame(this.frame);
    map.off("moveend zoomend viewreset resize", this.refresh);
    this.canvas?.remove();
    this.canvas = null;
    return this;
  }

  private draw(): void {
    const map = this._map as L.Map | null;
    const canvas = this.canvas;
    if (!map || !canvas) return;
    this.names = this.read(map.getZoom());
    const size = map.getSize();
    const pad = L.point(Math.round(size.x * PAD), Math.round(size.y * PAD));
    const ratio = Math.min(window.devicePixelRatio || 1, 2);
    L.DomUtil.setPosition(canvas, map.containerPointToLayerPoint(pad.multiplyBy(-1)));
    canvas.width = (size.x + 2 * pad.x) * ratio;
    canvas.height = (size.y + 2 * pad.y) * ratio;
    canvas.style.width = `${size.x + 2 * pad.x}px`;
    canvas.style.height = `${size.y + 2 * pad.y}px`;
    const context = canvas.getContext("2d");
    if (!context) return;
    context.scale(ratio, ratio);
    this.write(context, map.getPixelBounds().min!.subtract(pad), size.add(pad.multiplyBy(2)));
  }

  private write(context: CanvasRenderingContext2D, corner: L.Point, size: L.Point): void {
    const wishes = this.names.flatMap((name) => {
      const [x, y] = [name.x - corner.x, name.y - corner.y];
      return x < 0 || y < 0 || x > size.x || y > size.y ? [] : [{ ...name, x, y }];
    });
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.lineJoin = "round";
    context.lineWidth = HALO_PX;
    context.strokeStyle = this.ink.palette["halo"] ?? "#fff";
    // The most important last, so that its halo lies on the others'.
    for (const label of place(wishes).reverse()) this.writeOne(context, label);
  }

  private writeOne(context: CanvasRenderingContext2D, { face, lines, x, y }: PlacedLabel): void {
    context.font = `${face.weight} ${face.size}px ${this.ink.font}`;
    context.letterSpacing = `${face.spacing}px`;
    context.fillStyle = this.ink.palette[face.token] ?? "#808080";
    const line = face.size + LEADING_PX;
    lines.forEach((text, row) => {
      const at = y + (row - (lines.length - 1) / 2) * line;
      context.strokeText(text, x, at);
      context.fillText(text, x, at);
    });
  }
}
