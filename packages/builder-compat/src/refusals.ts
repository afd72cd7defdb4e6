import { z } from "zod";

/** What every refusal bears beside the `error` that callers know (RFC 9457). */
const problem = (status: number) => ({
  type: z.string().min(1),
  title: z.string().min(1),
  status: z.literal(status),
  code: z.string().min(1),
  correlationId: z.string().min(1),
});

/** 401: without a token, or with one that opens nothing. */
export const AdminRequired = z.looseObject({ error: z.literal("admin required"), ...problem(401) });

/** 404: no such template. */
export const NotFound = z.looseObject({ error: z.literal("not found"), ...problem(404) });

/** 400: what Zod's `flatten()` says about the body. */
export const Invalid = z.looseObject({
  error: z
    .looseObject({
      formErrors: z.array(z.string()),
      fieldErrors: z.record(z.string(), z.array(z.string()).min(1)),
    })
    .refine(
      ({ formErrors, fieldErrors }) => formErrors.length + Object.keys(fieldErrors).length > 0,
      "does not say what is wrong",
    ),
  ...problem(400),
});
