/** Makes one plain JavaScript file of a program in TypeScript: Node.js 20 reads no types, and one file starts quickly. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';

export interface Bundle {
  readonly file: string;
  remove(): Promise<void>;
}

/** Bundles the program with everything that it imports, from the sources as they are now. */
export async function bundle(program: string): Promise<Bundle> {
  const outDir = await mkdtemp(join(tmpdir(), 'bundle-'));
  await build({
    configFile: false,
    logLevel: 'error',
    build: { ssr: program, outDir, target: 'node20', rollupOptions: { output: { entryFileNames: 'program.mjs' } } },
    ssr: { noExternal: true },
  });
  return { file: join(outDir, 'program.mjs'), remove: () => rm(outDir, { recursive: true, force: true }) };
}
