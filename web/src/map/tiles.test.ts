import { PbfWriter } from "pbf";
import { expect, test } from "vitest";
import { levelStyles } from "./gridStyles";
import { hatchDefs, HATCHES, hatchId } from "./hatch";
import { place, sizeOf, wrap, type LabelWish } from "./labels";
import { covers, decodeTile, isCut, outline, type Shape } from "./tileData";

/** Bytes of a tile with one square zone and its label: layer 3, feature 2, as the format of vector tiles has it. */
function tile(): ArrayBuffer {
  const writer = new PbfWriter();
  layer(writer, "zone", 3, [9, 0, 0, 26, 200, 0, 0, 200, 199, 0, 15]);
  layer(writer, "label", 1, [9, 100, 100]);
  const bytes = writer.finish();
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
}

function layer(writer: PbfWriter, name: string, type: number, geometry: number[]): void {
  writer.writeMessage(
    3,
    (_, pbf) => {
      pbf.writeStringField(1, name);
      pbf.writeMessage(
        2,
        (__, feature) => {
          feature.writePackedVarint(2, [0, 0, 1, 1]);
          feature.writeVarintField(3, type);
          feature.writePackedVarint(4, geometry);
        },
        null,
      );
      for (const key of ["code", "name"]) pbf.writeStringField(3, key);
      for (const value of ["C1", "柏岭"]) pbf.writeMessage(4, (__, held) => held.writeStringField(1, value), null);
      pbf.writeVarintField(5, 4096);
      pbf.writeVarintField(15, 2);
    },
    null,
  );
}

test("a tile is decoded into shapes and labels", () => {
  const { shapes, labels, extent } = decodeTile(tile());
  expect(extent).toBe(4096);
  expect([...shapes.get("zone")![0]!.rings[0]!]).toEqual([0, 0, 100, 0, 100, 100, 0, 100, 0, 0].map((v, i) => (i === 7 ? 100 : v)));
  expect(labels).toEqual([{ x: 50, y: 50, properties: { code: "C1", name: "柏岭" } }]);
});

test("no bytes are an empty tile", () => {
  expect(decodeTile(new ArrayBuffer(0)).shapes.size).toBe(0);
});

function shape(...ring: number[]): Shape {
  return { properties: {}, rings: [new Int32Array(ring)], box: [0, 0, 20, 20] };
}

const LEFT = shape(0, 0, 10, 0, 10, 10, 0, 10, 0, 0);
const RIGHT = shape(10, 0, 20, 0, 20, 10, 10, 10, 10, 0);

test("the border between two zones is no part of their common outline", () => {
  const edges = outline([LEFT, RIGHT], 4096).flatMap((line) =>
    line
      .slice(2)
      .filter((_, i) => i % 2 === 0)
      .map((x, i) => [line[2 * i], line[2 * i + 1], x, line[2 * i + 3]].join(" ")),
  );
  expect(edges).toHaveLength(6);
  expect(edges).not.toContain("10 0 10 10");
  expect(edges).not.toContain("10 10 10 0");
});

test("an edge made by the tile's clipping is no border", () => {
  expect(isCut(-80, 0, -80, 500, 4096)).toBe(true);
  expect(isCut(0, 4176, 500, 4176, 4096)).toBe(true);
  expect(isCut(100, 0, 100, 500, 4096)).toBe(false);
  expect(isCut(-80, 0, -81, 500, 4096)).toBe(false);
});

test("a place is in the shape that covers it", () => {
  expect([covers(LEFT, 5, 5), covers(RIGHT, 5, 5), covers(LEFT, 50, 5)]).toEqual([true, false, false]);
});

const FACE = { size: 10, weight: 400, spacing: 0, token: "ink" };
const wish = (id: string, x: number, rank = 1, text = id): LabelWish => ({ id, text, x, y: 0, rank, face: FACE });

test("names never touch, and the greater rank goes first", () => {
  expect(place([wish("乙", 5), wish("甲", 0, 2), wish("丙", 40)]).map(({ id }) => id)).toEqual(["甲", "丙"]);
});

test("names of one rank are placed in the order of their ids, whatever order they came in", () => {
  const wishes = [wish("b", 5), wish("a", 0), wish("c", 100)];
  expect(place(wishes).map(({ id }) => id)).toEqual(place([...wishes].reverse()).map(({ id }) => id));
});

test("the same name is not written twice side by side", () => {
  expect(place([wish("1", 0, 1, "柏岭"), wish("2", 100, 1, "柏岭"), wish("3", 400, 1, "柏岭")]).map(({ id }) => id)).toEqual(["1", "3"]);
});

test("no two of a thousand placed names overlap", () => {
  const wishes = Array.from({ length: 1000 }, (_, i) => ({ ...wish(String(i), (i * 7919) % 800), text: `村${i}`, y: (i * 104729) % 600 }));
  const boxes = place(wishes).map(({ x, y, lines }) => [x, y, ...sizeOf(lines, FACE)] as const);
  expect(boxes.length).toBeGreaterThan(100);
  const overlaps = boxes.flatMap((a, i) => boxes.slice(i + 1).filter((b) => Math.abs(a[0] - b[0]) < (a[2] + b[2]) / 2 && Math.abs(a[1] - b[1]) < (a[3] + b[3]) / 2));
  expect(overlaps).toEqual([]);
});

test("a name of 33 characters is broken into three even lines, a longer one ends in an ellipsis", () => {
  expect(wrap("山".repeat(33)).map((line) => line.length)).toEqual([11, 11, 11]);
  const long = wrap("山".repeat(60));
  expect(long).toHaveLength(3);
  expect(long[2]!.endsWith("…")).toBe(true);
  expect(wrap("Longtown village")).toEqual(["Longtown village"]);
});

test("levels are drawn from the leaf upwards, wider and on a casing", () => {
  const styles = levelStyles([
    { key: "county", label: "县级" },
    { key: "township", label: "乡镇级" },
    { key: "village", label: "村级" },
  ]);
  expect(styles.map(({ level, line, casing }) => [level, line.width, casing > 0])).toEqual([
    ["village", 0.75, false],
    ["township", 1.5, true],
    ["county", 2.5, true],
  ]);
});

test("every verdict has a hatch of its own", () => {
  const shapes = ["prohibited", "undetermined", "conditional", "permitted"].map((mark) => JSON.stringify(HATCHES[mark as keyof typeof HATCHES]));
  expect(new Set(shapes).size).toBe(4);
  const defs = hatchDefs(document);
  expect([...defs.children].map((pattern) => pattern.id)).toContain(hatchId("prohibited"));
  expect(defs.querySelectorAll(`#${hatchId("undetermined")} circle`)).toHaveLength(1);
  expect(defs.querySelectorAll(`#${hatchId("prohibited")} line`)).toHaveLength(2);
});
