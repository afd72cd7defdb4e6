/** What the headers of an answer tell of a deprecation. */
interface Told {
  readonly since: string;
  readonly successor?: { readonly url: string } | undefined;
}

/** Tells of a deprecation (RFC 9745), and of the successor if there is one (RFC 5829, RFC 8288). */
export const deprecationHeaders = (deprecation: Told | undefined): Record<string, string> => {
  if (!deprecation) return {};
  const { since, successor } = deprecation;
  return {
    deprecation: `@${Math.floor(Date.parse(since) / 1000)}`,
    ...(successor && { link: `<${successor.url}>; rel="successor-version"` }),
  };
};

/**
 * What others have written is answered with these, whatever its type: it stands under our address, and browsers must neither
 * guess its type nor run it.
 */
export const untrusted: Readonly<Record<string, string>> = {
  "x-content-type-options": "nosniff",
  "content-security-policy": "default-src 'none'; sandbox",
};

/**
 * What never changes may be kept for a year; by shared caches only if everybody may see it. What is deprecated is asked
 * for each time, at the cost of a 304: else nobody would see its deprecation end, or its successor change.
 */
export const immutable = (
  { role }: { readonly role: string },
  deprecation: Told | undefined,
): Record<string, string> =>
  deprecation
    ? deprecationHeaders(deprecation)
    : { "cache-control": `${role === "anonymous" ? "public" : "private"}, max-age=31536000, immutable` };
