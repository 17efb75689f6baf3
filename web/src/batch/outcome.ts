/** How the rows of a batch are read: which came out how, and what the page keeps of them. Pure. */
import type { Mark } from "@/map/types";
import { USES, type Use } from "./columns";
import type { Batch, BatchSite, Outcome } from "./types";

export const OUTCOMES: readonly Outcome[] = ["prohibited", "undetermined", "conditional", "permitted", "error"];
export const GATES = ["space", "quota", "project"] as const;
/** Rows that a page lists; the files hold all of them. */
export const MOST_LISTED = 50_000;

export function outcomeOf(site: Pick<BatchSite, "verdict">): Outcome {
  return site.verdict ?? "error";
}

export function countOf(batch: Pick<Batch, "verdicts" | "errors">, outcome: Outcome): number {
  return outcome === "error" ? batch.errors : (batch.verdicts[outcome] ?? 0);
}

export function isOver(batch: Pick<Batch, "state">): boolean {
  return batch.state === "done" || batch.state === "failed" || batch.state === "cancelled";
}

/** Whether it had begun and waits to be taken up again. */
export function isResuming(batch: Pick<Batch, "state" | "rows">): boolean {
  return batch.state === "queued" && batch.rows > 0;
}

export function markOf(site: Pick<BatchSite, "verdict">): Mark {
  return site.verdict ?? "fault";
}

/** The sign that stands for an outcome where only a letter has room. */
export const SIGN: Record<Outcome, string> = { prohibited: "✕", undetermined: "?", conditional: "!", permitted: "✓", error: "—" };

/** What is wrong with a row, the field it speaks of in words instead of the pointer that programs read. */
export function errorSaid(error: string, word: (use: Use) => string): string {
  const found = /^\/(\w+)\s*([:：])\s*/.exec(error);
  const use = USES.find((one) => one === found?.[1]);
  return found && use ? `${word(use)}${found[2]}${found[2] === ":" ? " " : ""}${error.slice(found[0].length)}` : error;
}
