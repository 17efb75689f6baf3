import { defineStore } from "pinia";
import { computed, ref } from "vue";
import { all, get } from "@/api/client";
import type { Box, Cell, Installation, Scheme } from "@/api/types";

/** What this installation is: its area, schemes, turns of the grid and base maps; read once. */
export const useInstallation = defineStore("installation", () => {
  const about = ref<Installation | null>(null);
  const error = ref<unknown>(null);
  /** Cells of the top level on the day last asked for. */
  const topCells = ref<Cell[]>([]);
  let loading: Promise<void> | null = null;

  const today = computed(() => about.value?.today ?? localToday());
  const area = computed<Box | null>(() => about.value?.area ?? null);
  /** The scheme that "who answers here" speaks of. */
  const scheme = computed<Scheme | null>(() => about.value?.schemes.find((found) => found.key === about.value?.scheme) ?? about.value?.schemes[0] ?? null);
  /** Days on which the grid changed, ascending. */
  const turns = computed<string[]>(() => scheme.value?.turns ?? []);

  function load(): Promise<void> {
    loading ??= read().finally(() => (about.value ? undefined : (loading = null)));
    return loading;
  }

  async function read(): Promise<void> {
    try {
      about.value = await get<Installation>("/installation", {}, { askToSignIn: false });
      error.value = null;
    } catch (failure) {
      error.value = failure;
    }
  }

  async function loadTopCells(on: string): Promise<void> {
    topCells.value = await all<Cell>("/cells", { on, geometry: "none" }, { most: 1000 });
  }

  return { about, error, topCells, today, area, scheme, turns, load, loadTopCells };
});

/** The day on this machine's calendar, as long as the server has not said which day it is. */
export function localToday(now = new Date()): string {
  const pad = (value: number): string => String(value).padStart(2, "0");
  return `${now.getFullYear()}-${pad(now.getMonth() + 1)}-${pad(now.getDate())}`;
}
