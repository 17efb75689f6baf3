/** A small file to try a batch with, made here: squares spread over the area of use, one row with an industry that does not exist. Pure. */
import type { Box, Language } from "@/api/types";
import { toCsv } from "@/parts/csv";

const HEAD: Record<Language, string[]> = {
  zh: ["编号", "项目名称", "行业代码", "建设性质", "wkt"],
  en: ["id", "name", "industry", "action", "wkt"],
};
const ROWS: { zh: string; en: string; industry: string; action: string; x: number; y: number; side: number }[] = [
  { zh: "溶剂生产线新建项目", en: "Solvent plant", industry: "C2614", action: "new", x: 0.5, y: 0.5, side: 300 },
  { zh: "机械零部件加工项目", en: "Machine parts", industry: "C3484", action: "new", x: 0.35, y: 0.4, side: 220 },
  { zh: "水泥熟料技术改造项目", en: "Cement works, refit", industry: "C3011", action: "rebuild", x: 0.62, y: 0.35, side: 420 },
  { zh: "生猪规模养殖项目", en: "Pig farm", industry: "A0313", action: "new", x: 0.4, y: 0.65, side: 260 },
  { zh: "污水处理厂扩建项目", en: "Sewage works, extension", industry: "D4620", action: "expand", x: 0.55, y: 0.6, side: 180 },
  { zh: "行业未填写的项目", en: "Industry not given", industry: "", action: "new", x: 0.45, y: 0.3, side: 240 },
  { zh: "行业代码有误的项目", en: "Industry that does not exist", industry: "C9999", action: "new", x: 0.3, y: 0.55, side: 200 },
];
const M_PER_DEGREE = 111_320;

/** The file as text, lon/lat WKT, with a mark that spreadsheets read as UTF-8. */
export function exampleFile(area: Box, language: Language): string {
  const rows = ROWS.map((row, index) => [`S${String(index + 1).padStart(3, "0")}`, row[language], row.industry, row.action, square(area, row)]);
  return toCsv(HEAD[language], rows);
}

function square([west, south, east, north]: Box, { x, y, side }: { x: number; y: number; side: number }): string {
  const lon = west + (east - west) * x;
  const lat = south + (north - south) * y;
  const up = side / M_PER_DEGREE;
  const across = up / Math.cos((lat * Math.PI) / 180);
  const corners = [[lon, lat], [lon + across, lat], [lon + across, lat + up], [lon, lat + up], [lon, lat]];
  return `POLYGON((${corners.map(([one = 0, other = 0]) => `${one.toFixed(6)} ${other.toFixed(6)}`).join(",")}))`;
}
