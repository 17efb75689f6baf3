import { mount, type VueWrapper } from "@vue/test-utils";
import { createPinia } from "pinia";
import { nextTick } from "vue";
import { createI18n } from "vue-i18n";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import DataTable from "./DataTable.vue";
import parts from "./messages";
import type { Column } from "./table";

interface Row {
  id: number;
  name: string;
  area: number;
}

const rows: Row[] = Array.from({ length: 20_000 }, (_, id) => ({ id, name: `石坞村 ${id}`, area: id * 10 }));
const columns: Column<Row>[] = [
  { key: "name", title: "名称", value: (row) => row.name, grow: true },
  { key: "area", title: "面积", value: (row) => row.area, align: "end", total: (found) => String(found.reduce((sum, row) => sum + row.area, 0)) },
];

let table: VueWrapper;

beforeEach(() => {
  vi.stubGlobal("ResizeObserver", class {
    observe(): void {}
    disconnect(): void {}
  });
  const i18n = createI18n({ legacy: false, locale: "zh", messages: { zh: { parts: parts.zh } } as never });
  table = mount(DataTable as never, { props: { rows, columns, rowKey: (row: Row) => row.id, label: "村", total: true, exportName: "villages" } as never, global: { plugins: [i18n, createPinia()] }, attachTo: document.body });
});
afterEach(() => {
  table.unmount();
  vi.unstubAllGlobals();
});

const drawn = (): string[] => table.findAll(".body .tr").map((row) => row.findAll("[role=gridcell]")[0]!.text());

describe("a table of 20,000 rows", () => {
  it("draws those in sight and says how many there are", () => {
    expect(drawn().length).toBeLessThan(60);
    expect(drawn()[0]).toBe("石坞村 0");
    expect(table.find("[role=grid]").attributes("aria-rowcount")).toBe("20001");
    expect(table.find(".bar-top [role=status]").text()).toBe("共 20,000 行");
  });

  it("is sorted by its heading: figures from the top first, then the other way, then as given", async () => {
    const heading = table.findAll("[role=columnheader]")[1]!;
    await heading.find("button").trigger("click");
    expect([heading.attributes("aria-sort"), drawn()[0]]).toEqual(["descending", "石坞村 19999"]);
    await heading.find("button").trigger("click");
    await heading.find("button").trigger("click");
    expect([heading.attributes("aria-sort"), drawn()[0]]).toEqual(["none", "石坞村 0"]);
  });

  it("is filtered, and the total speaks of what is shown", async () => {
    await table.find("input[type=search]").setValue("19999");
    expect(drawn()).toEqual(["石坞村 19999"]);
    expect(table.find(".total").text()).toContain("199990");
    expect(table.emitted("shown")?.at(-1)).toEqual([[rows[19_999]]]);
    await table.find("input[type=search]").setValue("没有");
    expect(table.text()).toContain("没有符合条件的行。");
  });

  it("is walked with the keyboard and opened with Enter", async () => {
    const grid = table.find("[role=grid]");
    for (const key of ["ArrowDown", "ArrowDown", "End"]) await grid.trigger("keydown", { key });
    await nextTick();
    expect(table.emitted("update:selected")?.map(([key]) => key)).toEqual([0, 1, 19_999]);
    await grid.trigger("keydown", { key: "Enter" });
    expect(table.emitted("open")).toEqual([[rows[19_999]]]);
  });

  it("never hides its last column", async () => {
    await table.find(".menu-box button").trigger("click");
    for (const box of table.findAll(".opt-line input")) await box.setValue(false);
    expect(table.findAll("[role=columnheader]").length).toBe(1);
  });
});
