import { beforeEach, describe, expect, it } from "vitest";
import { onScreen } from "./imports";
import { asked, byRule, decidedIn, effectsOf, faultsCsv, faultsGeoJson, keepPending, pending, type Proposal } from "./repairs";

const overlap: Proposal = { id: "a", kind: "overlap", cells: ["W", "E"], action: "keep", to: "W", choices: ["W", "E"], may_stand: false, area_m2: "50.00", width_m: "0.4000", point: [118.9, 28.9], shape: { type: "Polygon", coordinates: [[[118, 28], [119, 28], [118, 29], [118, 28]]] }, effects: [{ cell: "W", before_m2: "1000.00", after_m2: "1000.00" }, { cell: "E", before_m2: "900.00", after_m2: "850.00" }], detail: "W, E" };
const hole: Proposal = { ...overlap, id: "b", kind: "hole", cells: ["W"], action: "give", choices: ["W"], may_stand: true, area_m2: "200.00", width_m: "9.0000", effects: [{ cell: "W", before_m2: "1000.00", after_m2: "1200.00" }], shape: null };
const broken: Proposal = { ...overlap, id: "c", kind: "invalid", action: "none", to: null, choices: [] };

describe("what is decided about the faults of a file", () => {
  beforeEach(() => sessionStorage.clear());

  it("who keeps the ground stays as large, the other gives it up", () => {
    expect(effectsOf(overlap, undefined).map((one) => one.after)).toEqual([1000, 850]);
    expect(effectsOf(overlap, { fault: "a", to: "E", reason: null }).map((one) => one.after)).toEqual([950, 900]);
  });

  it("ground that is given makes one cell larger, ground that may stay open none", () => {
    expect(effectsOf(hole, undefined)[0]!.after).toBe(1200);
    expect(effectsOf(hole, { fault: "b", to: null, reason: "水面" })[0]!.after).toBe(1000);
    expect(effectsOf({ ...overlap, action: "trim", to: null }, undefined).map((one) => one.after)).toEqual([950, 850]);
  });

  it("a rule takes what is narrower and smaller, of the kind, and never what only the file can mend", () => {
    const ids = (width: number, area: number, kind: string): string[] => byRule([overlap, hole, broken], width, area, kind).map((one) => one.fault);
    expect(ids(1, 100, "")).toEqual(["a"]);
    expect(ids(0.4, 100, "")).toEqual([]);
    expect(ids(10, 1000, "")).toEqual(["a", "b"]);
    expect(ids(10, 1000, "hole")).toEqual(["b"]);
  });

  it("only what was said is sent", () => {
    expect(asked([{ fault: "a", to: null, reason: null }, { fault: "b", to: "W", reason: null }, { fault: "c", to: null, reason: "水面" }])).toEqual([{ fault: "a" }, { fault: "b", to: "W" }, { fault: "c", reason: "水面" }]);
  });

  it("outlasts the page: what is not sent yet is kept by import", () => {
    const rulings = decidedIn([{ ...overlap, decision: { to: "E", reason: null } }, hole]);
    expect([...rulings.keys()]).toEqual(["a"]);
    keepPending("one", rulings);
    expect(pending("one")).toEqual(rulings);
    expect(pending("two")).toBeNull();
    sessionStorage.setItem("gridgov.repairs.two", "{");
    expect(pending("two")).toBeNull();
  });

  it("leaves as a table and as ground", () => {
    expect(faultsCsv(["n"], [overlap], () => ["重叠", "归 W"])).toBe("\uFEFFn\r\n1,重叠,W E,50,0.4,归 W,118.9,28.9,\"W, E\"\r\n");
    const { features } = JSON.parse(faultsGeoJson([overlap, hole], decidedIn([{ ...overlap, decision: { to: "E", reason: null } }])));
    expect(features.map((one: { geometry: { type: string } }) => one.geometry.type)).toEqual(["Polygon", "Point"]);
    expect(features.map((one: { properties: { decision: unknown } }) => one.properties.decision)).toEqual([{ fault: "a", to: "E", reason: null }, null]);
  });
});

describe("what the server says of its command line", () => {
  const name = (key: string): string => ({ "mode.replace": "整体替换", "opt.repair": "修复宽度", "opt.repairZones": "修复无效图形", "opt.edition": "版本", "opt.effective_from": "生效日期" })[key] ?? key;

  it("is said in the words of the screen", () => {
    expect(onScreen("编码 1 已在生效；如要替换请用 --mode replace。", "cells", name)).toBe("编码 1 已在生效；如要替换请用“整体替换”。");
    expect(onScreen("细缝可用 --repair 米数 闭合。", "cells", name)).toBe("细缝可用“修复宽度”闭合。");
    expect(onScreen("图形无效的，可加 --repair 修复。", "zones", name)).toBe("图形无效的，可加“修复无效图形”修复。");
    expect(onScreen("give a new --edition and --effective-from.", "zones", name)).toBe("give a new “版本” and “生效日期”.");
    expect(onScreen("用 `gridgov scheme add KEY --levels …` 登记", "cells", name)).toBe("用 `gridgov scheme add KEY --levels …` 登记");
  });
});
