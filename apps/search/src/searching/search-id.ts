import { createHmac, hkdfSync, randomBytes } from "node:crypto";

/** What a search's id says of it. */
export interface GivenSearch {
  readonly at: Date;
  /** How many hits it told of, as far as they can be counted on. */
  readonly total: number;
}

/** Ids of searches that nobody else can make: they say themselves that they were given, so that none need be kept. */
export interface SearchIds {
  give(search: GivenSearch): string;
  /** Undefined: this service never gave it, or with another secret. */
  read(id: string): GivenSearch | undefined;
}

const totalMax = 0xfff;
const signatureBytes = 4;
const signatureAt = 16 - signatureBytes;

const toText = (bytes: Buffer): string =>
  bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");

/**
 * UUIDs of version 7: the time, how many hits there were, 30 random bits, and a signature of those in place of the rest of
 * what is random. All processes with the same secret know each other's.
 */
export const searchIds = (secret: string): SearchIds => {
  const key = Buffer.from(hkdfSync("sha256", secret, "", "nofx search id", 32));
  const signatureOf = (bytes: Buffer): Buffer =>
    createHmac("sha256", key).update(bytes.subarray(0, signatureAt)).digest().subarray(0, signatureBytes);
  return {
    give: ({ at, total }) => {
      const bytes = randomBytes(16);
      bytes.writeUIntBE(at.getTime(), 0, 6);
      bytes.writeUInt16BE(0x7000 | Math.min(total, totalMax), 6);
      bytes.writeUInt8(0x80 | (bytes.readUInt8(8) & 0x3f), 8);
      signatureOf(bytes).copy(bytes, signatureAt);
      return toText(bytes);
    },
    read: (id) => {
      const bytes = Buffer.from(id.replaceAll("-", ""), "hex");
      if (bytes.length !== 16 || !signatureOf(bytes).equals(bytes.subarray(signatureAt))) return undefined;
      return { at: new Date(bytes.readUIntBE(0, 6)), total: bytes.readUInt16BE(6) & totalMax };
    },
  };
};
