/** Keeps day, place, layers and selection in the address, so that every view can be sent to a colleague; a step back goes to what was selected before. */

import { watch } from "vue";
import type { LocationQuery, LocationQueryRaw, RouteLocationNormalized, Router } from "vue-router";
import { useDay } from "./day";
import { readPlace, readSelection, useView, writePlace, writeSelection } from "./view";

const KEYS = ["on", "at", "layers", "sel"] as const;
type Key = (typeof KEYS)[number];

/** Addresses on their way that say what the stores said when they were written. */
const own = new Set<string>();

export function syncUrl(router: Router): void {
  const day = useDay();
  const view = useView();
  let steppedBack = false;
  /** The page somebody is on the way to: a map that comes to rest meanwhile must not call them back. */
  let leaving: string | null = null;
  window.addEventListener("popstate", () => (steppedBack = true));

  const written = (): Record<Key, string | undefined> => ({
    on: day.chosen ?? undefined,
    at: view.at ? writePlace(view.at) : undefined,
    layers: view.layers ? view.layers.join(",") : undefined,
    sel: view.sel ? writeSelection(view.sel) : undefined,
  });

  router.beforeEach((to, from) => {
    if (from.matched.length) leaving = to.path === from.path ? leaving : to.fullPath;
  });
  router.onError((_, to) => arrive(to.fullPath));
  router.afterEach((to, from, failure) => {
    arrive(to.fullPath);
    if (failure) return;
    // What was written here is known here, and the map may have moved on since: only other ways to an address are taken at their word.
    if (!own.has(to.fullPath)) take(to, steppedBack || !from.matched.length, to.path === from.path);
    steppedBack = false;
    write(router, written());
  });

  function arrive(fullPath: string): void {
    if (leaving === fullPath) leaving = null;
  }

  /** `whole`: what the address lacks is not there; otherwise day, place and layers go along to the next page. */
  function take(to: RouteLocationNormalized, whole: boolean, samePage: boolean): void {
    const found = (key: Key): string | null => text(to.query, key);
    if (found("on") !== null || whole) day.setDay(found("on"));
    if (found("at") !== null || whole) keep(view.at, found("at"), readPlace, writePlace, view.setAt);
    if (found("layers") !== null || whole) view.setLayers(found("layers")?.split(",").filter(Boolean) ?? null);
    if (found("sel") !== null || whole || !samePage) keep(view.sel, found("sel"), readSelection, writeSelection, view.select);
  }

  watch(written, (now, before) => leaving === null && write(router, now, now.sel !== before.sel), { deep: true });
}

/** Leaves a value alone when the address says the same, so that nobody is told of a change that is none. */
function keep<T>(current: T | null, asked: string | null, read: (text: string) => T | null, show: (value: T) => string, set: (value: T | null) => void): void {
  if ((current ? show(current) : null) !== asked) set(asked === null ? null : read(asked));
}

/** `selected`: something else was selected on the page, which is a step of its own; moving the map, days and layers are none. */
function write(router: Router, now: Record<Key, string | undefined>, selected = false): void {
  const route = router.currentRoute.value;
  if (KEYS.every((key) => (text(route.query, key) ?? undefined) === now[key])) return;
  const query: LocationQueryRaw = { ...route.query };
  for (const key of KEYS) {
    if (now[key] === undefined) delete query[key];
    else query[key] = now[key];
  }
  const target = { path: route.path, query, hash: route.hash };
  const { fullPath } = router.resolve(target);
  own.add(fullPath);
  const step = selected && (text(route.query, "sel") ?? undefined) !== now.sel;
  void (step ? router.push(target) : router.replace(target)).finally(() => own.delete(fullPath));
}

function text(query: LocationQuery, key: Key): string | null {
  const found = query[key];
  return typeof found === "string" ? found : null;
}
