/** Where the reader is: asked of the browser only when a button asks for it, sent nowhere. */
import { ref } from "vue";
import { useI18n } from "vue-i18n";
import type { MapCore } from "./core";

const PATIENCE_MS = 15_000;
const CLOSE_ZOOM = 15;

export function useLocate(core: MapCore) {
  const { t } = useI18n();
  const busy = ref(false);
  const said = ref<string | null>(null);

  function find(): void {
    if (!window.isSecureContext || !navigator.geolocation) {
      said.value = t("map.place.unavailable");
      return;
    }
    busy.value = true;
    said.value = null;
    navigator.geolocation.getCurrentPosition(found, refused, { enableHighAccuracy: true, timeout: PATIENCE_MS, maximumAge: 10_000 });
  }

  function found({ coords }: GeolocationPosition): void {
    busy.value = false;
    core.showPosition([coords.longitude, coords.latitude], coords.accuracy);
    core.setView({ lon: coords.longitude, lat: coords.latitude, zoom: Math.max(CLOSE_ZOOM, core.view().zoom) }, true);
    said.value = t("map.place.found", { accuracy: Math.max(1, Math.round(coords.accuracy)) });
  }

  function refused(error: GeolocationPositionError): void {
    busy.value = false;
    said.value = t(error.code === error.PERMISSION_DENIED ? "map.place.refused" : "map.place.failed");
  }

  return { busy, said, find };
}
