import { Kind, parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { schema } from '../../../src/graphql/schema.ts';
import { frontEnd } from '../../../src/server/http/graphiql-examples/front-end.ts';
import { orchestrator } from '../../../src/server/http/graphiql-examples/orchestrator.ts';
import { projectManager } from '../../../src/server/http/graphiql-examples/project-manager.ts';
import { testApp } from '../../support/app.ts';

const browser = { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } };

/** The URLs of other origins that a page loads. URLs in text and comments are ignored. */
function loadedFromElsewhere(page: string): string[] {
  const address = String.raw`(?:https?:)?\/\/[\w.-]+\.[a-z]+[^"'\`\s)]*`;
  const loading = [
    String.raw`<(?:script|link|img|iframe|source|video|audio|object|embed|base)\b[^<>]*?\b(?:src|href|data)\s*=\s*["']?`,
    String.raw`\bimport\s*\(?\s*["'\`]`,
    String.raw`\bfrom\s*["'\`]`,
    String.raw`\bimportScripts\s*\(\s*["'\`]`,
    String.raw`\b(?:fetch|Worker|EventSource|WebSocket)\s*\(\s*["'\`]`,
    String.raw`\burl\(\s*["']?`,
    String.raw`@import\s+["']?`,
    String.raw`"imports"\s*:\s*\{[^}]*?:\s*"`,
  ];
  return loading.flatMap((start) => page.match(new RegExp(start + address, 'gi')) ?? []);
}

describe('GraphiQL', () => {
  it('is served to browsers with the examples, and other clients get a GraphQL response', async () => {
    await using app = await testApp();
    const response = await app.fetch('http://test/graphql', browser);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toContain('text/html');
    const page = await response.text();
    expect(page).toContain('<title>Shark Sessions</title>');
    for (const examples of [orchestrator, projectManager, frontEnd])
      expect(page).toContain(JSON.stringify(examples).replaceAll('<', '\\u003c'));

    const answer = await app.fetch('http://test/graphql?query={__typename}');
    expect(await answer.json()).toEqual({ data: { __typename: 'Query' } });
  });

  it('loads nothing from other origins', async () => {
    await using app = await testApp();
    const page = await (await app.fetch('http://test/graphql', browser)).text();
    expect(loadedFromElsewhere(page)).toEqual([]);
  });

  it.each([
    '<script crossorigin src="https://unpkg.com/react/react.js"></script>',
    "<link rel='stylesheet' href='//cdn.example.com/style.css'>",
    "<script type=module>import React from 'https://esm.sh/react'</script>",
    '<script>import("https://esm.sh/react")</script>',
    '<script type="importmap">{ "imports": { "react": "https://esm.sh/react" } }</script>',
    '<style>@import url(https://fonts.example.com/css);</style>',
    '<script>new Worker("https://cdn.example.com/worker.js")</script>',
    '<img src=https://example.com/pixel.png>',
  ])('the check detects loading from another origin: %s', (page) => {
    expect(loadedFromElsewhere(page)).not.toEqual([]);
  });

  it('can be disabled', async () => {
    await using app = await testApp({ config: { graphiql: false } });
    const response = await app.fetch('http://test/graphql', browser);
    expect(response.headers.get('content-type') ?? '').not.toContain('text/html');
    expect(await response.text()).not.toContain('<html');

    const answer = await app.fetch('http://test/graphql?query={__typename}');
    expect(await answer.json()).toEqual({ data: { __typename: 'Query' } });
  });
});

describe.each([
  { reader: 'an orchestrator', examples: orchestrator },
  { reader: 'a project manager', examples: projectManager },
  { reader: 'a front end', examples: frontEnd },
])('the examples for $reader', ({ examples }) => {
  it('are valid', () => {
    expect(validate(schema, parse(examples))).toEqual([]);
  });

  it('have a name and a comment for each operation', () => {
    for (const definition of parse(examples).definitions) {
      if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
      expect(definition.name?.value).toMatch(/^[A-Z]/);
      const before = examples.slice(0, definition.loc?.start).trimEnd().split('\n').at(-1);
      expect(before).toMatch(/^# /);
    }
  });
});
