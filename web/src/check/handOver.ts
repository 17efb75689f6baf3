/** What goes along when one page of the check leaves for another: each address has a page of its own. Kept until it is taken, once. */
import type { Draft } from "./draft";
import type { CheckDocument } from "./types";

let waiting: Partial<Draft> | null = null;
let answered: CheckDocument | null = null;

/** What the form is to hold when it opens. */
export function handOver(draft: Partial<Draft>): void {
  waiting = draft;
}

export function takeOver(): Partial<Draft> | null {
  const found = waiting;
  waiting = null;
  return found;
}

/** The answer that has just come, so that its page need not ask for it. */
export function carry(document: CheckDocument): void {
  answered = document;
}

export function carried(id: string | undefined): CheckDocument | null {
  const found = answered?.id === id ? answered : null;
  answered = null;
  return found;
}
