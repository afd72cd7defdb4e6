import { Failure, onlyKeys, single } from "./failure.ts";
import type { Stored } from "./stored-index.ts";

type Json = Record<string, unknown>;

/** Reads a function that adds to a score. */
export const functionOf = (body: Json): ((document: Stored) => number) => {
  onlyKeys("function", body, ["field_value_factor", "exp", "weight"]);
  const weight = Math.fround(Number(body.weight ?? 1));
  if (body.field_value_factor) {
    const { field, factor, missing } = body.field_value_factor as { field: string; factor: number; missing: number };
    return (document) => {
      const value = factor * Number(document.values.get(field)?.[0] ?? missing);
      if (value < 0) throw new Failure(400, "illegal_argument_exception", "field value function must not be negative");
      return weight * value;
    };
  }
  const [field, given] = single("exp", body.exp as Json);
  const { origin, offset, scale, decay } = given as Record<"origin" | "offset" | "scale" | "decay", number>;
  return (document) => {
    // What has no value is as near as can be.
    const [value = origin] = document.values.get(field) ?? [];
    const distance = Math.max(0, Math.abs(Number(value) - origin) - offset);
    return weight * Math.exp((Math.log(decay) / scale) * distance);
  };
};
