import type { GraphiQLOptions } from 'graphql-yoga';
import { frontEnd } from './graphiql-examples/front-end.ts';
import { orchestrator } from './graphiql-examples/orchestrator.ts';
import { projectManager } from './graphiql-examples/project-manager.ts';

export const graphiqlOptions: GraphiQLOptions = {
  title: 'Shark Sessions',
  subscriptionsProtocol: 'WS',
  defaultTabs: [{ query: orchestrator }, { query: projectManager }, { query: frontEnd }],
};
