/** Which column of somebody's file says what: guessed from its name, or as it was said the last time. Pure. */
import type { BatchQuestion, Upload, UploadField } from "./types";

export const USES = ["id", "industry", "action", "activity", "on"] as const;
export type Use = (typeof USES)[number];
/** Column by use; "" = not in the file. */
export type Chosen = Record<Use, string>;

/** Names as people give them, the surest first; compared without case, blanks and underscores. */
const NAMES: Record<Use, readonly string[]> = {
  id: ["项目编号", "地块编号", "编号", "项目代码", "siteid", "id", "no", "number", "code", "序号", "objectid", "fid"],
  industry: ["行业代码", "行业类别", "国民经济行业代码", "行业", "industrycode", "industry", "hydm"],
  action: ["建设性质", "项目性质", "action", "kindofproject"],
  activity: ["人为活动类别", "人为活动", "活动类别", "activity"],
  on: ["校验日期", "校验日", "基准日", "on", "day", "date", "日期"],
};
/** The server takes a project's name from the first of these. */
const NAMED = ["name", "名称", "项目名称", "项目名", "site_name", "project"];
const KEPT = "gridgov.batch.columns";
const MOST_KEPT = 6;

const folded = (name: string): string => name.toLowerCase().replace(/[\s_-]/g, "");

/** The column of each use, by what was remembered, else by its name; no column serves twice. */
export function guessed(fields: readonly UploadField[], remembered: Partial<Record<Use, readonly string[]>> = {}): Chosen {
  const taken = new Set<string>();
  const pick = (use: Use): string => {
    const free = fields.map((field) => field.name).filter((name) => !taken.has(name));
    const known = (remembered[use] ?? []).find((name) => free.includes(name));
    const found = known ?? NAMES[use].flatMap((wanted) => free.filter((name) => folded(name) === wanted))[0] ?? "";
    if (found) taken.add(found);
    return found;
  };
  return Object.fromEntries(USES.map((use) => [use, pick(use)])) as Chosen;
}

/** The column the names of the projects come from; null = the file has none. */
export function nameColumn(fields: readonly UploadField[]): string | null {
  for (const wanted of NAMED) {
    const found = fields.find((field) => field.name.trim().toLowerCase() === wanted);
    if (found) return found.name;
  }
  return null;
}

export function readRemembered(storage: Pick<Storage, "getItem">): Partial<Record<Use, string[]>> {
  try {
    const found = JSON.parse(storage.getItem(KEPT) ?? "{}") as Record<string, unknown>;
    return Object.fromEntries(USES.flatMap((use) => (Array.isArray(found[use]) ? [[use, (found[use] as unknown[]).filter((name) => typeof name === "string")]] : [])));
  } catch {
    return {};
  }
}

/** Keeps what was chosen, the last first. */
export function remember(storage: Pick<Storage, "getItem" | "setItem">, chosen: Chosen): void {
  const before = readRemembered(storage);
  const now = Object.fromEntries(USES.map((use) => [use, [...new Set([chosen[use], ...(before[use] ?? [])])].filter(Boolean).slice(0, MOST_KEPT)]));
  try {
    storage.setItem(KEPT, JSON.stringify(now));
  } catch {
    // A full or closed store: the columns are guessed the next time.
  }
}

/** The question as it is sent. on undefined = today; a column of days speaks for itself. */
export function questionOf(upload: Upload, layer: string, chosen: Chosen, { on, crs }: { on: string | undefined; crs: string }): BatchQuestion {
  return {
    upload: upload.id,
    layer: upload.layers.length > 1 ? layer : null,
    id_field: chosen.id || null,
    industry_field: chosen.industry || null,
    action_field: chosen.action || null,
    activity_field: chosen.activity || null,
    on_field: chosen.on || null,
    on: chosen.on ? null : (on ?? null),
    crs: crs.trim() || null,
  };
}
