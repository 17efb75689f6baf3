import type { Upload } from "./types";

/** Files of this visit by the import they were asked for: the server keeps them a day, the page may look into them while it is open. */
const byImport = new Map<string, { upload: Upload; file: File | null }>();

export function keepUpload(importId: string, upload: Upload, file: File | null): void {
  byImport.set(importId, { upload, file });
}

export function uploadOf(importId: string): { upload: Upload; file: File | null } | null {
  return byImport.get(importId) ?? null;
}
