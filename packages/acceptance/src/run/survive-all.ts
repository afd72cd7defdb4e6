import { type Outage, surviveOutages } from "../load/outages.ts";
import type { Target } from "../target.ts";

/** Tells that something is as it must be. */
export const tell = (line: string): void => console.log(`✓ ${line}`);

/** Proves, and tells, that nothing confirmed is lost when one thing after another goes away and comes back. */
export const surviveAll = async (target: Target, outages: readonly Outage[], signal: AbortSignal): Promise<boolean> => {
  console.log("Restarting what runs, while there is much to do …");
  const faults = await surviveOutages(target, outages, { tell, signal });
  for (const fault of faults) console.error(`✗ ${fault}`);
  if (faults.length === 0) tell("Nothing that was confirmed is lost");
  return faults.length === 0;
};
