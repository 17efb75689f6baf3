import { computed } from "vue";
import { usePrefs } from "@/stores/prefs";
import { areaFigure, formatArea, unitName } from "./format";

/** Areas in the unit and language chosen by the person; reactive when used in a template or computed. */
export function useFormat() {
  const prefs = usePrefs();
  return {
    area: (m2: number | string): string => formatArea(m2, prefs.areaUnit, prefs.language),
    areaFigure: (m2: number | string): string => areaFigure(m2, prefs.areaUnit),
    unit: computed(() => unitName(prefs.areaUnit, prefs.language)),
  };
}
