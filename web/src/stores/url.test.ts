import { createPinia, setActivePinia } from "pinia";
import { beforeEach, expect, it, vi } from "vitest";
import { createMemoryHistory, createRouter, type Router } from "vue-router";
import type { Installation } from "@/api/types";
import { useDay } from "./day";
import { useInstallation } from "./installation";
import { syncUrl } from "./url";
import { useView } from "./view";

const page = { template: "" };
let router: Router;

/** The address follows in its own time. */
const address = (query: object): Promise<void> => vi.waitFor(() => expect(router.currentRoute.value.query).toEqual(query));

beforeEach(() => {
  setActivePinia(createPinia());
  useInstallation().about = { today: "2026-11-22", schemes: [] } as unknown as Installation;
  router = createRouter({ history: createMemoryHistory(), routes: ["/map", "/check"].map((path) => ({ path, component: page, meta: { titleKey: "" } })) });
  syncUrl(router);
});

it("an address that was sent opens the very view", async () => {
  await router.push("/map?on=2025-06-30&at=118.4,28.9,13&layers=red-line,units&sel=cell:330802");
  const [day, view] = [useDay(), useView()];
  expect(day.on).toBe("2025-06-30");
  expect(view.at).toEqual({ lon: 118.4, lat: 28.9, zoom: 13 });
  expect(view.layers).toEqual(["red-line", "units"]);
  expect(view.sel).toEqual({ kind: "cell", code: "330802" });
});

it("what is chosen stands in the address, beside what the page keeps there", async () => {
  await router.push("/map?tab=history");
  useDay().setDay("2025-06-30");
  useView().select({ kind: "here", lon: 118.4, lat: 28.9 });
  await address({ tab: "history", on: "2025-06-30", sel: "here:118.400000,28.900000" });
  useDay().setDay(null);
  useView().select(null);
  await address({ tab: "history" });
});

it("day, place and layers go along to the next page, the selection does not", async () => {
  await router.push("/map?on=2025-06-30&at=118.4,28.9,13&sel=cell:330802");
  await router.push("/check");
  await address({ on: "2025-06-30", at: "118.40000,28.90000,13" });
  expect(useView().sel).toBeNull();
});

it("a map that comes to rest does not call back who is on the way to the next page", async () => {
  const asked: ((found: object) => void)[] = [];
  router.addRoute({ path: "/slow", component: () => new Promise((resolve) => asked.push(resolve)), meta: { titleKey: "" } });
  await router.push("/map");
  const going = router.push("/slow");
  await vi.waitFor(() => expect(asked).toHaveLength(1));
  useView().setAt({ lon: 118.4, lat: 28.9, zoom: 13 });
  await new Promise((resolve) => setTimeout(resolve));
  asked[0]!(page);
  await going;
  expect(router.currentRoute.value.path).toBe("/slow");
  await address({ at: "118.40000,28.90000,13" });
});

it("a step back to an address without a day is a step back to today", async () => {
  await router.push("/map?on=2025-06-30");
  window.dispatchEvent(new PopStateEvent("popstate"));
  await router.push("/check");
  await address({});
  expect(useDay().isToday).toBe(true);
});

it("a step back is to what was selected before, however the map moved since", async () => {
  await router.push("/map?sel=cell:1");
  useView().select({ kind: "zone", layer: "red-line", code: "2" });
  await address({ sel: "zone:red-line/2" });
  useView().setAt({ lon: 118.4, lat: 28.9, zoom: 13 });
  await address({ sel: "zone:red-line/2", at: "118.40000,28.90000,13" });
  window.dispatchEvent(new PopStateEvent("popstate"));
  router.back();
  await address({ sel: "cell:1" });
  expect(useView().sel).toEqual({ kind: "cell", code: "1" });
});

it("an address that says nonsense is a view without it", async () => {
  await router.push("/map?on=2025-02-30&at=here&sel=what:ever");
  await address({});
});
