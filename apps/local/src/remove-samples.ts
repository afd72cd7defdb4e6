/** `npm run samples:remove`: takes the made-up runs away that the first `npm start` has brought. */
import { createClient } from "@nofx/client";
import { marketplaceContract } from "@nofx/contract-marketplace";
import { readEnv } from "./env.ts";
import { removeSamples } from "./samples.ts";
import { readLocalJson } from "./state.ts";

const count = (number: number, noun: string): string =>
  `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;

const remove = async (stateDirectory: string): Promise<string> => {
  const { origin, token } = await readLocalJson(stateDirectory);
  const client = createClient(marketplaceContract, { baseUrl: origin, token });
  const removed = await removeSamples(client, stateDirectory, new Date()).catch((error: Error) => {
    // What fetch throws when there is no answer.
    if (!(error instanceof TypeError) && error.name !== "TimeoutError") throw error;
    throw new Error(`Nothing answers at ${origin}. Run \`npm start\` in another terminal, and try again.`);
  });
  if (removed.templates === 0 && removed.reports === 0) return "There are no sample runs.";
  const { reports, templates, agents } = removed;
  return `Removed ${count(reports, "sample run")} of ${count(templates, "template")} and ${count(agents, "agent")}. Real runs are as they were.`;
};

try {
  console.log(await remove(readEnv(process.env).stateDirectory));
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
