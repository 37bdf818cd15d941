/**
 * Makes a bare clone ready: installs what is missing, builds what is stale. Runs before there is a node_modules, so it
 * imports nothing but Node.js itself.
 *
 *   node scripts/ready.mjs install    dependencies only
 *   node scripts/ready.mjs build      dependencies, and dist/
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Syncwarden needs Node.js 20.19 or newer; this is ${process.versions.node}. Install a newer one.`);
  process.exit(2);
}

const lock = readFileSync(join(root, 'package-lock.json'), 'utf8');
const stamp = join(root, 'node_modules', '.syncwarden-lock');
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== lock) {
  console.error('Installing dependencies ...');
  // Not `npm ci`: it refuses a lock file that lacks the binaries of other platforms, and a registry behind an air gap
  // may only hold those of its own. `npm install` keeps to the locked versions, and adds what this platform needs.
  run('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error']);
  writeFileSync(stamp, readFileSync(join(root, 'package-lock.json'), 'utf8'));
}
if (process.argv[2] === 'build' && isStale()) {
  console.error('Building ...');
  run(process.execPath, [join(root, 'scripts', 'build.mjs')]);
}

/** True when a source is newer than the last complete build. */
function isStale() {
  const built = join(root, 'dist', '.built');
  if (!existsSync(built)) return true;
  const at = statSync(built).mtimeMs;
  const sources = [
    'bench',
    'machines',
    'src',
    'scripts',
    'package.json',
    'package-lock.json',
    'tsconfig.json',
    'tsconfig.build.json',
  ];
  return sources.some((source) => newest(join(root, source)) > at);
}

function newest(path) {
  const info = statSync(path);
  if (!info.isDirectory()) return info.mtimeMs;
  return Math.max(info.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

function run(command, args) {
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32' && command === 'npm',
  });
  if (error) console.error(`${command}: ${error.message}`);
  if (status !== 0) process.exit(status ?? 1);
}
