import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { z } from "zod";
import { type Command, defineCommand, type Result } from "../command.ts";
import type { Context } from "../context.ts";
import { usageFailure } from "../failure.ts";
import { printable } from "../output/printable.ts";
import { findRoots } from "./find-roots.ts";
import type { SyncOrder } from "./plan-root.ts";
import { syncMarkdown } from "./sync-markdown.ts";
import { syncOnce } from "./sync-once.ts";
import { SyncOutput } from "./sync-output.ts";
import { tellSync } from "./tell-sync.ts";

const given = z.literal(true).optional();

const input = z.object({
  directories: z.array(z.string()).default([]),
  plan: given,
  dryRun: given,
  partial: given,
  prune: given,
  visibility: z.enum(["private", "public"]).optional(),
  watch: given,
  report: z.array(z.string().regex(/^markdown=./, "Say what to write and where: markdown=summary.md")).default([]),
});

/** `REGISTRY_DRY_RUN=1`, as pipelines set it. */
const isDryRun = (value: string | undefined): boolean => value !== undefined && !["", "0", "false"].includes(value);

const orderOf = (context: Context, asked: z.output<typeof input>): SyncOrder => ({
  planOnly: (asked.plan ?? asked.dryRun ?? false) || isDryRun(context.env.REGISTRY_DRY_RUN),
  partial: asked.partial ?? false,
  prune: asked.prune ?? false,
  visibility: asked.visibility,
});

const once = async (
  context: Context,
  paths: readonly string[],
  order: SyncOrder,
  reports: readonly string[],
): Promise<Result<SyncOutput>> => {
  const output = await context.progress(order.planOnly ? "Planning" : "Publishing", async () => {
    const roots = await findRoots(context.cwd, paths);
    const part = roots.find(({ only }) => only !== undefined);
    if (part && order.prune) {
      throw usageFailure(
        `--prune: ${part.path} is not read as a whole`,
        "Keep agents in a directory of their own and templates in another, and name these.",
      );
    }
    return await syncOnce(context, roots, order);
  });
  for (const report of reports) {
    const file = resolve(context.cwd, report.slice("markdown=".length));
    await writeFile(file, `${syncMarkdown(printable(output))}\n`);
  }
  return { output, exitCode: output.ok ? 0 : 1 };
};

/** `nofx sync`. */
export const sync: Command<typeof input, typeof SyncOutput> = defineCommand({
  input,
  output: SyncOutput,
  run: (context, asked) => {
    const order = orderOf(context, asked);
    const paths = asked.directories.length > 0 ? asked.directories : ["."];
    if (!asked.watch) return once(context, paths, order, asked.report);
    if (order.prune) {
      throw usageFailure("--watch takes nothing away: leave out --prune", "Run `nofx sync --prune` when you are done.");
    }
    if (asked.report.length > 0) throw usageFailure("--watch never ends: it has no report", "Leave out --report.");
    return watching(context, paths, order);
  },
  tell: tellSync,
});

async function* watching(
  context: Context,
  paths: readonly string[],
  order: SyncOrder,
): AsyncGenerator<Result<SyncOutput>> {
  const { watchSync } = await import("./watch-sync.ts");
  yield* watchSync(context, paths, { ...order, partial: true });
}
