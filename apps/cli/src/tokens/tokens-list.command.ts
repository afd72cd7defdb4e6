import { Token } from "@nofx/contract-registry";
import { z } from "zod";
import { type Command, defineCommand } from "../command.ts";
import type { Style } from "../output/style.ts";
import { table } from "../output/table.ts";
import { listTokens } from "./list-tokens.ts";

const input = z.object({ all: z.literal(true).optional() });
const output = z.object({ tokens: z.array(Token) });
type Output = z.output<typeof output>;

const isGood = ({ revokedAt, expiresAt }: Token): boolean =>
  revokedAt === undefined && Date.parse(expiresAt) > Date.now();

const stateOf = (token: Token): string => {
  if (token.revokedAt !== undefined) return `revoked ${token.revokedAt.slice(0, 10)}`;
  return `${isGood(token) ? "until" : "expired"} ${token.expiresAt.slice(0, 10)}`;
};

const namesOf = (names: readonly string[] | undefined, otherwise: string): string =>
  names ? names.join(" ") || "none" : otherwise;

const tell = ({ tokens }: Output, style: Style): string =>
  tokens.length === 0
    ? "There are none."
    : table(
        tokens,
        [
          { title: "id", cell: ({ id }) => id },
          { title: "name", cell: ({ name }) => name, isFlexible: true },
          { title: "state", cell: stateOf },
          { title: "scopes", cell: ({ scopes }) => scopes.join(" "), isFlexible: true },
          { title: "agents", cell: ({ agents }) => namesOf(agents, "all"), isFlexible: true },
          {
            title: "templates",
            cell: ({ agents, templates }) => namesOf(templates, agents ? "none" : "all"),
            isFlexible: true,
          },
        ],
        style,
      );

/** `nofx tokens list`. */
export const tokensList: Command<typeof input, typeof output> = defineCommand({
  input,
  output,
  run: async (context, { all }) => {
    const tokens = await listTokens(context);
    return { output: { tokens: all ? tokens : tokens.filter(isGood) } };
  },
  tell,
});
