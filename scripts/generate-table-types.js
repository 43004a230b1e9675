import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import schemaParser from '@prisma/prisma-schema-wasm';

/*
 * Writes the types of all tables of schema.prisma for Kysely, with the names that the tables and columns have in the
 * database. Prisma's parser reads the schema. Prisma's command line is not needed, which is 200 times larger.
 */
const file = 'prisma/schema.prisma';
const schema = JSON.stringify({ prismaSchema: [[file, readFileSync(file, 'utf8')]], noColor: true });
const { models } = JSON.parse(schemaParser.get_dmmf(schema)).datamodel;

/** SQLite stores times as text and flags as numbers. */
const types = { Int: 'number', Float: 'number', Boolean: 'number', String: 'string', DateTime: 'string' };

const lines = [
  "import type { Generated } from 'kysely';",
  '',
  'export interface TableTypes {',
  ...models.map(({ name, dbName }) => `  ${dbName ?? name}: ${name}Table;`),
  '}',
  ...models.flatMap(({ name, fields }) => [
    '',
    `export interface ${name}Table {`,
    ...fields.filter(({ kind }) => kind === 'scalar').map(column),
    '}',
  ]),
  '',
];
mkdirSync('src/db/generated', { recursive: true });
writeFileSync('src/db/generated/tables.ts', lines.join('\n'));

function column({ name, dbName, type, isRequired, hasDefaultValue }) {
  const value = `${types[type]}${isRequired ? '' : ' | null'}`;
  return `  ${dbName ?? name}: ${hasDefaultValue ? `Generated<${value}>` : value};`;
}
