// The few functions that the peers use of packages that only this folder installs. The declarations let the project be
// type-checked without these packages.

declare module 'fastify' {
  export interface Fastify {
    register(plugin: object, options: object): void;
    listen(options: { port: number; host: string }): Promise<string>;
  }
  export default function fastify(options: { logger: boolean }): Fastify;
}

declare module 'mercurius' {
  const mercurius: object;
  export default mercurius;
}
