import { randomUUID } from "node:crypto";
import type { RunOrder, RunResult } from "@nofx/contract-marketplace";
import type { RequestContext } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { mayChangeOwn } from "../templates/may-change.ts";
import { compile } from "./compile-prompt.ts";
import { askRunner } from "./runner.ts";

/** Compiles a prompt and has it run; without a runner, tells what would be run. */
export const runPrompt = async (deps: Deps, ctx: RequestContext, id: string, order: RunOrder): Promise<RunResult> => {
  mayChangeOwn(ctx, id);
  const { prompt, compiled } = await compile(deps, ctx, id, order);
  const run = { runId: `run_${randomUUID()}`, historyPlan: prompt.historyPlan ?? null };
  if (deps.runner) return { ...run, ...(await askRunner(deps.runner, compiled, order.background)) };
  return { ...run, status: "not_configured", bufferedMessages: [], reasoning: [], refusals: [], compiled };
};
