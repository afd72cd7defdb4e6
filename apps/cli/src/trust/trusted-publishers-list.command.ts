import { TrustedPublisher } from "@nofx/contract-registry";
import { z } from "zod";
import { type Command, defineCommand } from "../command.ts";
import { table } from "../output/table.ts";
import { claimsText, listPublishers } from "./list-publishers.ts";

const input = z.object({});
const output = z.object({ trustedPublishers: z.array(TrustedPublisher) });

/** `nofx trusted-publishers list`. */
export const trustedPublishersList: Command<typeof input, typeof output> = defineCommand({
  input,
  output,
  run: async (context) => ({ output: { trustedPublishers: await listPublishers(context) } }),
  tell: ({ trustedPublishers }, style) =>
    trustedPublishers.length === 0
      ? "There are none. `nofx trusted-publishers add` trusts a pipeline."
      : table(
          trustedPublishers,
          [
            { title: "id", cell: ({ id }) => id },
            { title: "name", cell: ({ name }) => name, isFlexible: true },
            { title: "agents", cell: ({ agents }) => agents.join(" "), isFlexible: true },
            { title: "templates", cell: ({ templates = [] }) => templates.join(" "), isFlexible: true },
            { title: "issuer", cell: ({ issuer }) => issuer.replace(/^https:\/\//, ""), isFlexible: true },
            { title: "claims", cell: ({ claims }) => claimsText(claims), isFlexible: true },
          ],
          style,
        ),
});
