import type { Deprecation } from "@nofx/contract-registry";
import type { RequestContext } from "@nofx/service-kit";

/** Tells of a deprecation (RFC 9745), and of the successor if there is one (RFC 5829, RFC 8288). */
export const deprecationHeaders = (deprecation: Deprecation | undefined): Record<string, string> => {
  if (!deprecation) return {};
  const { since, successor } = deprecation;
  return {
    deprecation: `@${Math.floor(Date.parse(since) / 1000)}`,
    ...(successor && { link: `<${successor.url}>; rel="successor-version"` }),
  };
};

/**
 * What never changes may be kept for a year; by shared caches only if everybody may see it. What is deprecated is asked
 * for each time, at the cost of a 304: else nobody would see its deprecation end, or its successor change.
 */
export const immutable = (ctx: RequestContext, deprecation: Deprecation | undefined): Record<string, string> =>
  deprecation
    ? deprecationHeaders(deprecation)
    : { "cache-control": `${ctx.role === "anonymous" ? "public" : "private"}, max-age=31536000, immutable` };
