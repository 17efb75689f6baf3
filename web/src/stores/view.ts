import { defineStore } from "pinia";
import { ref } from "vue";
import type { LonLat } from "@/api/types";

export interface Place {
  lon: number;
  lat: number;
  zoom: number;
}

export type Selection =
  | { kind: "cell"; code: string; scheme?: string; level?: string }
  | { kind: "zone"; layer: string; code: string }
  | { kind: "here"; lon: number; lat: number }
  | { kind: "check"; id: string }
  | { kind: "person"; id: string };

/** What the map shows; kept in `?at=lon,lat,zoom&layers=a,b&sel=…`. */
export const useView = defineStore("view", () => {
  /** Where the map stands; null = the whole area. */
  const at = ref<Place | null>(null);
  /** Keys of the layers that are on; null = the default choice. */
  const layers = ref<string[] | null>(null);
  const sel = ref<Selection | null>(null);

  const select = (selection: Selection | null): void => void (sel.value = selection);
  const setAt = (place: Place | null): void => void (at.value = place);
  const setLayers = (keys: string[] | null): void => void (layers.value = keys);

  return { at, layers, sel, select, setAt, setLayers };
});

export function writePlace(place: Place): string {
  return `${place.lon.toFixed(5)},${place.lat.toFixed(5)},${Number(place.zoom.toFixed(2))}`;
}

export function readPlace(text: string): Place | null {
  const [lon = NaN, lat = NaN, zoom = NaN, ...more] = text.split(",").map(number);
  const valid = more.length === 0 && Math.abs(lon) <= 180 && Math.abs(lat) <= 85 && zoom >= 0 && zoom <= 22;
  return valid ? { lon, lat, zoom } : null;
}

/** `cell:CODE`, `cell:SCHEME/LEVEL/CODE`, `zone:LAYER/CODE`, `here:LON,LAT`, `check:ID`, `person:ID`. */
export function writeSelection(found: Selection): string {
  const part = encodeURIComponent;
  switch (found.kind) {
    case "cell":
      return found.scheme && found.level ? `cell:${part(found.scheme)}/${part(found.level)}/${part(found.code)}` : `cell:${part(found.code)}`;
    case "zone":
      return `zone:${part(found.layer)}/${part(found.code)}`;
    case "here":
      return `here:${found.lon.toFixed(6)},${found.lat.toFixed(6)}`;
    default:
      return `${found.kind}:${part(found.id)}`;
  }
}

export function readSelection(text: string): Selection | null {
  const colon = text.indexOf(":");
  const kind = text.slice(0, colon);
  const parts = text.slice(colon + 1).split("/").map(decoded);
  const [first = "", second = "", third = ""] = parts;
  if (kind === "cell" && parts.length === 3 && third) return { kind, scheme: first, level: second, code: third };
  if (kind === "cell" && parts.length === 1 && first) return { kind, code: first };
  if (kind === "zone" && parts.length === 2 && second) return { kind, layer: first, code: second };
  if (kind === "here") return here(first);
  if ((kind === "check" || kind === "person") && parts.length === 1 && first) return { kind, id: first };
  return null;
}

function here(text: string): Selection | null {
  const [lon = NaN, lat = NaN]: Partial<LonLat> = text.split(",").map(number) as LonLat;
  return Math.abs(lon) <= 180 && Math.abs(lat) <= 90 ? { kind: "here", lon, lat } : null;
}

function number(text: string): number {
  return text.trim() === "" ? NaN : Number(text);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}
