import type { Context } from "../context.ts";
import { localFailure, usageFailure } from "../failure.ts";

/** Whether somebody has to be asked. @throws usage if nobody can answer, before anything was asked of a service. */
export const mustConfirm = ({ options, prompts }: Context): boolean => {
  if (options.yes) return false;
  if (prompts.canAsk) return true;
  const next = "Give --yes, or --dry-run to see what would happen.";
  throw usageFailure("This has to be confirmed, and standard input is not a terminal", next);
};

/** Asks whether to go on. @throws not_confirmed */
export const confirm = async ({ prompts }: Context, message: string): Promise<void> => {
  const isMeant = await prompts.ask("--yes", (inquirer, where) => inquirer.confirm({ message, default: false }, where));
  if (!isMeant) throw localFailure("not_confirmed", "Nothing was done", "Answer yes, or give --yes.");
};
