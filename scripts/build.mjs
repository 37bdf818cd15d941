/** Builds dist/: the compiled program, and the pages served offline. Answers 1 when a part does not build. */
import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const require = createRequire(import.meta.url);

rmSync(join(root, 'dist'), { recursive: true, force: true });
node(join(dirname(require.resolve('typescript/package.json')), 'bin', 'tsc'), '-p', 'tsconfig.build.json');
node(
  join(dirname(require.resolve('vite/package.json')), 'bin', 'vite.js'),
  'build',
  '--config',
  'src/web/vite.config.ts',
  '--logLevel',
  'warn',
);
writeFileSync(join(root, 'dist', '.built'), '');

function node(...args) {
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (status !== 0) process.exit(status ?? 1);
}
