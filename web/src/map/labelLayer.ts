/** Names over the tiles, on one canvas for the whole view, so that none is cut at a tile's edge or lies on another. */
import L from "leaflet";
import { place, type LabelWish } from "./labels";
import type { LevelStyle } from "./gridStyles";
import type { PlacedName } from "./tileEngine";
import type { Palette } from "./themes";

export interface LabelInk {
  readonly levels: readonly LevelStyle[];
  readonly palette: Palette;
  readonly font: string;
}

interface Face {
  readonly font: string;
  readonly colour: string;
  readonly line: number;
  readonly spacing: number;
  readonly rank: number;
}

const PAD = 0.25;
const HALO_PX = 3.2;
const ZONE_RANK = 50;

export class NameLayer extends L.Layer {
  private canvas: HTMLCanvasElement | null = null;
  private frame = 0;
  private names: readonly PlacedName[] = [];
  private ink: LabelInk = { levels: [], palette: {}, font: "sans-serif" };
  private readonly widths = new Map<string, number>();
  private readonly read: (zoom: number) => readonly PlacedName[];

  constructor(read: (zoom: number) => readonly PlacedName[], options: L.LayerOptions) {
    super(options);
    this.read = read;
  }

  setInk(ink: LabelInk): void {
    this.ink = ink;
    this.widths.clear();
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
    const wishes: LabelWish[] = [];
    const faces = new Map<string, Face>();
    for (const name of this.names) {
      const [x, y] = [name.x - corner.x, name.y - corner.y];
      if (x < 0 || y < 0 || x > size.x || y > size.y) continue;
      const style = `${name.kind === "cells" ? "cell" : "zone"} ${name.style}`;
      const face = faces.get(style) ?? this.face(name);
      faces.set(style, face);
      wishes.push({ id: `${name.source} ${name.level} ${name.code}`, text: name.name, x, y, rank: face.rank, style });
    }
    const placed = place(wishes, (wish, lines) => this.measure(context, faces.get(wish.style)!, lines));
    for (const { style, lines, x, y } of placed.reverse()) this.writeOne(context, faces.get(style)!, lines, x, y);
  }

  private face(name: PlacedName): Face {
    const { levels, palette, font } = this.ink;
    const index = name.kind === "cells" ? levels.findIndex((style) => style.level === name.level) : -1;
    if (index >= 0) {
      const { label } = levels[index]!;
      const colour = palette[label.token] ?? "#808080";
      return { font: `${label.weight} ${label.size}px ${font}`, colour, line: label.size + 3, spacing: label.spacing, rank: 100 * (index + 1) };
    }
    return { font: `400 11px ${font}`, colour: palette[name.style] ?? palette["ink-2"] ?? "#808080", line: 14, spacing: 0, rank: ZONE_RANK };
  }

  private measure(context: CanvasRenderingContext2D, face: Face, lines: readonly string[]): { width: number; height: number } {
    const width = Math.max(...lines.map((text) => this.width(context, face, text)));
    return { width, height: lines.length * face.line };
  }

  private width(context: CanvasRenderingContext2D, face: Face, text: string): number {
    const known = this.widths.get(face.font + text);
    if (known !== undefined) return known;
    context.font = face.font;
    const width = context.measureText(text).width + face.spacing * text.length;
    this.widths.set(face.font + text, width);
    return width;
  }

  private writeOne(context: CanvasRenderingContext2D, face: Face, lines: readonly string[], x: number, y: number): void {
    context.font = face.font;
    if ("letterSpacing" in context) context.letterSpacing = `${face.spacing}px`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.lineJoin = "round";
    context.lineWidth = HALO_PX;
    context.strokeStyle = this.ink.palette["halo"] ?? "#fff";
    context.fillStyle = face.colour;
    lines.forEach((text, row) => {
      const at = y + (row - (lines.length - 1) / 2) * face.line;
      context.strokeText(text, x, at);
      context.fillText(text, x, at);
    });
  }
}
