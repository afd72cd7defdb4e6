import { unwrap } from "@nofx/client";
import { z } from "zod";
import { type Command, defineCommand } from "../command.ts";
import { Identity, tellIdentity } from "./identity.ts";

const input = z.object({});

/** `nofx whoami`. */
export const whoami: Command<typeof input, typeof Identity> = defineCommand({
  input,
  output: Identity,
  run: async (context) => {
    const client = await context.registry();
    const { origin, tokenFrom } = await context.connection();
    const told = await context.progress("Asking", () => unwrap(client.getWhoami()));
    return { output: { ...told, origin, ...(tokenFrom !== undefined && { tokenFrom }) } };
  },
  tell: tellIdentity,
});
