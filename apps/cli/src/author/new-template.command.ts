import { ResourceId } from "@nofx/contract-kit";
import { z } from "zod";
import { type Command, defineCommand } from "../command.ts";
import { fromInput, makeNew, newInput, newOutput, tellNew } from "./new-package.ts";

const pair = /^([^=]+)=(.*)$/;

/** `role=id`, several times. */
const Agents = z
  .array(
    z.string().regex(pair, "Write what the starting point calls it and the agent's id, such as writer=docs-editor"),
  )
  .transform((texts) => Object.fromEntries(texts.map((text) => pair.exec(text)?.slice(1) as [string, string])))
  .pipe(z.record(z.string(), ResourceId));

const input = z.object({ ...newInput, from: fromInput("template"), agent: Agents.optional() });

/** `nofx new template`. */
export const newTemplate: Command<typeof input, typeof newOutput> = defineCommand({
  input,
  output: newOutput,
  run: async (context, typed) => ({ output: await makeNew(context, "template", typed) }),
  tell: tellNew,
});
