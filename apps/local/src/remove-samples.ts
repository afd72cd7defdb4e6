/** `npm run samples:remove`: takes the made-up runs away that the first `npm start` has brought. */
import { readEnv } from "./env.ts";
import { removeSamples } from "./samples.ts";

try {
  console.log(await removeSamples(readEnv(process.env).stateDirectory, new Date()));
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
