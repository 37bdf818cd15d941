/** One boot, or one reading of the same files, in a process of its own: prints how many milliseconds it took. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StoreLimits } from '../../src/store/store-limits.ts';
import { openRooms } from './durable-world.ts';

const [what, directory, limits] = process.argv.slice(2) as ['read' | 'open', string, string]; // boot.ts gives all three

if (what === 'read') {
  const startMs = performance.now();
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) readFileSync(join(entry.parentPath, entry.name));
  process.stdout.write(String(performance.now() - startMs));
} else {
  const startMs = performance.now();
  // Written by boot.ts from an object of this type.
  const { runtime } = await openRooms({ directory, limits: JSON.parse(limits) as Partial<StoreLimits> });
  process.stdout.write(String(performance.now() - startMs));
  await runtime.close();
}
