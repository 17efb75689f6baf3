/**
 * Hatches of the verdicts: cross = prohibited, dots = undetermined, diagonal = conditional, sparse lines = permitted.
 * One description, from which the SVG patterns of the map and of the legend are made; they mirror the CSS hatches of the tokens.
 */
import type { Mark } from "./types";

export interface Hatch {
  /** Side of the repeated square, pixels. */
  readonly size: number;
  /** Turn of the whole pattern, degrees. */
  readonly turn: number;
  readonly lines?: readonly { readonly from: readonly [number, number]; readonly to: readonly [number, number]; readonly width: number }[];
  readonly dots?: readonly { readonly at: readonly [number, number]; readonly radius: number }[];
}

const across = (width: number, y: number, size: number) => ({ from: [0, y] as const, to: [size, y] as const, width });
const down = (width: number, x: number, size: number) => ({ from: [x, 0] as const, to: [x, size] as const, width });

/** Gravest first. */
export const HATCHES: Readonly<Record<Mark, Hatch>> = {
  prohibited: { size: 8, turn: 45, lines: [across(1.1, 4, 8), down(1.1, 4, 8)] },
  undetermined: { size: 7, turn: 0, dots: [{ at: [3.5, 3.5], radius: 1.3 }] },
  conditional: { size: 7, turn: -45, lines: [across(1.6, 3.5, 7)] },
  permitted: { size: 9, turn: 0, lines: [across(1, 4.5, 9)] },
  nodata: { size: 6, turn: 45, lines: [across(0.9, 3, 6)] },
  fault: { size: 6, turn: 0, lines: [across(1.1, 3, 6), down(1.1, 3, 6)] },
};

const SVG = "http://www.w3.org/2000/svg";

/** The id under which a document carries the pattern. */
export function hatchId(mark: Mark, scope = "map"): string {
  return `hatch-${scope}-${mark}`;
}

/** Pattern elements for all marks; coloured by the class `hatch-<mark>` of the style sheet. */
export function hatchDefs(document: Document, scope = "map"): SVGDefsElement {
  const defs = document.createElementNS(SVG, "defs");
  for (const mark of Object.keys(HATCHES) as Mark[]) defs.append(pattern(document, mark, scope));
  return defs;
}

function pattern(document: Document, mark: Mark, scope: string): SVGElement {
  const { size, turn, lines = [], dots = [] } = HATCHES[mark];
  const found = element(document, "pattern", {
    id: hatchId(mark, scope),
    class: `hatch-${mark}`,
    width: size,
    height: size,
    patternUnits: "userSpaceOnUse",
    ...(turn ? { patternTransform: `rotate(${turn})` } : {}),
  });
  for (const { from, to, width } of lines) {
    found.append(element(document, "line", { x1: from[0], y1: from[1], x2: to[0], y2: to[1], "stroke-width": width, stroke: "currentColor" }));
  }
  for (const { at, radius } of dots) found.append(element(document, "circle", { cx: at[0], cy: at[1], r: radius, fill: "currentColor" }));
  return found;
}

function element(document: Document, name: string, attributes: Record<string, string | number>): SVGElement {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  return made;
}
