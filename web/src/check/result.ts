/** How a verdict document is read: which mark a finding carries, in which order, and what two answers differ in. Computes no rule. */
import type { Verdict } from "@/api/types";
import type { CheckDocument, Finding } from "./types";

export type Mark = Verdict | "note";
const ORDER: Record<Mark, number> = { prohibited: 0, undetermined: 1, conditional: 2, permitted: 3, note: 4 };
const OF_EFFECT: Record<Finding["effect"], Mark> = { prohibit: "prohibited", condition: "conditional", permit: "permitted", note: "note" };

/** The mark a finding is shown with; one that is lifted, or only noted, decides nothing. */
export function markOf(finding: Finding): Mark {
  if (finding.effect === "note" || finding.lifted_by !== null) return "note";
  if (finding.matched === "unknown") return "undetermined";
  if (finding.matched === "no" || finding.relation === "touch") return "note";
  return finding.below_threshold ? "conditional" : OF_EFFECT[finding.effect];
}

/** Prohibitions first, then open questions, conditions, permissions, notes; within each the larger share of the site. */
export function ordered(findings: readonly Finding[]): Finding[] {
  return [...findings].sort((a, b) => ORDER[markOf(a)] - ORDER[markOf(b)] || Number(b.site_share ?? 0) - Number(a.site_share ?? 0));
}

/** Findings that decide something, and those that are only told. */
export function split(findings: readonly Finding[]): { deciding: Finding[]; noted: Finding[] } {
  const all = ordered(findings);
  return { deciding: all.filter((one) => markOf(one) !== "note"), noted: all.filter((one) => markOf(one) === "note") };
}

/** Every condition of the deciding findings once, in their order. */
export function conditionsOf(findings: readonly Finding[]): { text: string; by: string | null; rule: string }[] {
  const seen = new Map<string, { text: string; by: string | null; rule: string }>();
  for (const finding of ordered(findings)) {
    if (finding.lifted_by !== null) continue;
    for (const condition of finding.conditions) {
      if (condition.text && !seen.has(condition.text)) seen.set(condition.text, { text: condition.text, by: condition.by ?? null, rule: finding.rule?.id ?? "" });
    }
  }
  return [...seen.values()];
}

export function layersIn(document: CheckDocument): { layer: string; edition: string | null; coverage: string | null; document: string | null }[] {
  return Object.entries(document.editions.layers)
    .map(([layer, held]) => ({ layer, edition: held.edition, coverage: held.coverage, document: held.document ?? null }))
    .sort((a, b) => (a.layer < b.layer ? -1 : 1));
}

export interface ComparedRow {
  key: string;
  kind: string;
  title: string;
  a: Finding | null;
  b: Finding | null;
}

/** Zones and rules that either answer speaks of, side by side: one row a zone and rule. */
export function compared(a: CheckDocument, b: CheckDocument): ComparedRow[] {
  const rows = new Map<string, ComparedRow>();
  const put = (finding: Finding, side: "a" | "b"): void => {
    const key = `${finding.zone?.layer ?? ""}/${finding.zone?.code ?? ""}/${finding.rule?.ruleset ?? ""}/${finding.rule?.id ?? ""}/${finding.jurisdiction ?? ""}`;
    const row = rows.get(key) ?? { key, kind: finding.zone?.kind ?? "", title: finding.zone?.name ?? finding.zone?.code ?? finding.rule?.id ?? "", a: null, b: null };
    row[side] = finding;
    rows.set(key, row);
  };
  ordered(a.findings).forEach((finding) => put(finding, "a"));
  ordered(b.findings).forEach((finding) => put(finding, "b"));
  const weight = (row: ComparedRow): number => Math.min(...[row.a, row.b].flatMap((one) => (one ? [ORDER[markOf(one)]] : [])));
  return [...rows.values()].sort((one, other) => weight(one) - weight(other));
}
