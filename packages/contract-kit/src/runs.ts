import { z } from "zod";

const count = z.int().min(0);
const rate = z.number().min(0).max(1);

/** How many runs ended how. */
export const RunCounts = z
  .object({ runs: count, succeeded: count, failed: count, cancelled: count, invalid: count })
  .meta({ id: "RunCounts", description: "`runs` is the sum of the others" });
export type RunCounts = z.infer<typeof RunCounts>;

/** How many of the runs that succeeded or failed succeeded. */
export const SuccessRate = z
  .object({
    rate,
    low: rate.meta({ description: "Lower end of the 95 % interval (Wilson)" }),
    high: rate.meta({ description: "Upper end of the 95 % interval" }),
  })
  .meta({
    id: "SuccessRate",
    description: "succeeded / (succeeded + failed): cancelled and invalid runs say nothing about what was run",
  });
export type SuccessRate = z.infer<typeof SuccessRate>;
