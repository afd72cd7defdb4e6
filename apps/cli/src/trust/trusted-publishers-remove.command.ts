import { TrustedPublisher } from "@nofx/contract-registry";
import { z } from "zod";
import { type Command, defineCommand } from "../command.ts";
import type { Context } from "../context.ts";
import { localFailure } from "../failure.ts";
import { confirm, mustConfirm } from "../publish/confirm.ts";
import { write } from "../publish/write.ts";
import { claimsText, listPublishers, publishedText } from "./list-publishers.ts";

const input = z.object({
  id: z.uuid("Give the id; see `nofx trusted-publishers list`"),
  dryRun: z.literal(true).optional(),
});
const output = z.object({ dryRun: z.boolean(), trustedPublisher: TrustedPublisher });

const publisherOf = async (context: Context, id: string): Promise<TrustedPublisher> => {
  const found = (await listPublishers(context)).find((each) => each.id === id);
  const next = "See: nofx trusted-publishers list";
  if (!found) throw localFailure("trusted_publisher_not_found", `There is no trusted publisher ${id}`, next);
  return found;
};

/** `nofx trusted-publishers remove`. */
export const trustedPublishersRemove: Command<typeof input, typeof output> = defineCommand({
  input,
  output,
  run: async (context, { id: publisherId, dryRun }) => {
    const asking = !dryRun && mustConfirm(context);
    const trustedPublisher = await publisherOf(context, publisherId);
    if (dryRun) return { output: { dryRun: true, trustedPublisher } };
    const { name, claims } = trustedPublisher;
    if (asking)
      await confirm(
        context,
        `Stop trusting "${name}" (${claimsText(claims)}) to publish ${publishedText(trustedPublisher)}?`,
      );
    const { tenant } = context.options;
    const client = await context.registry();
    await write(client.deleteTrustedPublisher({ publisherId, ...(tenant !== undefined && { tenant }) }));
    return { output: { dryRun: false, trustedPublisher } };
  },
  tell: ({ dryRun, trustedPublisher: { id, name } }, style) =>
    dryRun
      ? `${style.dim("·")} "${name}" (${id}) would not be trusted any more. Nothing was written.`
      : `${style.green("✓")} "${name}" (${id}) is not trusted any more`,
});
