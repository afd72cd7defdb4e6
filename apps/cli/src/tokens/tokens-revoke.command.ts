import { Token } from "@nofx/contract-registry";
import { z } from "zod";
import { type Command, defineCommand } from "../command.ts";
import { localFailure } from "../failure.ts";
import { confirm, mustConfirm } from "../publish/confirm.ts";
import { write } from "../publish/write.ts";
import { listTokens } from "./list-tokens.ts";

const input = z.object({
  id: z.uuid("Give the token's id, not the token; see `nofx tokens list`"),
  dryRun: z.literal(true).optional(),
});
const output = z.object({ dryRun: z.boolean(), token: Token });

/** `nofx tokens revoke`. */
export const tokensRevoke: Command<typeof input, typeof output> = defineCommand({
  input,
  output,
  run: async (context, { id: tokenId, dryRun }) => {
    if (dryRun) {
      const token = (await listTokens(context)).find(({ id }) => id === tokenId);
      if (!token) throw localFailure("token_not_found", `There is no token ${tokenId}`, "See: nofx tokens list --all");
      return { output: { dryRun: true, token } };
    }
    if (mustConfirm(context)) await confirm(context, `Revoke token ${tokenId}? That cannot be taken back.`);
    const { tenant } = context.options;
    const client = await context.registry();
    const query = { tokenId, ...(tenant !== undefined && { tenant }) };
    const { body } = await write(client.revokeToken(query));
    return { output: { dryRun: false, ...body } };
  },
  tell: ({ dryRun, token: { id, name } }, style) =>
    dryRun
      ? `${style.dim("·")} Token ${id} (${name}) would be revoked. Nothing was written.`
      : `${style.green("✓")} Token ${id} (${name}) is revoked`,
});
