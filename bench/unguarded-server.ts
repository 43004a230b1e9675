/**
 * The same operations over HTTP without access control, limits (except for the body), metrics, operation log and
 * security headers. Prints its address like the server does.
 */
import { createServer } from 'node:http';
import { YogaServer } from 'graphql-yoga';
import { unrestrictedPrincipal } from '../src/domain/principal.ts';
import { createAnalyticsWorker } from '../src/worker/analytics-worker.ts';
import { systemClock as clock } from '../src/shared/clock.ts';
import { readConfig } from '../src/server/config.ts';
import { type Context, createContext } from '../src/graphql/context.ts';
import { schema } from '../src/graphql/schema.ts';
import { readLimitedBody } from '../src/server/http/body-limit.ts';
import { KnownResponse } from '../src/server/http/known-response.ts';
import { createRequestListener } from '../src/server/http/request-listener.ts';
import { useRequestValidation } from '../src/server/http/request-validation.ts';
import { createErrorMask, serverErrorWords } from '../src/graphql/mask-error.ts';
import { createLog } from '../src/shared/log.ts';
import { openServices } from '../src/server/services.ts';

const config = readConfig(process.env);
const log = createLog('error');
const onError = (error: unknown) => log.error({ err: error });
const { services } = await openServices(config, {
  clock,
  observer: { migrated() {}, failed: onError },
  createAnalyticsWorker: ({ database, workflow }) =>
    createAnalyticsWorker({
      file: config.databaseFile,
      tables: database.tables,
      workflow,
      clock,
      timeoutMs: config.analyticsTimeoutMs,
      checkFileIdentity: database.checkFileIdentity,
    }),
});
const maskError = createErrorMask({ log, words: serverErrorWords });
const yoga = new YogaServer<object, Context>({
  fetchAPI: { Response: KnownResponse },
  schema,
  context: () => createContext(services, unrestrictedPrincipal),
  maskedErrors: {
    maskError: (error) => maskError(error, null),
    errorMessage: 'Something went wrong in the server',
  },
  graphiql: false,
  landingPage: false,
  cors: false,
  logging: false,
  maxRequestBodySize: false,
  plugins: [useRequestValidation()],
});
const { listener } = createRequestListener(async (request) => {
  const read = await readLimitedBody(request, config.limits.bodyBytes, KnownResponse);
  return 'status' in read ? read : yoga.handle(request.withBody(read.body), { waitUntil() {} });
});
const server = createServer(listener);
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object')
    console.log(`ready at http://127.0.0.1:${address.port}/graphql`);
});
process.once('SIGTERM', () => process.exit(0));
