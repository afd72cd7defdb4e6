import * as oidc from "openid-client";
import type { Context } from "../context.ts";
import { CliFailure, usageFailure } from "../failure.ts";

/** Where to sign in, and as which program. */
export interface DeviceLogin {
  readonly issuer: string;
  readonly clientId: string;
  readonly scope: string;
  readonly resource: string | undefined;
}

const timeoutSeconds = 30;

const isLoopback = ({ hostname }: URL): boolean => ["127.0.0.1", "localhost", "[::1]"].includes(hostname);

const issuerUrl = (issuer: string): URL => {
  const url = URL.parse(issuer);
  if (url && (url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url)))) return url;
  throw usageFailure(`--issuer: "${issuer}" is not an https address`, "Give the issuer as the provider names it.");
};

/** What went wrong between us and the provider. */
const explained = (error: unknown, { issuer }: DeviceLogin): CliFailure => {
  const details = { exitCode: 4, code: "login_refused" } as const;
  if (error instanceof oidc.ResponseBodyError) {
    const { error: reason, error_description: description } = error;
    const message = `${issuer} refuses: ${description ?? reason} (${reason})`;
    const next = "Try again, and confirm in the browser before the code ends; or check --client-id.";
    return new CliFailure({ ...details, message, next }, { cause: error });
  }
  const reason = error instanceof Error ? error.message : String(error);
  const isAway = error instanceof TypeError && reason === "fetch failed";
  if (isAway || (error as Error).name === "TimeoutError") {
    const message = `${issuer} does not answer`;
    return new CliFailure({ exitCode: 3, code: "no_answer", message, next: "Check --issuer." }, { cause: error });
  }
  const next = "Check that --issuer is an OpenID provider that offers the device flow to this client.";
  return new CliFailure({ ...details, message: `${issuer}: ${reason}`, next }, { cause: error });
};

/** A token for a service is signed; others are of use to the provider only. */
const isJwt = (token: string | undefined): token is string => token !== undefined && token.split(".").length === 3;

const tokensOf = async (context: Context, login: DeviceLogin): Promise<string[]> => {
  const { scope, resource } = login;
  const server = issuerUrl(login.issuer);
  const config = await oidc.discovery(server, login.clientId, undefined, oidc.None(), {
    timeout: timeoutSeconds,
    execute: isLoopback(server) ? [oidc.allowInsecureRequests] : [],
  });
  const asked = { scope, ...(resource !== undefined && { resource }) };
  const device = await oidc.initiateDeviceAuthorization(config, asked);
  const { verification_uri: address, verification_uri_complete: complete, user_code: code } = device;
  const { bold } = context.style;
  context.note(`Open ${bold(complete ?? address)}\nand confirm the code ${bold(code)}.`);
  const answer = await context.progress("Waiting for you to sign in", () =>
    oidc.pollDeviceAuthorizationGrant(
      config,
      device,
      resource === undefined ? undefined : { resource },
      context.signal && { signal: context.signal },
    ),
  );
  return [answer.access_token, answer.id_token].filter(isJwt);
};

/** Has somebody sign in in a browser. Gives what the provider has signed, what is meant for services first. */
export const signInByDevice = async (context: Context, login: DeviceLogin): Promise<string[]> => {
  try {
    return await tokensOf(context, login);
  } catch (error) {
    throw error instanceof CliFailure || context.signal?.aborted ? error : explained(error, login);
  }
};
