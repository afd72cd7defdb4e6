import type { Finding } from "@nofx/contract-kit";
import { toTemplatePublication, validateTemplate } from "@nofx/template";

/** Everything that publishing would object to or warn about, and the digest the version would have. */
export const judgeTemplate = (
  input: unknown,
): { valid: boolean; errors: Finding[]; warnings: Finding[]; digest?: string } => {
  const { valid, errors, warnings, ...rest } = validateTemplate(input);
  const report = { valid, errors: [...errors], warnings };
  return "manifest" in rest ? { ...report, digest: toTemplatePublication(rest.manifest).digest } : report;
};
