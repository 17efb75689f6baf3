import { describe, expect, it } from "vitest";
import { changesOf, standingOf, strongPassword } from "./users";
import { counted, findingsOf, guessCells, guessLayer, guessLevel, importedOf, offeredCrs, oneShape, outcomeOf, shareInside, stated } from "./imports";
import { consequenceOf, flat, lineSpan, memberOf, partsOf, reachOf } from "./rules";
import { around, holds, timeline } from "./timeline";
import type { Report, Rule, Ruleset, RulesReview, UploadField, UploadLayer, User } from "./types";

const field = (name: string, ...examples: string[]): UploadField => ({ name, type: "text", examples });

describe("editions on a line of time", () => {
  const spans = [
    { edition: "2018", effective_from: "2018-01-01", ends: "2024-01-01" },
    { edition: "2024", effective_from: "2024-01-01", ends: null },
  ];

  it("the last day of one is the day before the next begins", () => {
    expect(holds(spans[0]!, "2023-12-31")).toBe(true);
    expect(holds(spans[0]!, "2024-01-01")).toBe(false);
    expect(holds(spans[1]!, "2024-01-01")).toBe(true);
  });

  it("bars follow one another, an open one goes to the end", () => {
    const { bars, day } = timeline(spans, "2026-01-01");
    expect(bars.map((bar) => [bar.edition, bar.inForce, bar.open])).toEqual([["2018", false, false], ["2024", true, true]]);
    expect(bars[0]!.left).toBe(0);
    expect(bars[0]!.left + bars[0]!.width).toBeCloseTo(bars[1]!.left);
    expect(bars[1]!.left + bars[1]!.width).toBeCloseTo(100);
    expect(day).toBeGreaterThan(bars[1]!.left);
  });

  it("what has been in force since 1900 does not squeeze the rest", () => {
    const { bars } = timeline([{ edition: "1", effective_from: "1900-01-01", ends: "2020-01-01" }, { edition: "2", effective_from: "2020-01-01", ends: null }], "2026-01-01");
    expect(bars[1]!.width).toBeGreaterThan(15);
  });

  it("no edition is no bar, and no box is none", () => {
    expect(timeline([], "2026-01-01").bars).toEqual([]);
    expect(around([null])).toBeNull();
    expect(around([[1, 2, 3, 4], null, [0, 3, 2, 9]])).toEqual([0, 2, 3, 9]);
  });
});

describe("what a list says", () => {
  it("is taken apart in the order of the file", () => {
    const rule = { id: "R", effect: "prohibit", where: { core: true }, when: { industry: ["C26"], discharge: { COD: "> 0" } }, relation: { within: 500 } } as unknown as Rule;
    expect(partsOf(rule)).toEqual({ place: [{ key: "core", value: true }], project: [{ key: "industry", value: ["C26"] }, { key: "discharge.COD", value: "> 0" }] });
    expect(reachOf(rule)).toBe(500);
    expect(reachOf({ ...rule, relation: undefined })).toBeNull();
    expect(flat({})).toEqual([]);
  });

  it("members are read with and without quotes, remarks left out", () => {
    expect(memberOf('a: 1\nedition: "20 24"  # x\neffective_from: 2024-01-01 # y', "edition")).toBe("20 24");
    expect(memberOf("effective_from: 2024-01-01   # y", "effective_from")).toBe("2024-01-01");
    expect(memberOf("  effective_from: 2024-01-01", "effective_from")).toBeNull();
  });

  it("lines are found, those beyond the end are the last one", () => {
    expect(lineSpan("ab\ncde\nf", 2)).toEqual([3, 6]);
    expect(lineSpan("ab\ncde\nf", 99)).toEqual([7, 8]);
    expect(lineSpan("", 1)).toEqual([0, 0]);
  });

  const review: RulesReview = { ok: true, ruleset: "red-line", edition: "2027", rules: 8, examples: [], faults: [] };
  const lists = [{ ruleset: "red-line", authority: null, in_force: "2024", editions: [{ edition: "2018", effective_from: "2018-01-01", ends: "2024-01-01" }, { edition: "2024", effective_from: "2024-01-01", ends: null }] }] as unknown as Ruleset[];

  it("the edition that ends is the one in force on the first day", () => {
    expect(consequenceOf(review, "effective_from: 2027-01-01", lists, "2026-11-25")).toMatchObject({ from: "2027-01-01", ends: "2024", known: false, later: true, rules: 8 });
    expect(consequenceOf(review, "effective_from: 2020-06-01", lists, "2026-11-25")?.ends).toBe("2018");
    expect(consequenceOf(review, "effective_from: 2010-01-01", lists, "2026-11-25")?.ends).toBeNull();
    expect(consequenceOf({ ...review, edition: "2024" }, "", lists, "2026-11-25")).toMatchObject({ from: null, known: true });
    expect(consequenceOf({ ...review, ok: false }, "", lists, "2026-11-25")).toBeNull();
  });
});

describe("a file of cells", () => {
  const fields = [field("ＣＯＤＥ", "990124001001"), field("区划名称", "外桥社区"), field("township_code", "990124001000"), field("county_code", "990124000000"), field("township_name", "枫洲街道")];

  it("names its columns in whatever width and case", () => {
    expect(guessCells(fields)).toEqual({ code: "ＣＯＤＥ", name: "区划名称", parents: ["township_code", "county_code"], parentNames: ["township_name"] });
  });

  it("tells its level by the length of its codes", () => {
    const levels = [{ key: "township", code_length: 9 }, { key: "village", code_length: 12 }];
    expect(guessLevel({ fields } as unknown as UploadLayer, "ＣＯＤＥ", levels)).toBe("village");
    expect(guessLevel({ fields } as unknown as UploadLayer, null, levels)).toBe("");
  });

  it("tells key and edition of a layer by its name", () => {
    expect(guessLayer("ecological-red-line-2024.gpkg")).toEqual({ key: "ecological-red-line", edition: "2024" });
    expect(guessLayer("生态保护红线.zip")).toEqual({ key: "", edition: "" });
  });

  it("says only what was said", () => {
    expect(stated({ level: "village", crs: "", repair: false, parent_field: [], effective_from: null, grow_area: true })).toEqual({ level: "village", grow_area: true });
  });
});

describe("a report", () => {
  const report: Report = {
    ok: false,
    imported: { county: 0, village: 3 },
    rejected: [{ row: 16, code: "A", reason: "doubled", point: [118, 28] }, { row: 21, code: "", reason: "no code", point: null }],
    violations: [
      { kind: "duplicate", cells: ["A"], level: "village", point: [118, 28], detail: "twice", area_m2: "12.50", length_m: "3.00" },
      { kind: "overlap", cells: ["B", "C"], level: "village", point: [118.1, 28.1], detail: "both", area_m2: "45.00", length_m: "7.00" },
    ],
    repairs: [{ kind: "gap", cells: ["D", "E"], point: [118.2, 28.2], area_m2: "0.40" }, { code: "Z", reason: "self-crossing", point: null, before_m2: "10.00", after_m2: "9.50" }],
    rounding: [{ code: "F", changed_m2: "0.01" }],
  };

  it("tells a row once, numbers what has a place, and puts what must be mended first", () => {
    const found = findingsOf(report);
    expect(found.map((one) => [one.state, one.kind, one.row, one.code, one.number])).toEqual([
      ["must", "duplicate", 16, "A", 1],
      ["must", "rejected", 21, "", null],
      ["must", "overlap", null, "B", 2],
      ["repaired", "gap", null, "D", 3],
      ["repaired", "repair", null, "Z", null],
      ["rounding", "rounding", null, "F", null],
    ]);
    expect(found[0]!.area_m2).toBe(12.5);
    expect(found[4]!.area_m2).toBe(0.5);
    expect(counted(found)).toEqual({ must: 3, repaired: 2, rounding: 1, gap: 0, all: 6 });
    expect(findingsOf(null)).toEqual([]);
  });

  it("counts what begins, of cells by level and of zones at once", () => {
    expect(importedOf(report)).toBe(3);
    expect(importedOf({ ok: true, imported: 8 })).toBe(8);
    expect(importedOf(null)).toBe(0);
  });

  it("stands in one word", () => {
    const job = { state: "done", ok: true, dry_run: true } as const;
    expect(outcomeOf(job)).toBe("ready");
    expect(outcomeOf({ ...job, dry_run: false })).toBe("loaded");
    expect(outcomeOf({ ...job, ok: false })).toBe("refused");
    expect(outcomeOf({ ...job, state: "failed", ok: null })).toBe("failed");
    expect(outcomeOf({ ...job, state: "failed", ok: false })).toBe("refused");
    expect(outcomeOf({ ...job, state: "running", ok: null })).toBe("running");
  });

  it("makes one shape of many, and none of none", () => {
    const ring = [[0, 0], [1, 0], [1, 1], [0, 0]];
    expect(oneShape([{ type: "Polygon", coordinates: [ring] }, { type: "MultiPolygon", coordinates: [[ring]] }])).toEqual({ type: "MultiPolygon", coordinates: [[ring], [ring]] });
    expect(oneShape([{ type: "Point", coordinates: [0, 0] }])).toBeNull();
  });
});

describe("reference systems to choose from", () => {
  const at = (west: number, inside_area = false) => ({ crs: `EPSG:${west}`, name: "", bbox: [west, 28, west + 1, 29] as [number, number, number, number], inside_area });

  it("a file a little larger than the area counts as within it, and puts the others aside", () => {
    expect(shareInside([0, 0, 2, 1], [0, 0, 1, 1])).toBe(0.5);
    expect(shareInside([0, 0, 1, 1], [2, 2, 3, 3])).toBe(0);
    expect(offeredCrs([at(73), at(118)], [118.01, 28, 119, 29], 6).map((one) => one.crs)).toEqual(["EPSG:118"]);
  });

  it("when none is near, the first few are offered", () => {
    expect(offeredCrs([at(73), at(76), at(79)], [118, 28, 119, 29], 2).map((one) => [one.crs, one.near])).toEqual([["EPSG:73", false], ["EPSG:76", false]]);
    expect(offeredCrs([at(73, true)], null, 2)[0]!.near).toBe(true);
  });
});

describe("accounts", () => {
  const user = { username: "wang", role: "planner", cell: null, person: { id: "P1", name: "王" }, disabled: false, locked_until: null } as unknown as User;

  it("passwords are four groups of letters nobody mistakes, and even the odds", () => {
    let next = 0;
    const made = strongPassword((bytes) => bytes.map(() => (next = (next + 7) % 256)));
    expect(made).toMatch(/^[a-hjkmnp-z2-9]{4}(-[a-hjkmnp-z2-9]{4}){3}$/);
    expect(strongPassword((bytes) => bytes.map((_, index) => (index % 2 ? 255 : 0)))).toBe("aaaa-aaaa-aaaa-aaaa");
  });

  it("only what differs is sent", () => {
    expect(changesOf(user, { username: "wang", role: "planner", cell: null, person: "P1", password: "" })).toEqual({});
    expect(changesOf(user, { username: "wang", role: "admin", cell: "990124", person: null, password: "x" })).toEqual({ role: "admin", cell: "990124", person: null, password: "x" });
  });

  it("a lock that is over is none", () => {
    expect(standingOf({ disabled: false, locked_until: "2026-11-25T08:00:00Z" }, "2026-11-25T07:59:00.000Z")).toBe("locked");
    expect(standingOf({ disabled: false, locked_until: "2026-11-25T08:00:00Z" }, "2026-11-25T08:01:00.000Z")).toBe("active");
    expect(standingOf({ disabled: true, locked_until: null }, "")).toBe("disabled");
  });
});
