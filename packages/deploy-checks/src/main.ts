/** `npm run helm:render`: renders the chart with each value set into infra/helm/rendered. Needs `helm` on PATH. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { chartDigest, renderedDirectory, setNames } from "./chart.ts";
import { renderedFile, withoutCopies } from "./manifests.ts";
import { helmVersion, lint, render } from "./render.ts";

const version = await helmVersion();
if (version) {
  await mkdir(renderedDirectory, { recursive: true });
  for (const set of setNames) {
    await lint(set);
    await writeFile(renderedFile(set), withoutCopies(await render(set)));
  }
  await writeFile(join(renderedDirectory, "chart.sha256"), `${await chartDigest()}\n`);
  console.log(`Rendered by helm ${version}: ${setNames.join(", ")}`);
} else {
  console.error("There is no `helm` on PATH.");
  process.exitCode = 1;
}
