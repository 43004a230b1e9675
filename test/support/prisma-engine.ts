import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { DiagnoseMigrationHistoryOutput, MigrationList } from '@prisma/schema-engine-wasm';
import * as glue from '@prisma/schema-engine-wasm/schema_engine_bg';
import { engineConnections } from './prisma-engine-connection.ts';

/** Prisma's own schema engine, compiled to WebAssembly, on one database. It locks the file until it is disposed of. */
export interface PrismaEngine extends AsyncDisposable {
  /** Like `prisma migrate deploy`. */
  applyMigrations(): Promise<string[]>;
  /** Like `prisma migrate status`. The database must have Prisma's table. */
  diagnoseHistory(): Promise<DiagnoseMigrationHistoryOutput>;
  /** A description of the differences between the database and the schema. */
  differenceFrom(schemaFile: string): Promise<string>;
}

export interface OpenPrismaEngineOptions {
  file: string;
  migrationsFolder: string;
}

export async function openPrismaEngine({
  file,
  migrationsFolder,
}: OpenPrismaEngineOptions): Promise<PrismaEngine> {
  await loaded;
  const connections = engineConnections(file);
  const engine = await glue.SchemaEngine.new(
    { datamodels: [['schema.prisma', 'datasource db {\n  provider = "sqlite"\n}']] },
    () => {},
    connections,
  );
  const migrationsList = readMigrationsList(migrationsFolder);
  const filters = { externalTables: [], externalEnums: [] };

  return {
    async applyMigrations() {
      const { appliedMigrationNames } = await engine.applyMigrations({ migrationsList, filters });
      return appliedMigrationNames;
    },
    diagnoseHistory: () =>
      engine.diagnoseMigrationHistory({ migrationsList, filters, optInToShadowDatabase: false }),
    async differenceFrom(schemaFile) {
      const files = [{ path: schemaFile, content: readFileSync(schemaFile, 'utf8') }];
      const { stdout } = await engine.diff({
        from: { tag: 'schemaDatasource', files, configDir: dirname(schemaFile) },
        to: { tag: 'schemaDatamodel', files },
        script: false,
        exitCode: null,
        filters,
      });
      return stdout ?? '';
    },
    async [Symbol.asyncDispose]() {
      engine.free();
      connections.closeAll();
    },
  };
}

/** The used parts of a global that only the DOM's type library declares. */
declare const WebAssembly: {
  instantiate(
    bytes: Uint8Array,
    imports: Record<string, object>,
  ): Promise<{ instance: { exports: Record<string, unknown> } }>;
};

const loaded = loadEngine();

/** Loads the WebAssembly module, which the package expects a bundler to do. */
async function loadEngine(): Promise<void> {
  const packageFolder = dirname(createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm'));
  const bytes = readFileSync(join(packageFolder, 'schema_engine_bg.wasm'));
  const { instance } = await WebAssembly.instantiate(bytes, { './schema_engine_bg.js': glue });
  glue.__wbg_set_wasm(instance.exports);
  const start = instance.exports.__wbindgen_start;
  if (typeof start === 'function') start();
}

function readMigrationsList(folder: string): MigrationList {
  const folders = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return {
    baseDir: folder,
    lockfile: {
      path: 'migration_lock.toml',
      content: readFileSync(join(folder, 'migration_lock.toml'), 'utf8'),
    },
    shadowDbInitScript: '',
    migrationDirectories: folders
      .map(({ name }) => name)
      .toSorted()
      .map((name) => ({
        path: name,
        migrationFile: {
          path: 'migration.sql',
          content: { tag: 'ok', value: readFileSync(join(folder, name, 'migration.sql'), 'utf8') },
        },
      })),
  };
}
