import { defineConfig } from "vitest/config";

export default defineConfig({
  base: "/",
  publicDir: false,
  build: {
    outDir: "dist",
    // Phones of the last five years. CSS needs names of browsers, "es2020" says nothing about it.
    target: ["es2020", "chrome90", "edge90", "firefox90", "safari14.1"],
    // The server finds the hashed names of an entry in dist/.vite/manifest.json.
    manifest: true,
    // The licences of what is built in, fonts included, must go where it goes.
    license: { fileName: "licenses.md" },
    // The content policy allows no data: address but for pictures, so fonts must stay files.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: {
        home: "app/home.tsx",
        phone: "app/phone.tsx",
        moderator: "app/moderator.tsx",
        stage: "app/stage.tsx",
        status: "app/status.ts",
        components: "app/components.tsx",
        chaos: "app/chaos.tsx",
      },
      // Few files, since each costs its headers: what any page begins with, and what a room's does.
      output: {
        advancedChunks: {
          groups: [
            { name: "base", test: /app\/(store|testids|parts|lazy)\.tsx?$/, priority: 2 },
            { name: "room", test: /app\/(enter|room|timing)\.tsx?$/, priority: 1 },
          ],
        },
      },
    },
  },
  test: {
    include: ["app/**/*.test.ts"],
    environment: "node",
  },
});
