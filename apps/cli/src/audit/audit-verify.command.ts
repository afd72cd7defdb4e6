import { resolve } from "node:path";
import { unwrap } from "@nofx/client";
import { AuditVerification } from "@nofx/contract-kit";
import { z } from "zod";
import { type Command, defineCommand } from "../command.ts";
import type { Context } from "../context.ts";
import type { Style } from "../output/style.ts";
import { verifyExport } from "./verify-export.ts";

const Head = z
  .string()
  .regex(/^[1-9]\d{0,14}:sha256:[0-9a-f]{64}$/, "Write <position>:sha256:<64 digits>")
  .transform((text) => {
    const at = text.indexOf(":");
    return { position: Number(text.slice(0, at)), hash: text.slice(at + 1) };
  });

const input = z.object({
  service: z.enum(["registry", "marketplace"]).default("registry"),
  file: z.string().optional(),
  head: Head.optional(),
});
const output = AuditVerification.omit({ next: true }).partial({ pending: true });
type Output = z.output<typeof output>;

/** The whole chain, part by part. A kept head is looked for in the part that has it. */
const verifyOnline = async (
  context: Context,
  service: "registry" | "marketplace",
  head: Output["head"] | undefined,
) => {
  let from = 1;
  let verified = 0;
  for (;;) {
    const isAhead = head !== undefined && head.position >= from;
    const query = { from, ...(isAhead && head) };
    const { next, ...part } =
      service === "registry"
        ? await unwrap((await context.registry()).verifyAudit(query))
        : await unwrap((await context.marketplace()).verifyMarketplaceAudit(query));
    verified += part.verified;
    if (next === undefined || !part.valid) return { ...part, verified };
    from = next;
  }
};

const tell = ({ valid, verified, head, pending = 0, firstBroken }: Output, style: Style): string => {
  const place = `${head.position}:${head.hash}`;
  const waiting = pending > 0 ? `; ${pending} are not sealed yet` : "";
  if (valid) return `${style.green("✓")} ${verified} entries hold${waiting}. Head: ${place}`;
  const { position = "?", auditId = "unknown", reason, expected, found } = firstBroken ?? {};
  return [
    `${style.red("✗")} Broken at position ${position}: ${reason}, entry ${auditId}`,
    ...(expected === undefined ? [] : [`  expected ${expected}`, `  found    ${found ?? "nothing"}`]),
    `  ${verified} entries before it hold; head ${place}`,
  ].join("\n");
};

/** `nofx audit verify`. */
export const auditVerify: Command<typeof input, typeof output> = defineCommand({
  input,
  output,
  run: async (context, { service, file, head }) => {
    const told: Output = await context.progress(
      "Verifying",
      async (): Promise<Output> =>
        file === undefined
          ? verifyOnline(context, service, head)
          : verifyExport(resolve(context.cwd, file), file, head),
    );
    return { output: told, exitCode: told.valid ? 0 : 1 };
  },
  tell,
});
