/** Accounts: passwords that are made here, and what a change means. */
import type { Role } from "@/api/types";
import type { User } from "./types";

export const ROLES: Role[] = ["inspector", "planner", "supervisor", "admin"];
/** Letters and figures that nobody mistakes for one another when a slip of paper is read out. */
const LETTERS = "abcdefghjkmnpqrstuvwxyz23456789";
const GROUPS = 4;
const GROUP = 4;

/** Four groups of four, about 79 bits. random: fills bytes, as `crypto.getRandomValues` does. */
export function strongPassword(random: (bytes: Uint8Array) => Uint8Array): string {
  const found: string[] = [];
  const most = Math.floor(256 / LETTERS.length) * LETTERS.length;
  while (found.length < GROUPS * GROUP) {
    for (const byte of random(new Uint8Array(32))) if (byte < most && found.length < GROUPS * GROUP) found.push(LETTERS[byte % LETTERS.length]!);
  }
  return Array.from({ length: GROUPS }, (_, index) => found.slice(index * GROUP, (index + 1) * GROUP).join("")).join("-");
}

export type Standing = "active" | "locked" | "disabled";

/** Whether somebody can sign in now. now: ISO moment. */
export function standingOf(user: Pick<User, "disabled" | "locked_until">, now: string): Standing {
  if (user.disabled) return "disabled";
  return user.locked_until !== null && Date.parse(user.locked_until) > Date.parse(now) ? "locked" : "active";
}

export interface UserDraft {
  username: string;
  role: Role;
  cell: string | null;
  person: string | null;
  password: string;
}

/** What differs from the account as it is; an empty password is left as it is. */
export function changesOf(user: User, draft: UserDraft): Record<string, unknown> {
  const changes: Record<string, unknown> = {};
  if (draft.role !== user.role) changes["role"] = draft.role;
  if (draft.cell !== user.cell) changes["cell"] = draft.cell;
  if (draft.person !== (user.person?.id ?? null)) changes["person"] = draft.person;
  if (draft.password) changes["password"] = draft.password;
  return changes;
}
