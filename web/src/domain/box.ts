import type { Box } from "@/api/types";
import type { Geometry } from "@/map/types";

/** The box that holds all the geometries, degrees; null when they hold no coordinate. */
export function boxOf(geometries: readonly Geometry[]): Box | null {
  const box: Box = [Infinity, Infinity, -Infinity, -Infinity];
  const visit = (found: unknown): void => {
    if (!Array.isArray(found)) return;
    const [x, y] = found as unknown[];
    if (typeof x === "number" && typeof y === "number") {
      box[0] = Math.min(box[0], x);
      box[1] = Math.min(box[1], y);
      box[2] = Math.max(box[2], x);
      box[3] = Math.max(box[3], y);
    } else found.forEach(visit);
  };
  for (const geometry of geometries) {
    if (geometry.type === "GeometryCollection") geometry.geometries.forEach((one) => visit((one as { coordinates: unknown }).coordinates));
    else visit(geometry.coordinates);
  }
  return Number.isFinite(box[0]) ? box : null;
}
