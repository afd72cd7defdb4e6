import { type Client, createClient } from "@nofx/client";
import type { Contract } from "@nofx/contract-kit";

/** A client of what runs here. It tries once: what is busy is asked again by who asks, and what is not there is told at once. */
export const clientOf = <C extends Contract>(contract: C, baseUrl: string, token: string): Client<C> =>
  createClient(contract, { baseUrl, token, retries: 0 });
