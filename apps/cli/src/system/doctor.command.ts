import { z } from "zod";
import { type Command, defineCommand } from "../command.ts";
import type { Style } from "../output/style.ts";
import { table } from "../output/table.ts";
import { Check, checkConfiguration, checkCredentials, checkNode, checkOrigin, checkToken } from "./checks.ts";

const input = z.object({});
const output = z.object({
  ok: z.boolean().meta({ description: "Whether nothing is an error" }),
  checks: z.array(Check),
});
type Output = z.output<typeof output>;

const tell = ({ ok, checks }: Output, style: Style): string => {
  const paints = { ok: style.green, warning: style.yellow, error: style.red } as const;
  const told = table(
    checks,
    [
      { title: "check", cell: ({ name }) => name },
      { title: "status", cell: ({ status }) => paints[status](status) },
      { title: "detail", cell: ({ detail }) => detail, isFlexible: true },
    ],
    style,
  );
  const advice = checks.flatMap(({ name, next }) =>
    next === undefined ? [] : [`${style.cyan("→")} ${name}: ${next}`],
  );
  const verdict = ok ? `${style.green("✓")} nofx can work.` : `${style.red("✗")} Something is in the way.`;
  return [told, "", ...advice, verdict].join("\n");
};

/** `nofx doctor`. */
export const doctor: Command<typeof input, typeof output> = defineCommand({
  input,
  output,
  run: async (context) => {
    const checks = await context.progress("Looking", async () => {
      const here = [checkNode(process.versions.node), await checkCredentials(context)];
      const configuration = await checkConfiguration(context);
      if (configuration.status === "error") return [...here, configuration];
      const there = await checkOrigin(context);
      const canAsk = there.every(({ name, status }) => name !== "origin" || status === "ok");
      return [...here, configuration, ...there, ...(canAsk ? [await checkToken(context)] : [])];
    });
    const ok = checks.every(({ status }) => status !== "error");
    return { output: { ok, checks }, exitCode: ok ? 0 : 1 };
  },
  tell,
});
