import { z } from "zod";
import { type Command, defineCommand, type Result } from "../command.ts";
import type { Context } from "../context.ts";
import { usageFailure } from "../failure.ts";
import { findRoots } from "./find-roots.ts";
import type { SyncOrder } from "./plan-root.ts";
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
});

/** `REGISTRY_DRY_RUN=1`, as pipelines set it. */
const isDryRun = (value: string | undefined): boolean => value !== undefined && !["", "0", "false"].includes(value);

const orderOf = (context: Context, asked: z.output<typeof input>): SyncOrder => ({
  planOnly: (asked.plan ?? asked.dryRun ?? false) || isDryRun(context.env.REGISTRY_DRY_RUN),
  partial: asked.partial ?? false,
  prune: asked.prune ?? false,
  visibility: asked.visibility,
});

const once = async (context: Context, paths: readonly string[], order: SyncOrder): Promise<Result<SyncOutput>> => {
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
  return { output, exitCode: output.ok ? 0 : 1 };
};

/** `nofx sync`. */
export const sync: Command<typeof input, typeof SyncOutput> = defineCommand({
  input,
  output: SyncOutput,
  run: (context, asked) => {
    const order = orderOf(context, asked);
    const paths = asked.directories.length > 0 ? asked.directories : ["."];
    if (!asked.watch) return once(context, paths, order);
    if (order.prune) {
      throw usageFailure("--watch takes nothing away: leave out --prune", "Run `nofx sync --prune` when you are done.");
    }
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
