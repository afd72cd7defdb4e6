import { expect, it } from "vitest";
import { bundledPackageJson } from "./package-json.ts";

const declaration = {
  name: "@nofx/tool",
  version: "1.2.3",
  type: "module",
  scripts: { test: "vitest run" },
  devDependencies: { vitest: "*" },
  bin: { tool: "./src/main.ts" },
  engines: { node: ">=22" },
  publishConfig: { access: "public", directory: "dist", exports: { "./package.json": "./package.json" } },
  bundle: { entries: { main: "./src/main.ts" }, assets: [], port: 4001 },
};

it("says what runs, and nothing of how it was made", () => {
  expect(bundledPackageJson(declaration, { zod: "4.0.0" })).toEqual({
    name: "@nofx/tool",
    version: "1.2.3",
    type: "module",
    engines: { node: ">=22" },
    bin: { tool: "dist/main.js" },
    exports: { "./package.json": "./package.json" },
    files: ["dist", "assets"],
    config: { port: 4001 },
    publishConfig: { access: "public" },
    dependencies: { zod: "4.0.0" },
  });
});

it("refuses a program that is not bundled", () => {
  const wrong = { ...declaration, bin: { tool: "./src/other.ts" } };
  expect(() => bundledPackageJson(wrong, {})).toThrow("bin tool is ./src/other.ts");
});
