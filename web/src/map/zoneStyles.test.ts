import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import messages from "./messages";
import { paintSwatch, paintZones, weightAt, type Context } from "./paint";
import type { Shape } from "./tileData";
import { readPalette } from "./themes";
import { kindStyle, legendOf, styleOf, ZONE_STYLES, zoneTokens } from "./zoneStyles";

const read = (path: string): string => readFileSync(fileURLToPath(new URL(path, import.meta.url)), "utf8");
const KINDS = /^KINDS = \(([^)]*)\)/m
  .exec(read("../../../gridgov/zones/edition.py"))![1]!
  .match(/"([^"]+)"/g)!
  .map((kind) => kind.slice(1, -1));

test("every kind of the catalogue has a style, and no style is for a kind that is none", () => {
  expect(Object.keys(ZONE_STYLES).sort()).toEqual([...KINDS].sort());
});

test("the last style of a kind fits every zone", () => {
  for (const kind of KINDS) expect(kindStyle(kind).styles.at(-1)!.where, kind).toBeUndefined();
});

test("every style has a name in both languages", () => {
  for (const kind of KINDS) {
    for (const { id } of kindStyle(kind).styles) {
      expect(messages.zh.zone, id).toHaveProperty([id]);
      expect(messages.en.zone, id).toHaveProperty([id]);
    }
  }
});

test("every colour of the table is a token of the style sheet", () => {
  const sheet = read("../app/tokens.css");
  for (const token of zoneTokens()) expect(sheet, token).toContain(`--${token}:`);
});

test("kinds are told apart by their lines alone", () => {
  const lines = KINDS.map((kind) => {
    const { line, band } = kindStyle(kind).styles.at(-1)!;
    return JSON.stringify([line.dash ?? null, line.width, band?.width ?? 0]);
  });
  expect(new Set(lines).size).toBe(KINDS.length);
});

test("tints stay at or below 12 % but for farmland", () => {
  for (const kind of KINDS) for (const { fill } of kindStyle(kind).styles) expect(fill?.opacity ?? 0, kind).toBeLessThanOrEqual(kind === "farmland" ? 0.24 : 0.12);
});

test.each([
  ["ecological-red-line", { core: true }, "red-line-core"],
  ["ecological-red-line", { core: "true" }, "red-line-core"],
  ["ecological-red-line", { core: false }, "red-line"],
  ["ecological-red-line", {}, "red-line"],
  ["control-unit", { class: "priority" }, "control-unit-priority"],
  ["control-unit", { class: "重点管控单元" }, "control-unit-key"],
  ["control-unit", { class: "unheard of" }, "control-unit-general"],
  ["source-water", { class: 1 }, "source-water-1"],
  ["source-water", { class: "2" }, "source-water-2"],
  ["source-water", { class: 3 }, "source-water-3"],
  ["noise", { class: "4A" }, "noise-4a"],
  ["a kind of next year", { core: true }, "other"],
] as const)("a zone of %s with %j is drawn as %s", (kind, attributes, id) => {
  expect(styleOf(kind, attributes).id).toBe(id);
});

test("the legend names what the map shows, and nothing else", () => {
  expect(legendOf("ecological-red-line", new Set(["red-line"])).map(({ id }) => id)).toEqual(["red-line"]);
  expect(legendOf("ecological-red-line", new Set())).toEqual([]);
  expect(legendOf("farmland")[0]).toBe(styleOf("farmland", {}));
});

/** Records what a canvas is told. */
function recorder(): { context: Context; strokes: unknown[]; fills: unknown[] } {
  const strokes: unknown[] = [];
  const fills: unknown[] = [];
  let dash: number[] = [];
  const target: Record<string, unknown> = { setLineDash: (value: number[]) => (dash = value) };
  const context = new Proxy(target, {
    get: (held, key: string) =>
      key in held
        ? held[key]
        : (): void => {
            if (key === "stroke") strokes.push([held["strokeStyle"], held["lineWidth"], held["globalAlpha"], dash]);
            if (key === "fill") fills.push([held["fillStyle"], held["globalAlpha"]]);
          },
    set: (held, key: string, value) => ((held[key] = value), true),
  }) as unknown as Context;
  return { context, strokes, fills };
}

test("a swatch of the legend is painted with the strokes and tints of the map", () => {
  const palette = readPalette((property) => `colour of ${property}`);
  const square: Shape = { properties: { core: true }, rings: [new Int32Array([0, 0, 9, 0, 9, 9, 0, 9, 0, 0])], box: [0, 0, 9, 9] };
  const tile = { extent: 4096, shapes: new Map([["zone", [square]]]), labels: [] };
  for (const kind of KINDS) {
    const [onMap, inLegend] = [recorder(), recorder()];
    paintZones(onMap.context, tile, kind, 1, palette, { scale: 1, dx: 0, dy: 0, size: 512, weight: weightAt(13) });
    paintSwatch(inLegend.context, styleOf(kind, square.properties), palette);
    expect(inLegend.fills, kind).toEqual(onMap.fills);
    expect(inLegend.strokes.at(-1), kind).toEqual(onMap.strokes.at(-1));
    expect(inLegend.strokes.length, kind).toBe(onMap.strokes.length);
  }
});
