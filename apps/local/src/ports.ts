import { createServer } from "node:net";

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen({ host: "127.0.0.1", port, exclusive: true }, () => probe.close(() => resolve(true)));
  });

/** @throws if one of the ports is in use, with what to do about it. */
export const assertFree = async (ports: readonly number[]): Promise<void> => {
  for (const port of ports) {
    if (await isFree(port)) continue;
    const [base = port] = ports;
    throw new Error(
      `Port ${port} is in use. If the control plane runs already, stop it with Ctrl-C there; otherwise choose another block of four ports:\n  NOFX_PORT=${base + 100} npm start`,
    );
  }
};
