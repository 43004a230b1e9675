import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatTokenFile, type TokenEntry } from '../../src/server/auth/token-file.ts';
import { sha256Of } from '../../src/server/auth/tokens.ts';
import { type TestApp, type TestAppOptions, testApp } from './app.ts';

/** The tokens that an app of these tests accepts. The agent token is for `backend` and `backend-2`. */
export const tokens = {
  viewer: 'shark_token-of-a-viewer',
  agent: 'shark_token-of-an-agent',
  orchestrator: 'shark_token-of-an-orchestrator',
} as const;

export const entries: Readonly<Record<keyof typeof tokens, TokenEntry>> = {
  viewer: { name: 'board', role: 'viewer', sha256: sha256Of(tokens.viewer) },
  agent: {
    name: 'backend-team',
    role: 'agent',
    sha256: sha256Of(tokens.agent),
    agentIds: ['backend', 'backend-2'],
  },
  orchestrator: { name: 'conductor', role: 'orchestrator', sha256: sha256Of(tokens.orchestrator) },
};

/** Creates a file with the tokens above. */
export function writeTokens(path: string, known: readonly TokenEntry[] = Object.values(entries)): void {
  writeFileSync(path, formatTokenFile(known));
}

export interface GuardedApp extends TestApp {
  readonly tokensFile: string;
  /** Replaces the known tokens with these. */
  replaceTokens(known: readonly TokenEntry[]): void;
}

/** A server that requires one of the tokens above. */
export async function guardedApp(options: TestAppOptions = {}): Promise<GuardedApp> {
  const folder = mkdtempSync(join(tmpdir(), 'shark-sessions-'));
  const tokensFile = join(folder, 'tokens.json');
  writeTokens(tokensFile);
  const app = await testApp({
    ...options,
    config: { authentication: { tokensFile, jsonWebTokens: undefined }, ...options.config },
  });
  const disposeOfApp = app[Symbol.asyncDispose];
  // Not spread, because properties of the app are getters.
  return Object.assign(app, {
    tokensFile,
    replaceTokens: (known: readonly TokenEntry[]) => writeTokens(tokensFile, known),
    async [Symbol.asyncDispose]() {
      await disposeOfApp();
      rmSync(folder, { recursive: true });
    },
  });
}
