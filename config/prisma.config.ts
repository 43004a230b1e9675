import { defineConfig } from 'prisma/config';

// `prisma generate` looks for a native schema engine that it then never uses, and would download it.
// Any executable that exists satisfies the check. Other commands do use it, `prisma migrate status` for one.
if (process.argv.includes('generate')) process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= process.execPath;

export default defineConfig({
  schema: '../prisma/schema.prisma',
  migrations: { path: '../prisma/migrations' },
  datasource: { url: process.env.DATABASE_URL ?? 'file:./data/shark.db' },
});
