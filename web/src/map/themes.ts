/** Colours of the theme in force, read from the style sheet once a theme, for what is painted on a canvas. */
import { GRID_TOKENS } from "./gridStyles";
import { zoneTokens } from "./zoneStyles";

/** Colour by token, as CSS text. */
export type Palette = Readonly<Record<string, string>>;

/** Drawn when the style sheet lacks a token: seen, and plainly no design. */
const MISSING = "#808080";

export function paletteTokens(): string[] {
  return [...new Set([...GRID_TOKENS, ...zoneTokens()])].sort();
}

/** Values of all tokens as they hold on the root element now. */
export function readPalette(read: (property: string) => string = fromRoot): Palette {
  return Object.fromEntries(paletteTokens().map((token) => [token, read(`--${token}`).trim() || MISSING]));
}

function fromRoot(property: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(property);
}
