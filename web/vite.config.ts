import vue from "@vitejs/plugin-vue";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { serverFiles } from "./build-files.ts";

const source = fileURLToPath(new URL("./src", import.meta.url));
const backend = process.env["GRIDGOV_BACKEND"] ?? "http://127.0.0.1:8107";

export default defineConfig({
  // Pictures are served by the server from /static.
  plugins: [vue({ template: { transformAssetUrls: false } }), serverFiles(source)],
  base: "/",
  resolve: { alias: { "@": source } },
  define: {
    __VUE_OPTIONS_API__: "false",
    __VUE_PROD_DEVTOOLS__: "false",
    __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "false",
    __VUE_I18N_LEGACY_API__: "false",
    __VUE_I18N_FULL_INSTALL__: "false",
    __INTLIFY_PROD_DEVTOOLS__: "false",
  },
  build: {
    outDir: "../api/web",
    emptyOutDir: true,
    assetsDir: "assets",
    // The content policy of the pages allows no font or script from a data address.
    assetsInlineLimit: 0,
    target: "es2022",
    chunkSizeWarningLimit: 700,
  },
  server: {
    proxy: Object.fromEntries(["/api", "/tiles", "/static", "/docs", "/openapi.json", "/sample"].map((path) => [path, backend])),
  },
  test: { environment: "happy-dom", include: ["src/**/*.test.ts"] },
});
