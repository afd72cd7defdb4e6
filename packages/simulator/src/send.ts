import { setTimeout as delay } from "node:timers/promises";
import { type Client, ProblemError } from "@nofx/client";
import { executionLimits, type marketplaceContract } from "@nofx/contract-marketplace";
import type { SampleReport } from "./simulation.ts";

type Reporting = Pick<Client<typeof marketplaceContract>, "recordExecutions">;

/** What became of reports. */
export interface Sent {
  readonly accepted: number;
  readonly duplicate: number;
}

/** Room for what is around the reports of a request. */
const envelopeBytes = 1_000;
const triesMax = 10;

/** Cuts reports into requests that are small enough, in their order. */
export const requestsOf = (reports: readonly SampleReport[]): SampleReport[][] => {
  const requests: SampleReport[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const report of reports) {
    const size = Buffer.byteLength(JSON.stringify(report)) + 1;
    const open = requests.at(-1);
    if (
      open &&
      open.length < executionLimits.batchMax &&
      bytes + size <= executionLimits.bodyBytesMax - envelopeBytes
    ) {
      open.push(report);
      bytes += size;
    } else {
      requests.push([report]);
      bytes = size;
    }
  }
  return requests;
};

const send = async (client: Reporting, executions: SampleReport[]) => {
  for (let tries = 1; ; tries += 1) {
    const answer = await client.recordExecutions({ body: { executions } });
    if (answer.ok) return answer.body;
    if (answer.status !== 503 || tries === triesMax) throw new ProblemError(answer.problem);
    await delay(1000 * Number(answer.headers.get("retry-after") ?? 1));
  }
};

/** Sends reports, one request after the other, again where the service has too much to do. @throws what it refuses */
export const sendReports = async (client: Reporting, reports: readonly SampleReport[]): Promise<Sent> => {
  const sent = { accepted: 0, duplicate: 0 };
  for (const executions of requestsOf(reports)) {
    const { summary, results } = await send(client, executions);
    const refused = results.find(({ outcome }) => outcome === "refused");
    if (refused) {
      const { title, detail } = refused.problem ?? { title: "Refused" };
      throw new Error(`Run ${refused.runId} was refused: ${title}${detail ? `: ${detail}` : ""}`);
    }
    sent.accepted += summary.accepted;
    sent.duplicate += summary.duplicate;
  }
  return sent;
};
