import { isRecord } from "@nofx/versioning";
import { charge } from "./check-meter.ts";

const isSameText = (a: string, b: string): boolean => {
  if (a.length !== b.length) return false;
  charge(a.length / 16);
  return a === b;
};

const isSameList = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.every((member, index) => isSameValue(member, b[index]));

const isSameObject = (a: Readonly<Record<string, unknown>>, b: Readonly<Record<string, unknown>>): boolean => {
  const keys = Object.keys(a);
  charge(keys.length);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => Object.hasOwn(b, key) && isSameValue(a[key], b[key]));
};

/** Whether two JSON values are the same, whatever the order of members. It ends at the first difference. @throws TooMuchToCheck */
export const isSameValue = (a: unknown, b: unknown): boolean => {
  charge(1);
  if (typeof a === "string" && typeof b === "string") return isSameText(a, b);
  if (a === b) return true;
  if (Array.isArray(a) || Array.isArray(b)) return Array.isArray(a) && Array.isArray(b) && isSameList(a, b);
  return isRecord(a) && isRecord(b) && isSameObject(a, b);
};
