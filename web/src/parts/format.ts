/** Numbers, areas, lengths and days as they are written here: thousands separators, codes and days in plain figures. */

import type { Language } from "@/api/types";
import type { AreaUnit } from "@/stores/prefs";

const M2_PER: Record<AreaUnit, number> = { m2: 1, ha: 10_000, mu: 10_000 / 15 };

/** "1,234.50"; digits: places after the point, none unless said. */
export function formatNumber(value: number | string, digits = 0): string {
  const number = Number(value);
  if (!Number.isFinite(number)) return "—";
  return new Intl.NumberFormat("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(number);
}

/** "74.8%"; a share that is not nothing never reads 0.0%, one that is not whole never reads 100.0%. */
export function formatShare(share: number | string, digits = 1): string {
  const percent = Number(share) * 100;
  if (!Number.isFinite(percent)) return "—";
  const step = 10 ** -digits;
  if (percent > 0 && percent < step / 2) return `<${step}%`;
  if (percent < 100 && percent > 100 - step / 2) return `>${(100 - step).toFixed(digits)}%`;
  return `${formatNumber(percent, digits)}%`;
}

export function unitName(unit: AreaUnit, language: Language): string {
  return { m2: "m²", ha: language === "zh" ? "公顷" : "ha", mu: language === "zh" ? "亩" : "mu" }[unit];
}

/** The figure of an area without its unit; square metres with two places under a hectare, else whole. */
export function areaFigure(areaM2: number | string, unit: AreaUnit): string {
  const value = Number(areaM2) / M2_PER[unit];
  if (!Number.isFinite(value)) return "—";
  if (value > 0 && value < 0.005) return "<0.01";
  return formatNumber(value, unit === "m2" && value >= 10_000 ? 0 : 2);
}

/** "26.35 公顷", "26.35 ha". */
export function formatArea(areaM2: number | string, unit: AreaUnit, language: Language): string {
  return `${areaFigure(areaM2, unit)} ${unitName(unit, language)}`;
}

/** "620 m", "1.26 km". */
export function formatLength(metres: number | string): string {
  const value = Number(metres);
  if (!Number.isFinite(value)) return "—";
  return value < 1000 ? `${formatNumber(value, value < 10 ? 1 : 0)} m` : `${formatNumber(value / 1000, 2)} km`;
}

/** A day is written 2026-11-22 everywhere. */
export function formatDay(day: string): string {
  return day.slice(0, 10);
}

/** A moment on this machine's clock: "2026-11-22 10:42". */
export function formatMoment(moment: string): string {
  const found = new Date(moment);
  if (Number.isNaN(found.getTime())) return moment;
  const pad = (value: number): string => String(value).padStart(2, "0");
  return `${found.getFullYear()}-${pad(found.getMonth() + 1)}-${pad(found.getDate())} ${pad(found.getHours())}:${pad(found.getMinutes())}`;
}

/** "118.43691°E 28.97356°N". */
export function formatLonLat(lon: number, lat: number, digits = 5): string {
  return `${Math.abs(lon).toFixed(digits)}°${lon < 0 ? "W" : "E"} ${Math.abs(lat).toFixed(digits)}°${lat < 0 ? "S" : "N"}`;
}

/** "4.2 MB". */
export function formatSize(bytes: number): string {
  const units = ["B", "KB", "MB", "GB"];
  const step = bytes > 0 ? Math.min(Math.floor(Math.log10(bytes) / 3), units.length - 1) : 0;
  return `${formatNumber(bytes / 1000 ** step, step === 0 ? 0 : 1)} ${units[step] ?? "B"}`;
}
