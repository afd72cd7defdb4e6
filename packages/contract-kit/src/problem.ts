import { z } from "zod";

/** One thing that is wrong with a request: where, what, and a code that a program can act on. */
export const ProblemItem = z
  .object({
    path: z.string().meta({ description: "JSONPath of the offending value, such as `$.manifest.entryPrompt`" }),
    message: z.string(),
    code: z.string(),
  })
  .meta({ id: "ProblemItem" });
export type ProblemItem = z.infer<typeof ProblemItem>;

/** Problem details for HTTP APIs (RFC 9457), the body of every error answer. */
export const Problem = z
  .looseObject({
    type: z.string().meta({ description: "`urn:nofx:error:<code>`", examples: ["urn:nofx:error:request_invalid"] }),
    title: z.string(),
    status: z.int().min(400).max(599),
    detail: z.string().optional(),
    instance: z.string().optional().meta({ description: "Path of the request" }),
    code: z.string().meta({ description: "Stable, machine-readable error code" }),
    correlationId: z.string(),
    errors: z.array(ProblemItem).optional().meta({ description: "Every validation problem at once" }),
  })
  .meta({ id: "Problem" });
export type Problem = z.infer<typeof Problem>;

/** `application/problem+json` (RFC 9457, section 3). */
export const problemMediaType = "application/problem+json";

/** RFC 9457 `type` of an error code. */
export const problemType = (code: string): string => `urn:nofx:error:${code}`;

/** Writes a Zod issue path as a JSONPath (RFC 9535): `["files", 0, "path"]` → `$.files[0].path`. */
export const jsonPath = (path: readonly PropertyKey[]): string =>
  path.reduce<string>((text, key) => {
    if (typeof key === "number") return `${text}[${key}]`;
    return /^[A-Za-z_]\w*$/.test(String(key)) ? `${text}.${String(key)}` : `${text}[${JSON.stringify(String(key))}]`;
  }, "$");

/** Every issue of a failed Zod parse as problem items. */
export const problemItems = (error: z.ZodError, root: readonly PropertyKey[] = []): ProblemItem[] =>
  error.issues.map((issue) => ({
    path: jsonPath([...root, ...issue.path]),
    message: issue.message,
    code: issue.code,
  }));
