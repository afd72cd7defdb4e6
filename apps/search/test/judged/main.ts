import { cloneDatabase, prepareTemplate, startTestServer } from "@nofx/testkit";
import { searchTrack } from "../../src/index.ts";
import { evaluate } from "./evaluate.ts";
import { openJudgedIndex } from "./judged-index.ts";
import { readJudgments } from "./judgments.ts";
import { tell } from "./tell.ts";

const server = await startTestServer();
try {
  const database = await cloneDatabase(server.url, await prepareTemplate(server.url, searchTrack), searchTrack.role);
  const index = openJudgedIndex(database.url);
  await index.build(1);
  const evaluation = await evaluate(index.engine, 1, readJudgments());
  await index.close();
  await database.drop();
  console.log(tell(evaluation));
  if (evaluation.failures.length > 0) process.exitCode = 1;
} finally {
  await server.stop();
}
