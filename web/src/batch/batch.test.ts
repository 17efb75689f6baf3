import { describe, expect, it } from "vitest";
import { guessed, nameColumn, questionOf, readRemembered, remember } from "./columns";
import { exampleFile } from "./example";
import { countOf, errorSaid, isResuming } from "./outcome";
import { extentOf, grouped, holds, sizePx } from "./places";
import type { BatchSite, Upload } from "./types";

const field = (name: string) => ({ name, type: "text" as const, examples: [] });
const site = (row: number, lon: number, lat: number, verdict: BatchSite["verdict"]): BatchSite => ({ site_id: String(row), row, name: null, verdict, space: null, quota: null, project: null, area_m2: null, findings: null, no_data: null, error: verdict ? null : "x", point: [lon, lat], bbox: [lon, lat, lon, lat] });

describe("columns of somebody's file", () => {
  it("are guessed from their names, none twice", () => {
    expect(guessed([field("FID"), field("编号"), field("Industry Code"), field("建设性质"), field("日期")])).toEqual({ id: "编号", industry: "Industry Code", action: "建设性质", activity: "", on: "日期" });
  });

  it("are as they were chosen the last time, where the file has them", () => {
    const kept = new Map<string, string>();
    const storage = { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value) };
    remember(storage, { id: "档号", industry: "", action: "", activity: "", on: "" });
    expect(guessed([field("id"), field("档号")], readRemembered(storage)).id).toBe("档号");
    expect(guessed([field("id")], readRemembered(storage)).id).toBe("id");
    kept.set("gridgov.batch.columns", "no json");
    expect(readRemembered(storage)).toEqual({});
  });

  it("name the projects as the server takes them", () => {
    expect(nameColumn([field("project"), field("项目名称")])).toBe("项目名称");
    expect(nameColumn([field("title")])).toBeNull();
  });

  it("send a column of days or one day, not both", () => {
    const upload = { id: "u", layers: [{}] } as unknown as Upload;
    const chosen = { id: "", industry: "hy", action: "", activity: "", on: "rq" };
    expect(questionOf(upload, "a", chosen, { on: "2026-11-22", crs: " " })).toEqual({ upload: "u", layer: null, id_field: null, industry_field: "hy", action_field: null, activity_field: null, on_field: "rq", on: null, crs: null });
    expect(questionOf(upload, "a", { ...chosen, on: "" }, { on: "2026-11-22", crs: "EPSG:4528" })).toMatchObject({ on_field: null, on: "2026-11-22", crs: "EPSG:4528" });
  });
});

describe("how rows came out", () => {
  it("counts verdicts and errors apart", () => {
    const batch = { verdicts: { prohibited: 2 }, errors: 3 };
    expect(["prohibited", "permitted", "error"].map((one) => countOf(batch, one as "error"))).toEqual([2, 0, 3]);
  });

  it("tells a batch that waits to go on from one that never began", () => {
    expect([isResuming({ state: "queued", rows: 0 }), isResuming({ state: "queued", rows: 9 }), isResuming({ state: "running", rows: 9 })]).toEqual([false, true, false]);
  });

  it("names the field an error speaks of", () => {
    const word = (use: string): string => ({ industry: "行业类别" })[use] ?? use;
    expect(errorSaid("/industry：“C9999”不是行业代码。", word)).toBe("行业类别：“C9999”不是行业代码。");
    expect(errorSaid("/industry: no code.", () => "Industry")).toBe("Industry: no code.");
    expect(errorSaid("第 3 行没有图形。", word)).toBe("第 3 行没有图形。");
  });
});

describe("sites on the map", () => {
  const view: [number, number, number, number] = [118, 28, 119, 29];

  it("stand together where they would hide one another, under the weightiest mark", () => {
    const groups = grouped([site(1, 118.5, 28.5, "permitted"), site(2, 118.5, 28.5, "prohibited"), site(3, 118.9, 28.5, null), site(4, 120, 28, "permitted")], view, 10);
    expect(groups.map((group) => [group.rows, group.outcome])).toEqual([[[1, 2], "prohibited"], [[3], "error"]]);
    expect(groups[0]!.counts).toEqual({ permitted: 1, prohibited: 1 });
  });

  it("leave the chosen one a pin of its own", () => {
    expect(grouped([site(1, 118.5, 28.5, "permitted"), site(2, 118.5, 28.5, "prohibited")], view, 10, 2).map((group) => group.rows)).toEqual([[1], [2]]);
  });

  it("are grouped fast when there are 20,000", () => {
    const many = Array.from({ length: 20_000 }, (_, index) => site(index, 118 + (index % 200) / 200, 28 + Math.floor(index / 200) / 100, "permitted"));
    const begun = performance.now();
    const groups = grouped(many, view, 10);
    expect(groups.reduce((sum, group) => sum + group.rows.length, 0)).toBe(20_000);
    expect(groups.length).toBeLessThan(400);
    expect(performance.now() - begun).toBeLessThan(1000);
  });

  it("know their extent, their size on the screen, and what lies in them", () => {
    expect(extentOf([site(1, 118.5, 28.5, null), site(2, 118.6, 28.4, null)])).toEqual([118.5, 28.4, 118.6, 28.5]);
    expect(extentOf([])).toBeNull();
    expect(sizePx([0, 0, 360, 0], 0)).toBe(256);
    const ring = { type: "Polygon" as const, coordinates: [[[0, 0], [4, 0], [4, 4], [0, 4], [0, 0]], [[1, 1], [2, 1], [2, 2], [1, 2], [1, 1]]] };
    expect([holds(ring, [3, 3]), holds(ring, [1.5, 1.5]), holds(ring, [5, 5])]).toEqual([true, false, false]);
  });
});

describe("the example file", () => {
  it("has a row with an industry that does not exist, and squares in the area", () => {
    const lines = exampleFile([118, 28, 119, 29], "zh").trim().split("\r\n");
    expect(lines[0]!.replace("\uFEFF", "")).toBe("编号,项目名称,行业代码,建设性质,wkt");
    expect(lines).toHaveLength(8);
    expect(lines[7]).toContain("C9999");
    expect(guessed([field("编号"), field("项目名称"), field("行业代码"), field("建设性质"), field("wkt")])).toMatchObject({ id: "编号", industry: "行业代码", action: "建设性质" });
  });
});
