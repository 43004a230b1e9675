import { expect, it } from 'vitest';
import { startAttackedServer } from './harness/attacked-server.ts';
import { startObservers } from './harness/observers.ts';
import { brokenPromises, measureUndisturbed, reportAttack, summary } from './harness/service.ts';

/** The promises that are broken without an attack, while this happens to the process of the server. */
async function brokenWhile(disturb: (pid: number) => void = () => {}): Promise<string[]> {
  const report = await measureUndisturbed(async () => {
    await using server = await startAttackedServer();
    await using observers = await startObservers(server);
    const onStart = () => disturb(server.pid);
    const measurement = await reportAttack(server, observers, 'no attack', { onStart });
    console.log(`no attack: ${summary(measurement)}`);
    return measurement;
  });
  return brokenPromises(report);
}

it('finds nothing if nothing happens', async () => {
  expect(await brokenWhile()).toEqual([]);
});

it('finds that the server stops for 0.4 s', async () => {
  const broken = await brokenWhile((pid) => {
    process.kill(pid, 'SIGSTOP');
    setTimeout(() => process.kill(pid, 'SIGCONT'), 400);
  });
  expect(broken).toEqual([
    expect.stringMatching(/^query p99 \d+ ms/),
    expect.stringMatching(/^claim \d+ ms/),
    expect.stringMatching(/^stale push \d+ ms/),
  ]);
});

it('finds that the server ended', async () => {
  const broken = await brokenWhile((pid) => process.kill(pid, 'SIGKILL'));
  expect(broken).toEqual(
    expect.arrayContaining([
      'the server is dead',
      expect.stringMatching(/^another client got an error: \d+ × .*ECONNREFUSED/),
      expect.stringMatching(/^another client got an error: 1 × The socket of the subscriber was closed/),
    ]),
  );
});
