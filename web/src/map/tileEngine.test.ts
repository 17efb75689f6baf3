import { PbfWriter } from "pbf";
import { expect, test, vi } from "vitest";
import { levelStyles } from "./gridStyles";
import { TileEngine, type Painted, type Scene, type SceneLayer } from "./tileEngine";

/** A tile whose one cell is a square in its upper left, 2048 units wide, named and labelled. */
function bytes(name: string): ArrayBuffer {
  const writer = new PbfWriter();
  for (const [layer, type, geometry] of [
    ["village", 3, [9, 0, 0, 26, 4096, 0, 0, 4096, 4095, 0, 15]],
    ["label", 1, [9, 2048, 2048]],
  ] as const) {
    writer.writeMessage(
      3,
      (_, pbf) => {
        pbf.writeStringField(1, layer);
        pbf.writeMessage(
          2,
          (__, feature) => {
            feature.writePackedVarint(2, [0, 0, 1, 1, 2, 2]);
            feature.writeVarintField(3, type);
            feature.writePackedVarint(4, [...geometry]);
          },
          null,
        );
        for (const key of ["code", "name", "level"]) pbf.writeStringField(3, key);
        for (const value of ["001", name, "village"]) pbf.writeMessage(4, (__, held) => held.writeStringField(1, value), null);
        pbf.writeVarintField(5, 4096);
        pbf.writeVarintField(15, 2);
      },
      null,
    );
  }
  return writer.finish().slice().buffer as ArrayBuffer;
}

const CELLS: SceneLayer = { key: "cells", kind: "cells", template: "/cells/{z}/{x}/{y}", minzoom: 0, maxzoom: 14, bounds: [118, 28, 120, 30], opacity: 1 };
const scene = (number: number, layers: SceneLayer[] = [CELLS]): Scene => ({
  number,
  layers,
  levels: levelStyles([{ key: "village", label: "村级" }]),
  palette: {},
  ratio: 1,
});
/** The tile of 118.95 E 28.95 N at zoom 13. */
const PLACE = { id: "a", z: 13, x: 6802, y: 3412, size: 512 };

function engine(answer: (url: string) => Response | Promise<Response>): { engine: TileEngine; told: Painted[]; asked: string[] } {
  const told: Painted[] = [];
  const asked: string[] = [];
  const context = new Proxy({}, { get: (held: Record<string, unknown>, key: string) => held[key] ?? (() => undefined) });
  const made = new TileEngine({
    canvas: () => ({ getContext: () => context }) as unknown as HTMLCanvasElement,
    finish: (canvas) => canvas as HTMLCanvasElement,
    fetch: async (url) => {
      asked.push(url);
      return answer(url);
    },
    tell: (painted) => told.push(painted),
  });
  return { engine: made, told, asked };
}

test("a tile is asked for once, painted, and its name told", async () => {
  const { engine: tiles, told, asked } = engine(() => new Response(bytes("石坞村")));
  tiles.setScene(scene(1));
  tiles.want(PLACE);
  await vi.waitFor(() => expect(told).toHaveLength(1));
  expect(asked).toEqual(["/cells/13/6802/3412"]);
  expect(told[0]).toMatchObject({ id: "a", scene: 1, waiting: 0, failed: [] });
  expect(told[0]!.names.map(({ text, x, y }) => [text, x, y])).toEqual([["石坞村", 6802 * 512 + 128, 3412 * 512 + 128]]);
});

test("another look of the same data is painted without asking again", async () => {
  const { engine: tiles, told, asked } = engine(() => new Response(bytes("石坞村")));
  tiles.setScene(scene(1));
  tiles.want(PLACE);
  await vi.waitFor(() => expect(told).toHaveLength(1));
  tiles.setScene(scene(2, [{ ...CELLS, opacity: 0.5 }]));
  await vi.waitFor(() => expect(told.at(-1)!.scene).toBe(2));
  expect(asked).toHaveLength(1);
});

test("beyond the last zoom of a source its tile is drawn larger", async () => {
  const { engine: tiles, asked } = engine(() => new Response(bytes("石坞村")));
  tiles.setScene(scene(1));
  tiles.want({ ...PLACE, z: 16, x: 6802 * 8 + 1, y: 3412 * 8 + 7 });
  await vi.waitFor(() => expect(asked).toEqual(["/cells/14/13604/6825"]));
});

test("outside the bounds of a source nothing is asked for, and the ground is painted all the same", async () => {
  const { engine: tiles, told, asked } = engine(() => new Response(bytes("石坞村")));
  tiles.setScene(scene(1));
  tiles.want({ ...PLACE, x: 100 });
  await vi.waitFor(() => expect(told).toHaveLength(1));
  expect(asked).toEqual([]);
});

test("a tile that is refused is told by its layer, and comes when asked for again", async () => {
  let refuse = true;
  const { engine: tiles, told } = engine(() => (refuse ? new Response(null, { status: 403 }) : new Response(bytes("石坞村"))));
  tiles.setScene(scene(1));
  tiles.want(PLACE);
  await vi.waitFor(() => expect(told.at(-1)?.failed).toEqual(["cells"]));
  refuse = false;
  tiles.retry();
  await vi.waitFor(() => expect(told.at(-1)?.failed).toEqual([]));
});

test("a server that stumbles once is asked again by itself", async () => {
  let times = 0;
  const { engine: tiles, told } = engine(() => (++times === 1 ? new Response(null, { status: 503 }) : new Response(bytes("石坞村"))));
  tiles.setScene(scene(1));
  tiles.want(PLACE);
  await vi.waitFor(() => expect(told.at(-1)?.names).toHaveLength(1), { timeout: 3000 });
  expect(times).toBe(2);
});

test("a tile that left the map is not painted", async () => {
  let answer: (response: Response) => void = () => undefined;
  const { engine: tiles, told } = engine(() => new Promise((resolve) => (answer = resolve)));
  tiles.setScene(scene(1));
  tiles.want(PLACE);
  tiles.drop("a");
  answer(new Response(bytes("石坞村")));
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(told).toEqual([]);
});

test("what lies under a place is found in the tile: the cell where it is, nothing beside it", async () => {
  const { engine: tiles, told } = engine(() => new Response(bytes("石坞村")));
  tiles.setScene(scene(1));
  tiles.want(PLACE);
  await vi.waitFor(() => expect(told).toHaveLength(1));
  expect(tiles.hits(PLACE, 0.25, 0.25)).toEqual([{ source: "cells", kind: "cells", level: "village", code: "001", name: "石坞村", properties: { level: "village" } }]);
  expect(tiles.hits(PLACE, 0.75, 0.75)).toEqual([]);
});
