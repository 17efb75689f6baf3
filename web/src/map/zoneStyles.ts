/**
 * How zones are drawn, as data: one table for the map, the tiles and the legend.
 * Every kind is told apart by its line alone (dash, width, inner band), so that it stays legible in greyscale; tints stay at or below 12 %
 * but for farmland, so that relief and grid show through. Colours are names of tokens, never values.
 */
import type { Scalar } from "./types";

export interface Ink {
  /** Name of a colour token without its dashes. */
  readonly token: string;
  readonly opacity: number;
}

export interface Line extends Ink {
  readonly width: number;
  readonly dash?: readonly number[];
  /** The line follows the outline of all zones of the layer together, not the borders between them. */
  readonly whole?: boolean;
}

/** A translucent strip along the inner side of the border, so that it is clear which side is the zone. */
export interface Band extends Ink {
  readonly width: number;
  /** The strip follows the outline of all zones of the layer together; borders between two of them carry none. */
  readonly whole?: boolean;
}

export interface Condition {
  readonly attribute: string;
  /** Values as text; compared without case. */
  readonly values: readonly string[];
}

export interface ZoneStyle {
  /** Names the entry of the legend: message `zone.<id>`. */
  readonly id: string;
  readonly where?: Condition;
  readonly fill?: Ink;
  readonly line: Line;
  readonly band?: Band;
  readonly label: string;
}

export interface KindStyle {
  /** Layers are drawn from low to high. */
  readonly order: number;
  /** The first that fits a zone is its style; the last fits all. */
  readonly styles: readonly ZoneStyle[];
}

const ink = (token: string, opacity: number): Ink => ({ token, opacity });
const line = (token: string, width: number, dash?: readonly number[], opacity = 1): Line => ({ token, opacity, width, ...(dash ? { dash } : {}) });
const is = (attribute: string, ...values: string[]): Condition => ({ attribute, values });

const DASHED = [5, 3];
const DASH_DOT = [7, 3, 1.5, 3];
const DASH_DOT_DOT = [7, 3, 1.5, 3, 1.5, 3];
const SHORT_DASH_DOT = [4, 2.5, 1, 2.5];
const LONG_DASH = [12, 4];
const DOTTED = [1.5, 3];

const RED_BAND: Band = { token: "z-red", opacity: 0.2, width: 9, whole: true };
const RESERVE_BAND: Band = { token: "z-reserve", opacity: 0.18, width: 6, whole: true };

export const ZONE_STYLES: Readonly<Record<string, KindStyle>> = {
  "functional-zone": {
    order: 10,
    styles: [1, 2, 3, 4, 5].map((number) => functional(number)).concat([functional(null)]),
  },
  "control-unit": {
    order: 20,
    styles: [
      unit("priority", is("class", "priority", "优先保护", "优先保护单元", "优先"), "z-unit1", 0.12, DASH_DOT),
      unit("key", is("class", "key", "重点管控", "重点管控单元", "重点"), "z-unit2", 0.12, DASH_DOT_DOT),
      unit("general", undefined, "z-unit3", 0.1, SHORT_DASH_DOT, "z-unit3-line"),
    ],
  },
  farmland: {
    order: 30,
    styles: [{ id: "farmland", fill: ink("z-farm", 0.24), line: line("z-farm-line", 0.7, undefined, 0.6), label: "z-farm-line" }],
  },
  vehicle: {
    order: 40,
    styles: [{ id: "vehicle", fill: ink("z-vehicle", 0.05), line: line("z-vehicle", 1.2, [2, 4]), label: "z-vehicle" }],
  },
  "no-burn": {
    order: 50,
    styles: [
      {
        id: "no-burn",
        fill: ink("z-burn", 0.06),
        line: line("z-burn", 1.3, [10, 4]),
        band: { token: "z-burn", opacity: 0.14, width: 5 },
        label: "z-burn",
      },
    ],
  },
  noise: {
    order: 60,
    styles: ["0", "1", "2", "3", "4a", "4b"].map((number, index) => noise(number, 0.03 + 0.015 * index)).concat([noise(null, 0.06)]),
  },
  island: {
    order: 70,
    styles: [{ id: "island", fill: ink("z-island", 0.1), line: line("z-island", 1.2), label: "z-island" }],
  },
  park: {
    order: 80,
    styles: [{ id: "park", fill: ink("z-park", 0.1), line: line("z-park", 1.6), label: "z-park" }],
  },
  suspension: {
    order: 90,
    styles: [
      {
        id: "suspension",
        fill: ink("z-suspension", 0.05),
        line: line("z-suspension", 2.2, [9, 5]),
        band: { token: "z-suspension", opacity: 0.12, width: 8 },
        label: "z-suspension",
      },
    ],
  },
  "source-water": {
    order: 100,
    styles: [
      {
        id: "source-water-1",
        where: is("class", "1", "one", "一级", "一级保护区"),
        fill: ink("z-water", 0.12),
        line: line("z-water", 1.8),
        band: { token: "z-water", opacity: 0.26, width: 6 },
        label: "z-water",
      },
      {
        id: "source-water-2",
        where: is("class", "2", "two", "二级", "二级保护区"),
        fill: ink("z-water", 0.09),
        line: line("z-water", 1.3),
        label: "z-water",
      },
      { id: "source-water-3", fill: ink("z-water", 0.05), line: line("z-water", 1.2, LONG_DASH), label: "z-water" },
    ],
  },
  "nature-reserve": {
    order: 110,
    styles: [
      {
        id: "nature-reserve-core",
        where: is("core", "true", "1", "核心", "核心保护区", "是"),
        fill: ink("z-reserve", 0.09),
        line: line("z-reserve", 1, DASHED),
        band: RESERVE_BAND,
        label: "z-reserve",
      },
      { id: "nature-reserve", fill: ink("z-reserve", 0.05), line: { ...line("z-reserve", 1.5), whole: true }, band: RESERVE_BAND, label: "z-reserve" },
    ],
  },
  "ecological-red-line": {
    order: 120,
    styles: [
      {
        id: "red-line-core",
        where: is("core", "true", "1", "核心", "核心保护区", "一级管控区", "是"),
        fill: ink("z-red", 0.1),
        line: line("z-red", 1, DASHED),
        band: RED_BAND,
        label: "z-red",
      },
      { id: "red-line", fill: ink("z-red", 0.055), line: { ...line("z-red", 1.5), whole: true }, band: RED_BAND, label: "z-red" },
    ],
  },
  "contaminated-site": {
    order: 130,
    styles: [{ id: "contaminated-site", fill: ink("z-contaminated", 0.12), line: line("z-contaminated", 2, [3, 2]), label: "z-contaminated" }],
  },
  other: {
    order: 140,
    styles: [{ id: "other", fill: ink("z-other", 0.05), line: line("z-other", 1.2, [4, 2, 1, 2, 1, 2, 1, 2]), label: "z-other" }],
  },
};

function functional(number: number | null): ZoneStyle {
  const token = number ? `z-fz${number}` : "z-fz0";
  return {
    id: number ? `functional-zone-${number}` : "functional-zone",
    ...(number ? { where: is("class", String(number)) } : {}),
    fill: ink(token, 0.11),
    line: line("z-fz0", 0.9, LONG_DASH, 0.75),
    label: "z-fz0",
  };
}

function unit(id: string, where: Condition | undefined, token: string, opacity: number, dash: readonly number[], lineToken = token): ZoneStyle {
  return { id: `control-unit-${id}`, ...(where ? { where } : {}), fill: ink(token, opacity), line: line(lineToken, 1.2, dash, 0.8), label: lineToken };
}

function noise(number: string | null, opacity: number): ZoneStyle {
  return {
    id: number ? `noise-${number}` : "noise",
    ...(number ? { where: is("class", number, `${number}类`) } : {}),
    fill: ink("z-noise", opacity),
    line: line("z-noise", 1.2, DOTTED),
    label: "z-noise",
  };
}

/** The styles of a kind; a kind that the table does not know is drawn as `other`. */
export function kindStyle(kind: string): KindStyle {
  return ZONE_STYLES[kind] ?? ZONE_STYLES["other"]!;
}

/** The style of one zone by its attributes. */
export function styleOf(kind: string, attributes: Readonly<Record<string, Scalar>>): ZoneStyle {
  const { styles } = kindStyle(kind);
  return styles.find((style) => fits(style.where, attributes)) ?? styles[styles.length - 1]!;
}

function fits(where: Condition | undefined, attributes: Readonly<Record<string, Scalar>>): boolean {
  if (!where) return true;
  const value = attributes[where.attribute];
  return value !== undefined && where.values.includes(String(value).trim().toLowerCase());
}

/** Entries of the legend for a kind: of the styles seen on the map, or all when nothing is known of that. */
export function legendOf(kind: string, seen?: ReadonlySet<string>): readonly ZoneStyle[] {
  const { styles } = kindStyle(kind);
  return seen ? styles.filter((style) => seen.has(style.id)) : styles;
}

/** Every colour token the table names. */
export function zoneTokens(): string[] {
  const tokens = new Set<string>();
  for (const { styles } of Object.values(ZONE_STYLES))
    for (const { fill, line: border, band, label } of styles) for (const token of [fill?.token, border.token, band?.token, label]) if (token) tokens.add(token);
  return [...tokens].sort();
}
