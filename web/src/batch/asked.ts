/** What was sent and what is being prepared, kept in this tab: a batch may be asked again, a page left and come back to. */
import type { BatchQuestion, Upload } from "./types";

const PREPARED = "gridgov.batch.upload";
const asked = (id: string): string => `gridgov.batch.asked.${id}`;

function keep(key: string, value: unknown): void {
  try {
    sessionStorage.setItem(key, JSON.stringify(value));
  } catch {
    // Not kept: the file is chosen again.
  }
}

function read<T>(key: string): T | null {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? "null") as T | null;
  } catch {
    return null;
  }
}

export function keepQuestion(id: string, question: BatchQuestion): void {
  keep(asked(id), question);
}

export function questionAsked(id: string): BatchQuestion | null {
  return read<BatchQuestion>(asked(id));
}

/** The file that was sent and not yet asked about; null when there is none or the server has dropped it. */
export function preparedUpload(who: string): Upload | null {
  const found = read<{ who: string; upload: Upload }>(PREPARED);
  return found?.who === who && Date.parse(found.upload.expires_at) > Date.now() ? found.upload : null;
}

export function keepUpload(who: string, upload: Upload | null): void {
  if (upload) keep(PREPARED, { who, upload });
  else sessionStorage.removeItem(PREPARED);
}
