import { z } from "zod";

/** What a cursor of a list of dependents holds. It comes from outside: everything in it is something that the database can compare. */
export const dependentPosition = z.object({
  tenant: z.string().regex(/^[a-z0-9-]{1,63}$/),
  templateId: z.string().regex(/^[a-z0-9._-]{1,128}$/),
  version: z.string().regex(/^[0-9A-Za-z.+-]{1,256}$/),
  environment: z.string().regex(/^[a-z0-9-]{0,32}$/),
});
export type DependentPosition = z.infer<typeof dependentPosition>;
