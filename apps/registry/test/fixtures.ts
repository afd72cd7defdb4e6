import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { InterchangeFormat } from "@nofx/contract-registry";

const directory = join(import.meta.dirname, "../../../packages/manifest/test/fixtures");

/** The text of a document of another ecosystem, exactly as it lies in its file. */
export const fixture = (file: string): { format: InterchangeFormat; content: string } => ({
  format: file.split("-")[0] as InterchangeFormat,
  content: readFileSync(join(directory, file), "utf8"),
});

export const fixtureFiles: readonly string[] = readdirSync(directory);
