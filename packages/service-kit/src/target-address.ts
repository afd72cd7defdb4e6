import ipaddr from "ipaddr.js";

/** Targets inside the network that calls may go to all the same: hosts by name, and ranges of addresses. */
export interface Allowance {
  readonly hosts: ReadonlySet<string>;
  readonly ranges: readonly (readonly [ipaddr.IPv4 | ipaddr.IPv6, number])[];
}

const hostPattern = /^(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*$/;

/** Reads a list such as `10.1.0.0/16, hooks.internal`, separated by commas. @throws at the first entry that is neither. */
export const parseAllowance = (text: string): Allowance => {
  const hosts = new Set<string>();
  const ranges: Allowance["ranges"][number][] = [];
  for (const entry of text.split(",").map((part) => part.trim().toLowerCase())) {
    if (entry === "") continue;
    if (ipaddr.isValidCIDR(entry)) ranges.push(ipaddr.parseCIDR(entry));
    else if (ipaddr.isValid(entry))
      ranges.push([ipaddr.parse(entry), ipaddr.parse(entry).kind() === "ipv4" ? 32 : 128]);
    else if (hostPattern.test(entry)) hosts.add(entry);
    else throw new Error(`"${entry}" is neither a host nor a range of addresses such as 10.1.0.0/16`);
  }
  return { hosts, ranges };
};

/** IPv6 addresses that stand for an IPv4 address: mapped (RFC 4291) and NAT64 (RFC 6052). */
const unwrapped = (address: ipaddr.IPv4 | ipaddr.IPv6): ipaddr.IPv4 | ipaddr.IPv6 => {
  if (!(address instanceof ipaddr.IPv6)) return address;
  if (address.isIPv4MappedAddress()) return address.toIPv4Address();
  const isNat64 = address.match(ipaddr.IPv6.parse("64:ff9b::"), 96);
  return isNat64 ? new ipaddr.IPv4(address.toByteArray().slice(12)) : address;
};

/** Public by number, but answered by the cloud's own host: Azure's metadata and agent service. */
const hostServices = new Set(["168.63.129.16"]);
/** The only part of IPv6 that is given out for the public network; all else is special, deprecated, or not yet anything. */
const globalUnicast = ipaddr.IPv6.parseCIDR("2000::/3");

/** Whether an address belongs to the public network: nobody's inside, no loopback, no tunnel that may lead there. */
export const isPublicAddress = (text: string): boolean => {
  // The parser takes the deprecated `::1.2.3.4` for `::ffff:1.2.3.4`; the network does not.
  if (!ipaddr.isValid(text) || /^::\d+\./.test(text)) return false;
  const address = unwrapped(ipaddr.parse(text));
  if (address.range() !== "unicast" || hostServices.has(address.toString())) return false;
  return address instanceof ipaddr.IPv4 || address.match(globalUnicast);
};

/** Whether an address is in one of the allowed ranges. */
export const isAllowedAddress = ({ ranges }: Allowance, text: string): boolean => {
  const address = unwrapped(ipaddr.parse(text));
  return ranges.some(([range, bits]) => address.kind() === range.kind() && address.match(range, bits));
};
