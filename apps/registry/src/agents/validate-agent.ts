import type { Finding } from "@nofx/contract-registry";
import { toPublication, validateManifest } from "@nofx/manifest";

/** Everything that publishing would object to or warn about, and the digest the version would have. */
export const validateAgent = (
  input: unknown,
): { valid: boolean; errors: Finding[]; warnings: Finding[]; digest?: string } => {
  const { valid, errors, warnings, ...rest } = validateManifest(input);
  const report = { valid, errors: [...errors], warnings };
  return "manifest" in rest ? { ...report, digest: toPublication(rest.manifest).digest } : report;
};
