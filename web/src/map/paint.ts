/** Draws decoded tiles on a 2D canvas, in a worker or in the page. Colours come from the palette, looks from the two tables of styles. */
import type { LevelStyle } from "./gridStyles";
import { isCut, outline, type Shape, type TileData } from "./tileData";
import type { Palette } from "./themes";
import { kindStyle, styleOf, type Band, type Ink, type Line, type ZoneStyle } from "./zoneStyles";

export type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

/** Where a tile of data lies on the canvas: pixels a unit, and the offset of its corner in CSS pixels. */
export interface Frame {
  readonly scale: number;
  readonly dx: number;
  readonly dy: number;
  /** Side of the canvas in CSS pixels. */
  readonly size: number;
  readonly weight: Weight;
}

/** How much wider or finer lines and inner bands are than in the tables. */
export interface Weight {
  readonly line: number;
  readonly band: number;
}

/** Lines are finer on a map of the whole county and wider on one of a site. z: zoom of 256 pixel tiles. */
export function weightAt(zoom: number): Weight {
  if (zoom <= 10) return { line: 0.75, band: 0.45 };
  if (zoom === 11) return { line: 0.85, band: 0.6 };
  if (zoom === 12) return { line: 1, band: 0.8 };
  return zoom < 15 ? { line: 1, band: 1 } : { line: 1.25, band: 1.5 };
}

type Draw = (context: Context) => void;

/** Zones of one layer: fills, then inner bands, then lines, each style in one stroke so that neighbours do not darken one another. */
export function paintZones(context: Context, tile: TileData, kind: string, opacity: number, palette: Palette, frame: Frame): void {
  const shapes = [...tile.shapes.values()].flat();
  if (shapes.length === 0) return;
  const byStyle = grouped(kind, shapes);
  const shared = byStyle.some(([style]) => style.band?.whole || style.line.whole) ? lines(outline(shapes, tile.extent), frame) : null;
  const whole = byStyle.find(([style]) => style.band?.whole)?.[0].band;
  for (const [style, members] of byStyle) if (style.fill) fill(context, rings(members, frame), style.fill, opacity, palette);
  if (whole && shared) band(context, rings(shapes, frame), shared, scaled(whole, frame.weight.band), opacity, palette);
  for (const [style, members] of byStyle) {
    const border = borders(members, tile.extent, frame);
    if (style.band && !style.band.whole) band(context, rings(members, frame), border, scaled(style.band, frame.weight.band), opacity, palette);
    stroke(context, style.line.whole && shared ? shared : border, scaled(style.line, frame.weight.line), opacity, palette);
  }
}

/** Lines of cells, from the leaf upwards, the upper ones on a light casing. */
export function paintCells(context: Context, tile: TileData, styles: readonly LevelStyle[], opacity: number, palette: Palette, frame: Frame): void {
  for (const { level, line, casing } of styles) {
    const shapes = tile.shapes.get(level);
    if (!shapes) continue;
    const border = borders(shapes, tile.extent, frame);
    if (casing) stroke(context, border, { token: "map-casing", opacity: 0.65, width: casing }, opacity, palette);
    stroke(context, border, line, opacity, palette);
  }
}

function scaled<T extends { readonly width: number }>(mark: T, by: number): T {
  return { ...mark, width: mark.width * by };
}

function grouped(kind: string, shapes: readonly Shape[]): [ZoneStyle, Shape[]][] {
  const found = new Map<ZoneStyle, Shape[]>();
  for (const shape of shapes) {
    const style = styleOf(kind, shape.properties);
    found.set(style, [...(found.get(style) ?? []), shape]);
  }
  const order = kindStyle(kind).styles;
  return [...found].sort(([a], [b]) => order.indexOf(b) - order.indexOf(a));
}

/** Veils the ground outside all cells. Must come before anything else: it clears what lies under the cells. */
export function paintVeil(context: Context, tile: TileData, palette: Palette, frame: Frame): void {
  context.save();
  context.fillStyle = palette["map-outside"] ?? "transparent";
  context.fillRect(0, 0, frame.size, frame.size);
  context.globalCompositeOperation = "destination-out";
  context.fillStyle = "#000";
  context.strokeStyle = "#000";
  context.lineWidth = 0.75;
  // The level above covers all that its cells do, with the fewest borders.
  const [fewest] = [...tile.shapes.values()].sort((a, b) => a.length - b.length);
  if (fewest) {
    begin(context, rings(fewest, frame));
    context.fill();
    // The seams between neighbours, which antialiasing would leave faintly veiled.
    context.stroke();
  }
  context.restore();
}

function begin(context: Context, draw: Draw): void {
  context.beginPath();
  draw(context);
}

function fill(context: Context, path: Draw, ink: Ink, opacity: number, palette: Palette): void {
  begin(context, path);
  context.globalAlpha = ink.opacity * opacity;
  context.fillStyle = palette[ink.token] ?? "#808080";
  context.fill("evenodd");
  context.globalAlpha = 1;
}

function stroke(context: Context, path: Draw, line: Line, opacity: number, palette: Palette): void {
  begin(context, path);
  context.globalAlpha = line.opacity * opacity;
  context.strokeStyle = palette[line.token] ?? "#808080";
  context.lineWidth = line.width;
  context.lineJoin = "round";
  context.lineCap = line.dash ? "butt" : "round";
  context.setLineDash(line.dash ? [...line.dash] : []);
  context.stroke();
  context.setLineDash([]);
  context.globalAlpha = 1;
}

function band(context: Context, area: Draw, border: Draw, { token, opacity: own, width }: Band, opacity: number, palette: Palette): void {
  context.save();
  begin(context, area);
  context.clip("nonzero");
  stroke(context, border, { token, opacity: own, width: width * 2 }, opacity, palette);
  context.restore();
}

function rings(shapes: readonly Shape[], { scale, dx, dy }: Frame): Draw {
  return (context) => {
    for (const shape of shapes)
      for (const ring of shape.rings) {
        for (let i = 0; i < ring.length; i += 2) {
          if (i === 0) context.moveTo(ring[0]! * scale + dx, ring[1]! * scale + dy);
          else context.lineTo(ring[i]! * scale + dx, ring[i + 1]! * scale + dy);
        }
        context.closePath();
      }
  };
}

/** Borders of shapes without the edges that the tile's clipping made. */
function borders(shapes: readonly Shape[], extent: number, { scale, dx, dy }: Frame): Draw {
  return (context) => {
    for (const shape of shapes)
      for (const ring of shape.rings) {
        let up = true;
        for (let i = 0; i + 3 < ring.length; i += 2) {
          const [x1, y1, x2, y2] = [ring[i]!, ring[i + 1]!, ring[i + 2]!, ring[i + 3]!];
          if (isCut(x1, y1, x2, y2, extent)) {
            up = true;
            continue;
          }
          if (up) context.moveTo(x1 * scale + dx, y1 * scale + dy);
          context.lineTo(x2 * scale + dx, y2 * scale + dy);
          up = false;
        }
      }
  };
}

function lines(paths: readonly (readonly number[])[], { scale, dx, dy }: Frame): Draw {
  return (context) => {
    for (const path of paths)
      for (let i = 0; i < path.length; i += 2) {
        if (i === 0) context.moveTo(path[0]! * scale + dx, path[1]! * scale + dy);
        else context.lineTo(path[i]! * scale + dx, path[i + 1]! * scale + dy);
      }
  };
}

const SWATCH = { width: 26, height: 16 };

/** A legend's sample of a zone style: drawn by the same code as the map, on a small plot. */
export function paintSwatch(context: Context, style: ZoneStyle, palette: Palette, { width, height } = SWATCH): void {
  const plot: Draw = (at) => at.rect(1.5, 1.5, width - 3, height - 3);
  if (style.fill) fill(context, plot, style.fill, 1, palette);
  if (style.band) band(context, plot, plot, { ...style.band, width: Math.min(style.band.width, 3.5) }, 1, palette);
  stroke(context, plot, style.line, 1, palette);
}

/** A legend's sample of a level's line. */
export function paintLine(context: Context, { line, casing }: LevelStyle, palette: Palette, { width, height } = SWATCH): void {
  const path: Draw = (at) => {
    at.moveTo(1, height / 2);
    at.lineTo(width - 1, height / 2);
  };
  if (casing) stroke(context, path, { token: "map-casing", opacity: 0.65, width: casing }, 1, palette);
  stroke(context, path, line, 1, palette);
}
