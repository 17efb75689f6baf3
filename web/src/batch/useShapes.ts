import { shallowRef } from "vue";
import { blob } from "@/api/client";
import type { Geometry } from "@/map/types";
import type { SiteFeatures } from "./types";

/** The outlines of a batch's sites by row, read once when they are first needed; read anew when there are more rows than then. */
export function useShapes(id: () => string, rows: () => number) {
  const shapes = shallowRef(new Map<number, Geometry>());
  let read: { key: string; done: Promise<void> } | null = null;

  function need(): Promise<void> {
    const key = `${id()}/${rows()}`;
    if (read?.key !== key) read = { key, done: load().catch((error: unknown) => ((read = null), Promise.reject(error instanceof Error ? error : new Error(String(error))))) };
    return read.done;
  }

  async function load(): Promise<void> {
    const found = JSON.parse(await (await blob(`/siting-batches/${encodeURIComponent(id())}/sites.geojson`)).text()) as SiteFeatures;
    shapes.value = new Map(found.features.map((feature) => [feature.properties.row, feature.geometry]));
  }

  return { shapes, need };
}
