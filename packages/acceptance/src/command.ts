import { parseArgs } from "node:util";
import { readTarget, type Target } from "./target.ts";

/** What is to be tested: one that is started for it, one that is there, or containers. */
export type Command =
  | { readonly kind: "local" }
  | { readonly kind: "origin"; readonly target: Target }
  | { readonly kind: "compose"; readonly isScaled: boolean };

/** How the command is used. */
const usage = `npm run test:acceptance                            starts a control plane of its own, tests it, stops it
npm run test:acceptance -- --origin URL [--edge]   tests what is there; the operator's token is in NOFX_OPERATOR_TOKEN,
                                                   or in a file: --token-file PATH. --edge: a proxy stands before it
npm run test:acceptance -- --compose [--scale]     builds and starts containers, tests them and their restarts, takes them away`;

const options = {
  origin: { type: "string" },
  "token-file": { type: "string" },
  edge: { type: "boolean", default: false },
  compose: { type: "boolean", default: false },
  scale: { type: "boolean", default: false },
} as const;

type Env = Readonly<Record<string, string | undefined>>;
type ReadText = (path: string) => string;

const valuesOf = (args: readonly string[]) => {
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new Error(`${(error as Error).message}\n\n${usage}`);
  }
};

/** Reads what is to be done. @throws Error that says what is wrong, and how it is used */
export const readCommand = (args: readonly string[], env: Env, readText: ReadText): Command => {
  const { origin = env.NOFX_ORIGIN, edge, compose, scale, "token-file": tokenFile } = valuesOf(args);
  if (compose && args.some((arg) => /^--(?:origin|token-file|edge)\b/.test(arg)))
    throw new Error(`--compose makes an origin of its own: leave the others out.\n\n${usage}`);
  if (scale && !compose) throw new Error(`--scale goes with --compose.\n\n${usage}`);
  if (compose) return { kind: "compose", isScaled: scale };
  if (!origin) {
    if (edge || tokenFile) throw new Error(`Say which: --origin URL.\n\n${usage}`);
    return { kind: "local" };
  }
  const token = tokenFile ? readText(tokenFile).trim() : env.NOFX_OPERATOR_TOKEN;
  const told = { ...env, NOFX_ORIGIN: origin, NOFX_OPERATOR_TOKEN: token, ...(edge && { NOFX_EDGE: "1" }) };
  return { kind: "origin", target: readTarget(told) };
};
