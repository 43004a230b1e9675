import { fork } from 'node:child_process';
import { once } from 'node:events';
import { compiled } from './build.ts';
import type { LoadJob, LoadReply, LoadResult } from './load/job.ts';

/** Sends load from its own process, which stays so that its own code is compiled only once. */
export interface LoadGenerator extends Disposable {
  run(job: LoadJob): Promise<LoadResult>;
}

export function startLoadGenerator(): LoadGenerator {
  const child = fork(compiled('load'), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const exited = once(child, 'exit').then(() => {
    throw new Error('The load generator ended');
  });
  exited.catch(() => {});
  return {
    async run(job) {
      child.send(JSON.stringify(job));
      const [message]: unknown[] = await Promise.race([once(child, 'message'), exited]);
      const reply: LoadReply = JSON.parse(String(message));
      if ('error' in reply) throw new Error(reply.error);
      return reply.result;
    },
    [Symbol.dispose]: () => child.disconnect(),
  };
}
