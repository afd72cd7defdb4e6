import { lookup, Resolver } from "node:dns/promises";
import { isIP } from "node:net";
import { type Allowance, isAllowedAddress, isPublicAddress } from "./target-address.ts";

/** All addresses of a host. */
export type ResolveHost = (host: string) => Promise<readonly string[]>;

export interface TargetPolicy {
  readonly allow: Allowance;
  readonly resolve: ResolveHost;
}

/** A place to which callers may not make us connect. The message is for them: it tells nothing of our network. */
export class TargetRefused extends Error {
  override readonly name = "TargetRefused";
}

const dns = new Resolver({ timeout: 2_000, tries: 2 });

/**
 * Asks the name servers, not the hosts file, without taking a thread from the pool: a name server that does not answer
 * holds nobody else up. Allowed hosts are the operator's, and are looked up as the machine does.
 */
export const systemResolver =
  (allow: Allowance): ResolveHost =>
  async (host) => {
    if (allow.hosts.has(host)) return (await lookup(host, { all: true })).map(({ address }) => address);
    const answers = await Promise.allSettled([dns.resolve4(host), dns.resolve6(host)]);
    return answers.flatMap((answer) => (answer.status === "fulfilled" ? answer.value : []));
  };

/** What the caller wrote, as far as it can be judged without asking anybody. */
export const parseTarget = (text: string): URL => {
  if (!URL.canParse(text)) throw new TargetRefused("This is not a URL.");
  const url = new URL(text);
  if (url.protocol !== "https:" && url.protocol !== "http:") throw new TargetRefused("Only https can be called.");
  if (url.username || url.password) throw new TargetRefused("The URL holds a user name or password; leave them out.");
  return url;
};

const addressesOf = async (host: string, resolve: ResolveHost): Promise<readonly string[]> => {
  if (isIP(host)) return [host];
  const found = await resolve(host).catch(() => []);
  if (found.length === 0) throw new TargetRefused(`The host ${host} has no address.`);
  return found;
};

/**
 * Finds the addresses of a target and judges every one of them: all must be public, or be allowed. Whoever connects must
 * use these addresses and not look the name up again, because the second answer may be another one.
 * @throws TargetRefused
 */
export const checkedAddresses = async (url: URL, { allow, resolve }: TargetPolicy): Promise<readonly string[]> => {
  const host = url.hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
  const addresses = await addressesOf(host, resolve);
  if (allow.hosts.has(host) || addresses.every((address) => isAllowedAddress(allow, address))) return addresses;
  if (!addresses.every((address) => isAllowedAddress(allow, address) || isPublicAddress(address)))
    throw new TargetRefused(`The host ${host} is not on the public network.`);
  if (url.protocol !== "https:") throw new TargetRefused("Only https can be called.");
  const port = Number(url.port || 443);
  if (port !== 443 && port < 1024)
    throw new TargetRefused(`Port ${port} cannot be called; use 443, or one from 1024 up.`);
  return addresses;
};
