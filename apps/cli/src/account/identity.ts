import { Whoami } from "@nofx/contract-registry";
import { z } from "zod";
import { fields } from "../output/fields.ts";
import type { Style } from "../output/style.ts";

/** Who one is, and where. */
export const Identity = Whoami.extend({
  origin: z.string(),
  tokenFrom: z.string().optional().meta({ description: "Where the token comes from: a file or a variable" }),
});
export type Identity = z.infer<typeof Identity>;

/** Who one is, for people. */
export const tellIdentity = (identity: Identity, style: Style): string => {
  const { origin, tokenFrom, kind, tenant, subject, scopes, agents, templates, expiresAt } = identity;
  return fields(
    [
      ["origin", origin],
      ["token of", tokenFrom],
      ["tenant", tenant ?? style.dim("none")],
      ["subject", subject],
      ["kind", kind],
      ["scopes", scopes.join(" ") || style.dim("none")],
      ["agents", agents && (agents.join(" ") || style.dim("none"))],
      ["templates", templates?.join(" ")],
      ["ends", expiresAt ?? style.dim("never")],
    ],
    style,
  );
};
