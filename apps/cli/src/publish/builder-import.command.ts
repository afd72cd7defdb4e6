import { importBuilderStore } from "@nofx/contract-marketplace";
import { z } from "zod";
import { type Command, defineCommand } from "../command.ts";
import { localFailure } from "../failure.ts";
import { nameOfFile, readImport } from "./read-import.ts";
import { write } from "./write.ts";

const input = z.object({ file: z.string().min(1), dryRun: z.literal(true).optional() });
const output = importBuilderStore.success[200];

/** `nofx builder import`. */
export const builderImport: Command<typeof input, typeof output> = defineCommand({
  input,
  output,
  run: async (context, { file, ...flags }) => {
    const found = await readImport(context, file);
    if (found.kind !== "builder") {
      const next = found.kind === "bundle" ? `Run: nofx import ${file}` : "Give a list, or an object with `templates`.";
      throw localFailure("not_importable", `${nameOfFile(file)} does not hold the prompts of a builder`, next);
    }
    const client = await context.marketplace();
    const order = { templates: [...found.templates], dryRun: flags.dryRun === true };
    const { body } = await context.progress("Importing", () => write(client.importBuilderStore({ body: order })));
    const { conflict, invalid } = body.summary;
    return { output: body, exitCode: conflict + invalid === 0 ? 0 : 1 };
  },
  tell: ({ dryRun, summary, items }, style) => {
    const lines = items.flatMap(({ index, id, name, outcome, errors = [] }) => {
      if (outcome === "unchanged") return [];
      const sign = outcome === "imported" ? style.green("✓") : style.red("✗");
      const label = style.bold(id ?? name ?? `prompt ${index}`);
      return [`${sign} ${label} ${outcome}`, ...errors.map(({ path, message }) => `  ${path}: ${message}`)];
    });
    const { imported, unchanged, conflict, invalid } = summary;
    const counts = `${imported} imported, ${unchanged} unchanged, ${conflict} in conflict, ${invalid} not valid`;
    return [...lines, dryRun ? `${counts}. Nothing was written.` : counts].join("\n");
  },
});
