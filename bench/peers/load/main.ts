/** The load generator: a process that runs the jobs that its parent sends. */
import type { LoadJob, LoadReply } from './job.ts';
import { runJob } from './run-job.ts';

process.on('message', (message) => {
  void (async () => {
    const job: LoadJob = JSON.parse(String(message));
    const reply: LoadReply = await runJob(job).then(
      (result) => ({ result }),
      (error: unknown) => ({ error: `${job.work} at ${job.url}: ${String(error)}` }),
    );
    process.send?.(JSON.stringify(reply));
  })();
});
process.once('disconnect', () => process.exit(0));
