/** How cells are drawn: wide lines above, hairlines below, a light casing under the upper ones. Same table for map and legend. */
import type { Line } from "./zoneStyles";
import type { Level } from "./types";

export interface LevelStyle {
  readonly level: string;
  readonly line: Line;
  /** Width of the light strip under the line, 0 for none. */
  readonly casing: number;
  readonly label: { readonly size: number; readonly weight: number; readonly token: string; readonly spacing: number };
}

/** From the leaf upwards; levels above the last are drawn as the last. */
const FROM_LEAF = [
  { width: 0.75, token: "map-village", casing: 0, label: { size: 11, weight: 400, token: "ink-2", spacing: 0 } },
  { width: 1.5, token: "map-grid", casing: 3.5, label: { size: 13, weight: 600, token: "ink", spacing: 0 } },
  { width: 2.5, token: "map-grid", casing: 5.5, label: { size: 13, weight: 600, token: "ink-2", spacing: 3 } },
] as const;

/** Styles of a scheme's levels, given top first, in the order they are drawn: leaf first, so that upper lines lie on top. */
export function levelStyles(levels: readonly Level[]): LevelStyle[] {
  return [...levels].reverse().map(({ key }, index) => {
    const { width, token, casing, label } = FROM_LEAF[Math.min(index, FROM_LEAF.length - 1)]!;
    return { level: key, line: { token, opacity: 1, width }, casing, label };
  });
}

export const GRID_TOKENS = ["map-village", "map-grid", "map-casing", "map-outside", "ink", "ink-2", "ink-3", "halo"] as const;
