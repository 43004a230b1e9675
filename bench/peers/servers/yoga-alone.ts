/** *Yoga alone*: the product's GraphQL server as its documentation starts it, with a schema of one field. */
import { createServer } from 'node:http';
import { createSchema, createYoga } from 'graphql-yoga';

const yoga = createYoga({
  schema: createSchema({
    typeDefs: 'type Query { hello: String }',
    resolvers: { Query: { hello: () => 'world' } },
  }),
  logging: false,
});
// Yoga's handler returns a promise, and Node ignores it.
const server = createServer((request, response) => void yoga(request, response));
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object')
    console.log(`ready at http://127.0.0.1:${address.port}/graphql`);
});
process.once('SIGTERM', () => process.exit(0));
