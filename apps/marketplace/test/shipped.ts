import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { precedenceKey } from "@nofx/versioning";
import type { TemplateBody } from "./templates.ts";

const root = join(import.meta.dirname, "../../../packages/shared/templates");
const namesIn = (path: string) => (existsSync(path) ? readdirSync(path, { withFileTypes: true }) : []);

const assetsIn = (directory: string) =>
  namesIn(join(directory, "assets")).map(({ name }) => ({
    path: `assets/${name}`,
    content: readFileSync(join(directory, "assets", name), "utf8"),
  }));

/** One version of a shipped template, with its steps and assets. */
const bodyIn = (template: string, directory: string): TemplateBody => {
  const manifest = JSON.parse(readFileSync(join(directory, "template.json"), "utf8")) as TemplateBody;
  const { versionFile } = manifest.content as { versionFile?: string };
  const steps =
    versionFile === undefined
      ? []
      : [{ path: versionFile, content: readFileSync(join(template, versionFile), "utf8") }];
  return { ...manifest, files: [...steps, ...assetsIn(directory)] };
};

/** Every version of every template that ships, the lowest of each first. */
export const shippedTemplates = (): TemplateBody[] =>
  namesIn(root)
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => {
      const template = join(root, name);
      const earlier = namesIn(join(template, "versions")).filter((entry) => entry.isDirectory());
      const directories = [...earlier.map((entry) => join(template, "versions", entry.name)), template];
      return directories.map((directory) => bodyIn(template, directory));
    })
    .sort(
      (a, b) =>
        a.templateId.localeCompare(b.templateId) || (precedenceKey(a.version) < precedenceKey(b.version) ? -1 : 1),
    );
