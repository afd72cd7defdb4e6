import { z } from "zod";
import { ResourceArgument } from "../resource-argument.ts";

const reading = (text: string, context: z.RefinementCtx) => {
  const [name = "", ...rest] = text.split("@");
  const resource = ResourceArgument.safeParse(name);
  const at = rest.length === 0 ? undefined : rest.join("@");
  if (at === "") context.addIssue("Write a version after the @, or leave it out");
  if (!resource.success) for (const { message } of resource.error.issues) context.addIssue(message);
  return resource.success ? { ...resource.data, at } : z.NEVER;
};

/** A resource, and after `@` a version of it or whatever stands for one: `agent:code-review@^1.2`. */
export const ResourceAt = z.string().transform(reading);
export type ResourceAt = z.output<typeof ResourceAt>;

/** The same, of the caller's own tenant: nobody changes what belongs to another. */
export const OwnResourceAt = ResourceAt.refine(({ tenant }) => tenant === undefined, {
  error: "Leave the tenant out: only what belongs to yours can be changed",
});

/** As it was written. */
export const nameOf = ({ kind, id, tenant, at }: ResourceAt): string =>
  `${kind}:${tenant === undefined ? "" : `${tenant}/`}${id}${at === undefined ? "" : `@${at}`}`;
