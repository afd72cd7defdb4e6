import type { Example } from "@nofx/contract-kit";

export const listReports: Example = {
  answer: {
    reports: [
      {
        name: "click-positions",
        title: "Positions of chosen hits",
        description: "How far down the hits are that people choose.",
        parameters: ["from", "to"],
        columns: [
          { name: "position", type: "integer", optional: false, description: "Place among the hits, from 1" },
          { name: "clicks", type: "integer", optional: false },
          { name: "share", type: "number", optional: false, description: "Of all clicks" },
        ],
        restricted: true,
        url: "/api/reports/click-positions",
      },
    ],
  },
};

export const getReport: Example = {
  arguments: { name: "slowest-templates", minRuns: 10 },
  answer: {
    name: "slowest-templates",
    title: "Slowest templates",
    at: "2026-11-23T09:30:00.000Z",
    rows: [
      {
        tenant: "acme",
        id: "release-train",
        name: "Release train",
        currentVersion: "2.0.0",
        meanMs: 8_412,
        runs30d: 100,
        success: 0.8256,
      },
    ],
  },
};
