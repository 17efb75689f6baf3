import { describe, expect, it } from "vitest";
import { bodyOf, draftOf, EMPTY, faultsOf, keepDraft, readDraft, takesBuffer, together, type Draft } from "./draft";
import { compared, conditionsOf, markOf, ordered, split } from "./result";
import type { CheckDocument, Finding } from "./types";

const square = { type: "Polygon" as const, coordinates: [[[0, 0], [1, 0], [1, 1], [0, 0]]] };
const point = { type: "Point" as const, coordinates: [0, 0] };
const draft = (more: Partial<Draft> = {}): Draft => ({ ...EMPTY, geometry: square, ...more });

describe("a question in the form", () => {
  it("never sends discharges that were not filled in as declared none", () => {
    const empty = draft({ discharge: "some", rows: [{ pollutant: "COD", amount: "" }] });
    expect(faultsOf(empty)).toEqual(["discharges"]);
    expect(bodyOf(empty, undefined)["discharges"]).toBeNull();
    expect(faultsOf(draft({ discharge: "some" }))).toEqual(["discharges"]);
    expect(faultsOf(draft({ discharge: "some", rows: [{ pollutant: "COD", amount: "0" }] }))).toEqual([]);
  });

  it("tells nothing declared from declared none", () => {
    expect(bodyOf(draft(), undefined)).toMatchObject({ discharges: null, fuel: null, activity: null, on: null, buffer_m: 0 });
    expect(bodyOf(draft({ discharge: "none", fuel: "none" }), "2026-11-22")).toMatchObject({ discharges: {}, fuel: [], on: "2026-11-22" });
  });

  it("sends the rows that are filled in", () => {
    const rows = [{ pollutant: "COD", amount: "12" }, { pollutant: "", amount: "3" }, { pollutant: "NOx", amount: "" }];
    expect(bodyOf(draft({ discharge: "some", rows }), undefined)["discharges"]).toEqual({ COD: 12 });
  });

  it("needs a site, and figures that are figures", () => {
    expect(faultsOf(EMPTY)).toEqual(["geometry"]);
    expect(faultsOf(draft({ discharge: "some", rows: [{ pollutant: "COD", amount: "viel" }] }))).toEqual(["discharges"]);
    expect(faultsOf(draft({ geometry: point, buffer: "60000" }))).toEqual(["buffer"]);
    expect(faultsOf(draft({ buffer: "not asked of ground" }))).toEqual([]);
  });

  it("widens points and lines only", () => {
    expect([takesBuffer(point), takesBuffer(square), takesBuffer(null)]).toEqual([true, false, false]);
    expect(bodyOf(draft({ geometry: point, buffer: "25.5" }), undefined)["buffer_m"]).toBe(25.5);
  });

  it("takes several parcels as one site", () => {
    expect(together([square])).toBe(square);
    expect(together([square, square])).toEqual({ type: "MultiPolygon", coordinates: [square.coordinates, square.coordinates] });
    expect(together([square, point])?.type).toBe("GeometryCollection");
    expect(together([])).toBeNull();
    expect(bodyOf(draft({ geometry: together([square, point]) }), undefined)["site"]).toMatchObject({ type: "FeatureCollection", features: [{ geometry: square }, { geometry: point }] });
  });

  it("is kept, and read back without what no longer fits", () => {
    const kept = new Map<string, string>();
    const storage = { setItem: (key: string, text: string) => void kept.set(key, text), getItem: (key: string) => kept.get(key) ?? null };
    keepDraft(storage, "a", draft({ name: "项目" }));
    expect(readDraft(storage, "a")).toMatchObject({ name: "项目", geometry: square });
    kept.set("gridgov.check.draft.a", '{"name": 3, "rows": "x", "industry": "C26"}');
    expect(readDraft(storage, "a")).toEqual({ ...EMPTY, industry: "C26" });
    kept.set("gridgov.check.draft.a", "{");
    expect(readDraft(storage, "a")).toEqual(EMPTY);
  });

  it("comes back from an answer as it was asked", () => {
    const asked = { industry: "C2614", action: "new", activity: null, discharges: { COD: "12.000000" }, fuel: [], project: { name: "厂", uscc: null }, buffer_m: "0.000" };
    expect(bodyOf(draftOf(asked, square), undefined)).toMatchObject({ industry: "C2614", discharges: { COD: 12 }, fuel: [], project: { name: "厂" } });
  });
});

const finding = (id: string, more: Partial<Finding> = {}): Finding => ({
  id, effect: "prohibit", matched: "yes", relation: "overlap", jurisdiction: "330802", overlap_m2: "10.00", overlap_m: null, site_share: "0.100000", zone_share: null, overlap: null,
  zone: { layer: "red", edition: "2024", code: id, name: id, kind: "ecological-red-line", certainty: "certain", attributes: {} }, distance_m: "0.000", width_m: null,
  rule: { id: "RL-1", ruleset: "red-line", edition: "2024", dimension: "space", text: "", text_kind: "paraphrase", citation: { instrument: "", article: null, url: null, status: "example", in_force_from: null } },
  threshold: null, below_threshold: false, lifted_by: null, needs: [], conditions: [], ...more,
});

describe("a verdict as it is read", () => {
  it("marks what decides, and only notes what does not", () => {
    const marks = [finding("a"), finding("b", { effect: "condition" }), finding("c", { matched: "unknown" }), finding("d", { below_threshold: true }), finding("e", { lifted_by: "RL-2" }), finding("f", { relation: "touch" }), finding("g", { effect: "note", matched: "no", rule: null })].map(markOf);
    expect(marks).toEqual(["prohibited", "conditional", "undetermined", "conditional", "note", "note", "note"]);
  });

  it("puts the worst first, then the larger share", () => {
    const found = ordered([finding("n", { effect: "note" }), finding("s", { site_share: "0.010000" }), finding("l", { site_share: "0.900000" }), finding("u", { matched: "unknown" })]);
    expect(found.map((one) => one.id)).toEqual(["l", "s", "u", "n"]);
    expect(split(found).noted.map((one) => one.id)).toEqual(["n"]);
  });

  it("names each condition once", () => {
    const conditions = [{ kind: "approval", by: "province", text: "省政府意见" }];
    expect(conditionsOf([finding("a", { effect: "condition", conditions }), finding("b", { effect: "condition", conditions }), finding("c", { lifted_by: "x", conditions: [{ text: "免" }] })])).toEqual([{ text: "省政府意见", by: "province", rule: "RL-1" }]);
  });

  it("stands beside another one zone by zone", () => {
    const document = (...findings: Finding[]): CheckDocument => ({ findings }) as unknown as CheckDocument;
    const rows = compared(document(finding("a"), finding("b", { effect: "condition" })), document(finding("b", { effect: "condition", overlap_m2: "1.00" }), finding("c")));
    expect(rows.map((row) => [row.title, row.a?.id ?? null, row.b?.id ?? null])).toEqual([["a", "a", null], ["c", null, "c"], ["b", "b", "b"]]);
  });
});
