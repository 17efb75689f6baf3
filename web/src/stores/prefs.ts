import { defineStore } from "pinia";
import { ref, watch } from "vue";
import type { Language } from "@/api/types";

export type AreaUnit = "m2" | "ha" | "mu";
export type Theme = "light" | "dark" | "sun";

export const LANGUAGES: readonly Language[] = ["zh", "en"];
export const AREA_UNITS: readonly AreaUnit[] = ["m2", "ha", "mu"];
export const THEMES: readonly Theme[] = ["light", "dark", "sun"];

/** What a person chose for this browser; survives reloads, never leaves the machine. */
export const usePrefs = defineStore("prefs", () => {
  const language = ref<Language>(kept("language", LANGUAGES, browserLanguage()));
  const areaUnit = ref<AreaUnit>(kept("areaUnit", AREA_UNITS, "ha"));
  const theme = ref<Theme>(kept("theme", THEMES, "light"));
  /** Code of the top-level cell whose work this is; null = the whole installation. */
  const area = ref<string | null>(read("area"));
  const leftOpen = ref(read("leftOpen") !== "false");

  watch(language, (value) => write("language", value));
  watch(areaUnit, (value) => write("areaUnit", value));
  watch(theme, (value) => write("theme", value));
  watch(area, (value) => write("area", value));
  watch(leftOpen, (value) => write("leftOpen", String(value)));

  function nextAreaUnit(): void {
    areaUnit.value = AREA_UNITS[(AREA_UNITS.indexOf(areaUnit.value) + 1) % AREA_UNITS.length] ?? "ha";
  }

  return { language, areaUnit, theme, area, leftOpen, nextAreaUnit };
});

function browserLanguage(): Language {
  const asked = globalThis.navigator?.languages ?? [];
  const first = asked.find((tag) => /^(zh|en)/i.test(tag));
  return first && /^en/i.test(first) ? "en" : "zh";
}

function kept<T extends string>(name: string, allowed: readonly T[], fallback: T): T {
  const found = read(name);
  return allowed.find((value) => value === found) ?? fallback;
}

/** Storage can be forbidden by the browser; the page works without it. */
function read(name: string): string | null {
  try {
    return localStorage.getItem(`gridgov.${name}`);
  } catch {
    return null;
  }
}

function write(name: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(`gridgov.${name}`);
    else localStorage.setItem(`gridgov.${name}`, value);
  } catch {
    // Nothing depends on it.
  }
}
