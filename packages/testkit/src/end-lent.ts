import { afterAll } from "vitest";
import { endLent } from "./lend.ts";

afterAll(endLent);
