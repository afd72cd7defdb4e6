import { type CallOptions, ProblemError } from "@nofx/client";
import type { Context } from "../context.ts";
import { ResourceArgument } from "../resource-argument.ts";

/** A resource of the caller's own tenant: nobody changes what belongs to another. */
export const OwnResource = ResourceArgument.refine(({ tenant }) => tenant === undefined, {
  error: "Leave the tenant out: only what belongs to yours can be changed",
});

/** What an agent or a template is called here. */
export interface ResourceName {
  readonly kind: "agent" | "template";
  readonly id: string;
}

/** Lets a write happen only as long as the resource is as it is now: what was confirmed is what is done. */
export const asItIs = async (context: Context, { kind, id }: ResourceName): Promise<Pick<CallOptions, "ifMatch">> => {
  const answer =
    kind === "agent"
      ? await (await context.registry()).getAgent({ agentId: id })
      : await (await context.marketplace()).getTemplate({ templateId: id });
  if (!answer.ok) throw new ProblemError(answer.problem);
  const etag = answer.headers.get("etag");
  return etag === null ? {} : { ifMatch: etag };
};
