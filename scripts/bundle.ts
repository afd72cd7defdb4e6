/** `node scripts/bundle.ts <app> <outDir>`: makes a directory that runs an app without the rest of the repository. */
import { join, resolve } from "node:path";
// By its path: what builds images installs only what they need, nothing at the root.
import { bundleApp } from "../packages/app-bundle/src/index.ts";

const [app, directory, ...more] = process.argv.slice(2);
if (!app || !directory || more.length > 0) {
  console.error("Usage: node scripts/bundle.ts <app> <outDir>");
  process.exitCode = 2;
} else {
  await bundleApp(join(import.meta.dirname, ".."), app, resolve(directory)).catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
