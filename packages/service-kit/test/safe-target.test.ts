import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkedAddresses, parseAllowance, parseTarget, systemResolver } from "../src/index.ts";
import { isPublicAddress } from "../src/target-address.ts";

const names: Record<string, string[]> = {
  "public.test": ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"],
  "private.test": ["10.1.2.3"],
  "mixed.test": ["93.184.215.14", "10.1.2.3"],
  "metadata.test": ["169.254.169.254"],
  "mapped.test": ["::ffff:10.0.0.1"],
  localhost: ["127.0.0.1", "::1"],
};
const resolve = async (host: string) => {
  const found = names[host];
  if (!found) throw new Error("ENOTFOUND");
  return found;
};
const check = async (url: string, allow = "") =>
  checkedAddresses(parseTarget(url), { allow: parseAllowance(allow), resolve });

describe("a target that somebody else has chosen", () => {
  it.each([
    "https://127.0.0.1/",
    "https://127.1/",
    "https://0x7f.1/",
    "https://0177.0.0.1/",
    "https://2130706433/",
    "https://%31%32%37.0.0.1/",
    "https://１２７.0.0.1/",
    "https://127.0.0.1./",
    "https://127.255.255.254/",
    "https://0.0.0.0/",
    "https://0/",
    "https://10.0.0.1/",
    "https://172.16.0.1/",
    "https://172.31.255.255/",
    "https://192.168.1.1/",
    "https://100.64.0.1/",
    "https://100.100.100.200/",
    "https://168.63.129.16/",
    "https://169.254.169.254/latest/meta-data/",
    "https://192.0.0.192/",
    "https://198.18.0.1/",
    "https://203.0.113.7/",
    "https://224.0.0.1/",
    "https://240.0.0.1/",
    "https://255.255.255.255/",
    "https://[::]/",
    "https://[::1]/",
    "https://[0:0:0:0:0:0:0:1]/",
    "https://[::127.0.0.1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:7f00:1]/",
    "https://[::ffff:169.254.169.254]/",
    "https://[::ffff:0:127.0.0.1]/",
    "https://[64:ff9b::7f00:1]/",
    "https://[64:ff9b::10.0.0.1]/",
    "https://[64:ff9b:1::1]/",
    "https://[2002:7f00:1::]/",
    "https://[2001:0:7f00:1::]/",
    "https://[fc00::1]/",
    "https://[fd00:ec2::254]/",
    "https://[fe80::1]/",
    "https://[fec0::1]/",
    "https://[ff02::1]/",
    "https://[100::1]/",
    "https://[2001:db8::1]/",
    "https://[3fff::1]/",
    "https://[4000::1]/",
    "https://localhost/",
    "https://LOCALHOST./",
    "https://private.test/",
    "https://private.test./",
    "https://mixed.test/",
    "https://metadata.test/",
    "https://mapped.test/",
  ])("%s is refused: it is not on the public network", async (url) => {
    await expect(check(url)).rejects.toThrow(/not on the public network/);
  });

  it.each([
    ["nonsense", /not a URL/],
    ["", /not a URL/],
    ["https://[fe80::1%25eth0]/", /not a URL/],
    ["https://1.2.3.4.5/", /not a URL/],
    ["ftp://public.test/", /Only https/],
    ["file:///etc/passwd", /Only https/],
    ["gopher://public.test/", /Only https/],
    ["javascript:alert(1)", /Only https/],
    ["http://public.test/", /Only https/],
    ["https://user@public.test/", /user name/],
    ["https://:secret@public.test/", /user name/],
    ["https://public.test@10.0.0.1/", /user name/],
    ["https://public.test:22/", /Port 22/],
    ["https://public.test:25/", /Port 25/],
    ["https://nowhere.test/", /has no address/],
  ])("%j is refused", async (url, reason) => {
    await expect(check(url)).rejects.toMatchObject({ name: "TargetRefused", message: expect.stringMatching(reason) });
  });

  it.each([
    ["https://public.test/hook", names["public.test"]],
    ["https://public.test.:8443/hook", names["public.test"]],
    ["https://8.8.8.8/", ["8.8.8.8"]],
    ["https://[2606:4700::1111]/", ["2606:4700::1111"]],
    ["https://[::ffff:8.8.8.8]/", ["::ffff:808:808"]],
    ["https://[64:ff9b::8.8.8.8]/", ["64:ff9b::808:808"]],
  ])("%s is called at exactly the addresses that were checked", async (url, addresses) => {
    expect(await check(url)).toEqual(addresses);
  });

  it.each([
    ["http://private.test:80/", "10.0.0.0/8"],
    ["http://127.0.0.1:9/", "127.0.0.1"],
    ["http://[::1]:9/", "::1"],
    ["http://[::ffff:127.0.0.1]:9/", "127.0.0.0/8"],
    ["https://mixed.test/", "10.0.0.0/8, "],
    ["http://private.test./", "other.test,Private.TEST"],
  ])("%s is called if %s is allowed", async (url, allow) => {
    expect((await check(url, allow)).length).toBeGreaterThan(0);
  });

  it("an allowed range does not open http to the rest of the network, nor other ranges", async () => {
    await expect(check("http://mixed.test/", "10.0.0.0/8")).rejects.toThrow(/Only https/);
    await expect(check("https://192.168.1.1/", "10.0.0.0/8, fd00::/8")).rejects.toThrow(/public network/);
  });

  it.each(["10.0.0.0/33", "http://x", "a b", "-x", "10.0.0.0/8;x"])("%j is nothing that can be allowed", (entry) => {
    expect(() => parseAllowance(entry)).toThrow(/neither a host nor a range/);
  });
});

describe("whether an address is public", () => {
  const octet = fc.nat(255);
  it("does not depend on how an IPv4 address is wrapped into IPv6", () => {
    fc.assert(
      fc.property(octet, octet, octet, octet, (...parts) => {
        const address = parts.join(".");
        const verdict = isPublicAddress(address);
        expect(isPublicAddress(`::ffff:${address}`)).toBe(verdict);
        expect(isPublicAddress(`64:ff9b::${address}`)).toBe(verdict);
        expect(isPublicAddress(`::${address}`)).toBe(false);
      }),
    );
  });

  it("is never true inside a private range", () => {
    const inside = fc.oneof(
      fc.tuple(fc.constantFrom(0, 10, 127), octet),
      fc.tuple(fc.constant(172), fc.integer({ min: 16, max: 31 })),
      fc.tuple(fc.constant(100), fc.integer({ min: 64, max: 127 })),
      fc.constantFrom([192, 168] as const, [169, 254] as const),
      fc.tuple(fc.integer({ min: 224, max: 255 }), octet),
    );
    fc.assert(fc.property(inside, octet, octet, ([a, b], c, d) => !isPublicAddress(`${a}.${b}.${c}.${d}`)));
  });

  it("is false for what is no address", () => {
    fc.assert(fc.property(fc.stringMatching(/^[g-z ]*$/), (text) => !isPublicAddress(text)));
  });
});

describe("the system's resolver", () => {
  it("asks the machine for allowed hosts, and gives nothing for a name that nobody knows", async () => {
    const local = await systemResolver(parseAllowance("localhost"))("localhost");
    expect(local.some((address) => address === "127.0.0.1" || address === "::1")).toBe(true);
    expect(await systemResolver(parseAllowance(""))("nobody.invalid")).toEqual([]);
  });
});
