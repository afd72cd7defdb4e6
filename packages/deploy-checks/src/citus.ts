import type { Table } from "./catalogue.ts";

/** What becomes of a track's tables on Citus: each has one of three classes. */
export interface Placement {
  /** By table: the column whose value decides where a row lies. */
  readonly distributed: Readonly<Record<string, string>>;
  /** A copy on each node, and why. */
  readonly reference: Readonly<Record<string, string>>;
  /** On the coordinator alone, and why. */
  readonly local: Readonly<Record<string, string>>;
}

/** Tables without a class, with two, or that are not there. */
export const misplaced = (placement: Placement, tables: readonly Table[]): string[] => {
  const placed = Object.values(placement).flatMap((tablesOfClass) => Object.keys(tablesOfClass));
  const real = tables.map(({ name }) => name);
  return [
    ...real.filter((name) => !placed.includes(name)).map((name) => `${name} has no class`),
    ...placed.filter((name) => !real.includes(name)).map((name) => `${name} is no table`),
    ...placed.filter((name, place) => placed.indexOf(name) !== place).map((name) => `${name} has two classes`),
  ].toSorted();
};

/** Keys that Citus cannot hold: a row's neighbours are on its own node only if the distribution column says so. */
const keyObstacles = (placement: Placement, { name, keys, foreignKeys }: Table, column: string): string[] => [
  ...keys
    .filter(({ columns }) => !columns.includes(column))
    .map((key) => `unique key ${key.name} is without ${column}`),
  ...foreignKeys.flatMap(({ name: key, to, columns, toColumns }) => {
    if (to in placement.reference) return [];
    const toColumn = placement.distributed[to];
    if (toColumn === undefined) return [`foreign key ${key} leads from ${name} to ${to}, which is on the coordinator`];
    return columns.some((own, place) => own === column && toColumns[place] === toColumn)
      ? []
      : [`foreign key ${key} does not lead from ${column} to ${toColumn} of ${to}`];
  }),
];

const obstaclesOf = (placement: Placement, table: Table): string[] => {
  const column = placement.distributed[table.name];
  if (column === undefined && !(table.name in placement.reference)) return [];
  const isMissing = column !== undefined && !table.columns.includes(column);
  return [
    ...(isMissing ? [`has no column ${column}`] : []),
    ...(column === undefined ? [] : keyObstacles(placement, table, column)),
    ...table.policiesWithTables.map((policy) => `policy ${policy} looks into tables`),
    ...table.policiesWithSettings.map((policy) => `policy ${policy} reads settings in a sub-select`),
    ...table.triggers.map((trigger) => `trigger ${trigger}`),
  ];
};

/** Why Citus would refuse to distribute tables as the migrations leave them, table by table. */
export const obstacles = (placement: Placement, tables: readonly Table[]): Record<string, string[]> =>
  Object.fromEntries(
    tables.map((table) => [table.name, obstaclesOf(placement, table)] as const).filter(([, found]) => found.length > 0),
  );

/** Tables in an order in which each comes after those that it refers to. */
const inOrder = (placement: Placement, tables: readonly Table[]): string[] => {
  const ordered: string[] = [];
  const visit = (name: string): void => {
    if (ordered.includes(name)) return;
    const table = tables.find((each) => each.name === name);
    for (const { to } of table?.foreignKeys ?? []) if (to !== name && to in placement.distributed) visit(to);
    ordered.push(name);
  };
  for (const name of Object.keys(placement.distributed)) visit(name);
  return ordered;
};

/** The statements that distribute a track's tables: references first, then the first table, then all others beside it. */
export const statements = (schema: string, placement: Placement, tables: readonly Table[]): string => {
  const references = Object.keys(placement.reference).map(
    (name) => `SELECT create_reference_table('${schema}.${name}');`,
  );
  const ordered = inOrder(placement, tables);
  const first = `${schema}.${ordered[0]}`;
  const distributed = ordered.map((name, place) => {
    const beside = place === 0 ? "none" : first;
    return `SELECT create_distributed_table('${schema}.${name}', '${placement.distributed[name]}', colocate_with => '${beside}');`;
  });
  return `${[...references, ...distributed].join("\n")}\n`;
};
