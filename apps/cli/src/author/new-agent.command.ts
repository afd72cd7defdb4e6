import { z } from "zod";
import { type Command, defineCommand } from "../command.ts";
import { fromInput, makeNew, newInput, newOutput, tellNew } from "./new-package.ts";

const input = z.object({ ...newInput, from: fromInput("agent") });

/** `nofx new agent`. */
export const newAgent: Command<typeof input, typeof newOutput> = defineCommand({
  input,
  output: newOutput,
  run: async (context, typed) => ({ output: await makeNew(context, "agent", typed) }),
  tell: tellNew,
});
