import { z } from "zod";

/** Why something is changed: kept in the audit log. */
export const reason = z
  .string({ error: "Say why; it is kept in the audit log" })
  .trim()
  .min(1, "Say why; it is kept in the audit log")
  .max(500, "Use at most 500 characters");
