/**
 * The import rules for the folders of src: a folder imports only from folders to its left in `layers`, and no imports
 * form a circle. Type imports count as well. `npm run lint` checks the rules; ARCHITECTURE.md has a diagram.
 */
const layers = ['shared', 'client', 'db', 'domain', 'worker', 'graphql', 'server', 'cli'];

const above = (layer) => layers.slice(layers.indexOf(layer) + 1).concat('main\\.ts$');
const inFolders = (...folders) => `^src/(${folders.join('|')})`;

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-circular-imports',
      severity: 'error',
      from: { pathNot: '/generated/' },
      to: { circular: true },
    },
    ...layers.map((layer) => ({
      name: `${layer}-imports-down`,
      severity: 'error',
      from: { path: inFolders(`${layer}/`) },
      to: { path: inFolders(...above(layer).map((folder) => folder.replace(/^\w+$/, '$&/'))) },
    })),
    {
      name: 'shared-database-code-is-engine-neutral',
      comment: 'src/db holds the interfaces; code for one database engine is in its own folder.',
      severity: 'error',
      from: { path: '^src/db/[^/]+$' },
      to: { path: '^src/db/sqlite/' },
    },
    {
      name: 'statements-are-in-the-domain',
      comment: 'Only the domain builds SQL statements. The folder db runs them.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(db|domain)/' },
      to: { path: 'node_modules/kysely/' },
    },
    {
      name: 'one-file-chooses-the-driver',
      comment: 'Node.js versions need different drivers.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/db/sqlite/driver\\.ts$' },
      to: { path: '(node_modules/|@types/)better-sqlite3' },
    },
    {
      name: 'commands-use-the-client',
      comment:
        'Commands work the same with a server and with a database file, because they use the client only.',
      severity: 'error',
      from: { path: '^src/cli/', pathNot: '^src/cli/(connection|operator)/' },
      to: { path: inFolders('db/', 'domain/(?!principal)', 'worker/', 'graphql/', 'server/') },
    },
    {
      name: 'client-is-independent',
      comment: 'Other programs use the client without the rest of src.',
      severity: 'error',
      from: { path: '^src/client/' },
      to: { path: '^src/', pathNot: '^src/client/' },
    },
    {
      name: 'workflow-is-pure',
      comment: 'The next status of a task is a pure function of the workflow.',
      severity: 'error',
      from: { path: '^src/domain/workflow/' },
      to: { path: '^src/', pathNot: '^src/(domain/workflow|shared)/' },
    },
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { extensions: ['.ts', '.js'] },
  },
};
