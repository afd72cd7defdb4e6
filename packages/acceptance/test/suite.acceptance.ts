import { acceptance, readTarget } from "../src/index.ts";

acceptance(readTarget(process.env));
