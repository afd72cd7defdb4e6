import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { closureOf, exampleOf, publishedPackages, publishedPrograms, readPackageJson, root } from "../src/index.ts";

const packages = publishedPackages();
const directories = new Map(packages.map(({ name, directory }) => [name, directory]));
const { repository } = readPackageJson(root) as unknown as { repository: object };

describe("what is published", () => {
  it("is what the decision about it lists, and needs nothing of this repository that is not", () => {
    expect(packages.map(({ name }) => name)).toEqual([
      "@nofx/canonical",
      "@nofx/client",
      "@nofx/contract-kit",
      "@nofx/contract-marketplace",
      "@nofx/contract-registry",
      "@nofx/contract-search",
      "@nofx/document",
      "@nofx/manifest",
      "@nofx/template",
      "@nofx/versioning",
    ]);
    for (const { packageJson } of packages) {
      const needed = Object.keys(packageJson.dependencies ?? {}).filter((name) => name.startsWith("@nofx/"));
      expect(needed.filter((name) => !directories.has(name))).toEqual([]);
    }
  });

  it.each(packages.map((one) => [one.name, one] as const))(
    "%s says what it is",
    (_name, { directory, packageJson }) => {
      expect(packageJson).toMatchObject({
        version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
        description: expect.stringMatching(/\.$/),
        license: "Apache-2.0",
        repository: { ...repository, directory: directory.slice(root.length + 1) },
        type: "module",
        sideEffects: false,
        files: ["dist"],
        engines: { node: ">=22" },
        publishConfig: {
          access: "public",
          exports: { ".": { types: "./dist/index.d.ts", default: "./dist/index.js" } },
        },
      });
      expect(existsSync(join(directory, "README.md"))).toBe(true);
    },
  );

  it("is one program, too, as its bundle", () => {
    const [cli, ...others] = publishedPrograms();
    expect(others).toEqual([]);
    expect(cli?.packageJson).toMatchObject({
      name: "@nofx/cli",
      version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      license: "Apache-2.0",
      repository: { ...repository, directory: "apps/cli" },
      publishConfig: { access: "public", directory: "dist", linkDirectory: false },
    });
  });

  it("comes with what it needs", () => {
    expect(closureOf(["@nofx/client"], directories)).toEqual(["@nofx/client", "@nofx/contract-kit"]);
  });
});

describe("the example of a README", () => {
  it("is its first block of TypeScript, with what it prints", () => {
    const readme = "# a\n```bash\nls\n```\n```ts\nlet a;\nlet b;\n```\n\n```text\nout\n```\n```ts\nlater\n```";
    expect(exampleOf(readme)).toEqual({ program: "let a;\nlet b;\n", prints: "out\n" });
    expect(exampleOf("```ts\nlet a;\n```\nthen\n```text\nelse\n```").prints).toBeUndefined();
    expect(() => exampleOf("# a")).toThrow("no example");
  });
});
