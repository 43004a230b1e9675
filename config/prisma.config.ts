import { defineConfig } from 'prisma/config';

// `prisma generate` would download a native schema engine that it never uses. Any existing executable satisfies its
// check. Other commands, for example `prisma migrate status`, need the engine.
if (process.argv.includes('generate')) process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= process.execPath;

export default defineConfig({
  schema: '../prisma/schema.prisma',
  migrations: { path: '../prisma/migrations' },
  datasource: { url: process.env.DATABASE_URL ?? 'file:./data/shark.db' },
});
