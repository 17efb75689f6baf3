/** Ties the one map to the stores: place, layers of the day, base maps. Called once, by MapView. */
import { onScopeDispose, ref, shallowRef, watch, watchEffect, toRaw } from "vue";
import { useInstallation } from "@/stores/installation";
import { useView } from "@/stores/view";
import { useI18n } from "vue-i18n";
import { BASE, useCatalogue } from "./catalogue";
import { mapCore, type BaseLayer } from "./core";
import { levelStyles } from "./gridStyles";
import type { SceneLayer } from "./tileEngine";
import type { TileState } from "./tileLayer";
import type { View } from "./types";

const PATIENCE_MS = 1500;
const SAME_PLACE_DEG = 5e-6;

export function useCore() {
  const core = mapCore();
  const view = useView();
  const installation = useInstallation();
  const catalogue = useCatalogue();
  const { t, locale } = useI18n();
  const tiles = shallowRef<TileState>(core.state());
  const seen = shallowRef<Set<string>>(new Set());
  const now = shallowRef<View>(core.view());
  const busy = ref(false);
  /** The ground is asked for after what stands on it has come, or a moment later at the latest. */
  const settled = ref(false);
  const patience = setTimeout(() => (settled.value = true), PATIENCE_MS);

  /** Where the map itself last said it stands: heard back while it is already moving on, that is no wish to return. */
  let told: View | null = null;

  const offs = [
    core.views.add((moved) => {
      now.value = moved;
      if (core.isPlaced) view.setAt((told = moved));
    }),
    core.states.add((state) => {
      tiles.value = state;
      busy.value = state.waiting > 0;
      settled.value ||= state.waiting === 0 && catalogue.state === "ready";
      seen.value = core.styles();
    }),
  ];
  onScopeDispose(() => {
    clearTimeout(patience);
    offs.forEach((off) => off());
  });

  watch(
    () => [view.at, installation.area] as const,
    ([at, area]) => {
      if (at && toRaw(at) === told) return;
      if (at) return same(at, core.view()) && core.isPlaced ? undefined : core.setView(at);
      if (area && !core.isPlaced) core.fit(area, { animate: false, padding: 16 });
    },
    { immediate: true },
  );
  watchEffect(() => {
    const below: SceneLayer[] = [...catalogue.rows].reverse().flatMap((row) => (row.visible ? sceneLayer(row.key, row.kind, row.opacity) : []));
    core.draw({ layers: [...below, ...sceneLayer("cells", "cells", 1)], levels: shownLevels() });
  });
  watchEffect(() => core.setBases(settled.value ? baseLayers() : []));
  watchEffect(() => {
    locale.value;
    core.container.setAttribute("aria-label", t("map.label"));
    core.container.setAttribute("role", "application");
    core.container.setAttribute("aria-roledescription", t("map.role"));
  });

  /** Styles from the leaf upwards of those levels that are on; widths keep their place in the scheme. */
  function shownLevels() {
    const on = new Set(catalogue.gridOn.map(({ key }) => key));
    return levelStyles(catalogue.levels).filter(({ level }) => on.has(level));
  }

  function sceneLayer(key: string, kind: string, opacity: number): SceneLayer[] {
    const source = catalogue.sources[key];
    const address = source?.tiles[0];
    if (!source || !address) return [];
    const template = address.startsWith("http") ? address : location.origin + address;
    return [{ key, kind, template, minzoom: source.minzoom, maxzoom: source.maxzoom, bounds: source.bounds ? [...source.bounds] : null, opacity }];
  }

  function baseLayers(): BaseLayer[] {
    const basemap = installation.about?.basemap;
    const wmts = basemap?.wmts;
    const found: BaseLayer[] = [];
    if (wmts && catalogue.on.has(`${BASE}wmts`)) {
      found.push({ key: "wmts", url: wmts.url, minZoom: wmts.min_zoom, maxZoom: wmts.max_zoom, bounds: null, attribution: wmts.attribution });
    }
    for (const base of basemap?.local ?? []) {
      if (!catalogue.on.has(BASE + base.key)) continue;
      found.push({ key: base.key, url: base.url, minZoom: base.min_zoom, maxZoom: base.max_zoom, bounds: base.bbox ? [...base.bbox] : null });
    }
    return found;
  }

  return { core, catalogue, tiles, seen, now, busy };
}

function same(a: View, b: View): boolean {
  return a.zoom === b.zoom && Math.abs(a.lon - b.lon) < SAME_PLACE_DEG * 2 && Math.abs(a.lat - b.lat) < SAME_PLACE_DEG * 2;
}
