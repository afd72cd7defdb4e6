import { text } from "node:stream/consumers";
import { ProblemError, unwrap } from "@nofx/client";
import { z } from "zod";
import { type Command, defineCommand } from "../command.ts";
import { type Context, createContext } from "../context.ts";
import { CliFailure, usageFailure } from "../failure.ts";
import { readCredentials, saveCredentials } from "../settings/credentials.ts";
import { credentialsFile } from "../settings/places.ts";
import { Identity, tellIdentity } from "./identity.ts";

const input = z.object({
  issuer: z.string().optional(),
  clientId: z.string().optional(),
  scope: z.string().default("openid"),
  resource: z.url().optional(),
});

const typedToken = async (context: Context): Promise<string> => {
  const { stdin, prompts } = context;
  if (!prompts.canAsk) return (await text(stdin)).trim();
  const answer = await prompts.ask<"password", string>("--token-file", ({ password }, where) =>
    password({ message: "Token", mask: true }, where),
  );
  return answer.trim();
};

/** Tokens to try, one after the other. */
const tokensOf = async (context: Context, asked: z.output<typeof input>): Promise<string[]> => {
  const { issuer, clientId, scope, resource } = asked;
  if (issuer !== undefined || clientId !== undefined) {
    if (issuer === undefined || clientId === undefined) {
      throw usageFailure("--issuer and --client-id go together", "See: nofx login --help");
    }
    const { signInByDevice } = await import("./device-flow.ts");
    return await signInByDevice(context, { issuer, clientId, scope, resource });
  }
  const { token, tokenFrom } = await context.connection();
  if (context.options.tokenFile !== undefined && tokenFrom !== undefined && token !== undefined) return [token];
  const typed = await typedToken(context);
  if (/^[\x21-\x7e]+$/.test(typed)) return [typed];
  throw usageFailure("There is no token", "Type it, pipe it into `nofx login`, or give --token-file.");
};

/** Who the service says this token is; undefined if it does not know it. */
const identityOf = async (context: Context, origin: string, token: string) => {
  const { tokenFile: _tokenFile, ...options } = context.options;
  const env = { ...context.env, NOFX_ORIGIN: origin, NOFX_TOKEN: token };
  const client = await createContext({ ...context, env }, { ...options, origin }).registry();
  try {
    return await unwrap(client.getWhoami());
  } catch (error) {
    if (error instanceof ProblemError && error.problem.status === 401) return undefined;
    throw error;
  }
};

const refused = (origin: string, isByDevice: boolean): CliFailure => {
  const next = isByDevice
    ? "Its operator must trust this issuer and the audience of its tokens: see OIDC_ISSUERS."
    : "Check that it is whole, has not ended, and is of this control plane (--origin).";
  return new CliFailure({ exitCode: 4, code: "token_refused", message: `${origin} does not accept the token`, next });
};

/** `nofx login`. */
export const login: Command<typeof input, typeof Identity> = defineCommand({
  input,
  output: Identity,
  run: async (context, asked) => {
    const file = credentialsFile(context.env);
    const kept = await readCredentials(file);
    const { origin } = await context.connection();
    for (const token of await tokensOf(context, asked)) {
      const identity = await context.progress("Checking", () => identityOf(context, origin, token));
      if (!identity) continue;
      const { expiresAt } = identity;
      const credential = { token, ...(expiresAt !== undefined && { expiresAt }) };
      await saveCredentials(file, {
        ...kept,
        defaultOrigin: origin,
        origins: { ...kept.origins, [origin]: credential },
      });
      return { output: { ...identity, origin, tokenFrom: file } };
    }
    throw refused(origin, asked.issuer !== undefined);
  },
  tell: (identity, style) => `${style.green("✓")} You are signed in.\n${tellIdentity(identity, style)}`,
});
