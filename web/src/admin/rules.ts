/** What an admission list says, taken apart for reading; and what loading it would do. */
import type { Rule, Ruleset, RulesReview } from "./types";

export interface Part {
  /** layer, where.core, relation, industry, discharge.COD, ... */
  key: string;
  value: unknown;
}

/** What a rule asks of the place and of the project, in the order of the file. */
export function partsOf(rule: Rule): { place: Part[]; project: Part[] } {
  const place: Part[] = Object.entries(rule.where ?? {}).map(([key, value]) => ({ key, value }));
  return { place, project: flat(rule.when ?? {}) };
}

/** {discharge: {COD: "> 0"}} -> discharge.COD: "> 0". */
export function flat(found: Record<string, unknown>, before = ""): Part[] {
  return Object.entries(found).flatMap(([key, value]) => (value !== null && typeof value === "object" && !Array.isArray(value) ? flat(value as Record<string, unknown>, `${before}${key}.`) : [{ key: before + key, value }]));
}

/** Metres a rule reaches beyond the zone; null = the zone alone. */
export function reachOf(rule: Rule): number | null {
  const found = (rule.relation as { within?: unknown } | null | undefined)?.within;
  return typeof found === "number" ? found : typeof found === "string" && Number.isFinite(Number(found)) ? Number(found) : null;
}

/** The value of a top-level member of a YAML text that is one plain word; enough for what a sentence says, the server reads it whole. */
export function memberOf(yaml: string, member: string): string | null {
  const found = new RegExp(`^${member}:[ \\t]*(?:"([^"\\n]*)"|'([^'\\n]*)'|([^\\s#"'\\n]+))`, "m").exec(yaml);
  return found ? (found[1] ?? found[2] ?? found[3] ?? null) : null;
}

export interface Consequence {
  ruleset: string;
  edition: string;
  rules: number;
  /** null = it stands in a workbook, which only the server reads. */
  from: string | null;
  /** Edition of the same list that ends on that day; null = none. */
  ends: string | null;
  /** The very edition is there already: loading it again changes nothing, or is refused. */
  known: boolean;
  later: boolean;
}

/** What loading a sound list would do. text: the YAML, "" for a workbook. */
export function consequenceOf(review: RulesReview, text: string, lists: readonly Ruleset[], today: string): Consequence | null {
  if (!review.ok || !review.ruleset || !review.edition) return null;
  const editions = lists.find((one) => one.ruleset === review.ruleset)?.editions ?? [];
  const from = memberOf(text, "effective_from");
  const standing = from === null ? undefined : editions.find((one) => one.edition !== review.edition && one.effective_from < from && (one.ends === null || one.ends > from));
  return {
    ruleset: review.ruleset,
    edition: review.edition,
    rules: review.rules ?? 0,
    from,
    ends: standing?.edition ?? null,
    known: editions.some((one) => one.edition === review.edition),
    later: from !== null && from > today,
  };
}

/** Where a line stands in a text: its first and its last character. line counts from 1. */
export function lineSpan(text: string, line: number): [number, number] {
  const lines = text.split("\n");
  const at = Math.min(Math.max(line, 1), lines.length) - 1;
  const start = lines.slice(0, at).reduce((sum, one) => sum + one.length + 1, 0);
  return [start, start + (lines[at]?.length ?? 0)];
}
