import type { GraphiQLOptions } from 'graphql-yoga';
import { frontEnd, orchestrator, projectManager } from './graphiql-examples.ts';

export const graphiqlOptions: GraphiQLOptions = {
  title: 'Shark Sessions',
  subscriptionsProtocol: 'WS',
  defaultTabs: [{ query: orchestrator }, { query: projectManager }, { query: frontEnd }],
};
