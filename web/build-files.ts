/** What the server needs beside the built files: the first segments of the application's addresses, and every file compressed. */

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Plugin } from "vite";

const ADDRESS = /\bpath:\s*"\/([a-z][a-z0-9-]*)/g;
const COMPRESSED = /\.(js|css|svg|json|html)$/;
const LEAST_BYTES = 1024;

/** `pages.json`: the server answers these addresses, and what is below them, with the application. */
export function pages(source: string): string[] {
  const found = new Set<string>();
  for (const folder of readdirSync(source, { withFileTypes: true })) {
    if (!folder.isDirectory() || !readdirSync(join(source, folder.name)).includes("routes.ts")) continue;
    for (const match of readFileSync(join(source, folder.name, "routes.ts"), "utf-8").matchAll(ADDRESS)) found.add(match[1]!);
  }
  return [...found].sort();
}

export function serverFiles(source: string): Plugin {
  return {
    name: "gridgov-server-files",
    apply: "build",
    generateBundle() {
      this.emitFile({ type: "asset", fileName: "pages.json", source: `${JSON.stringify(pages(source))}\n` });
    },
    writeBundle({ dir = "" }, bundle) {
      for (const name of Object.keys(bundle)) {
        if (!name.startsWith("assets/") || !COMPRESSED.test(name)) continue;
        const content = readFileSync(join(dir, name));
        if (content.length >= LEAST_BYTES) writeFileSync(join(dir, `${name}.gz`), gzipSync(content, { level: 9 }));
      }
    },
  };
}
