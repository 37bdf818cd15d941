import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

/** Which rooms a room may import from: the house in one table. A room may always import from itself. */
const allowed: { readonly [room: string]: readonly string[] } = {
  // How a machine names work that is done outside: all that a general runtime takes from the machines.
  'machines/effect.ts': [],
  machines: ['machines/effect.ts'],
  'src/core': ['machines'],
  'src/store': ['src/core'],
  'src/runtime': ['src/core', 'src/store', 'machines/effect.ts'],
  'src/connectors': ['src/core'],
  'src/sync': ['src/core', 'src/connectors'],
  'src/relay': ['src/core', 'src/connectors'],
  'src/testing': ['src/core', 'src/connectors'],
  'src/remedies': ['src/core', 'src/connectors'],
  'src/beside': ['machines', 'src/core', 'src/connectors', 'src/sync', 'src/remedies'],
  'src/observe': ['src/core', 'machines'],
  'src/notify': ['machines', 'src/core', 'src/connectors', 'src/runtime'],
  'src/supervise': [
    'machines',
    'src/core',
    'src/store',
    'src/runtime',
    'src/connectors',
    'src/sync',
    'src/relay',
    'src/remedies',
    'src/beside',
    'src/observe',
    'src/notify',
  ],
  'src/http': ['machines', 'src/core', 'src/runtime'],
  'src/simulation': [
    'machines',
    'src/core',
    'src/store',
    'src/runtime',
    'src/connectors',
    'src/sync',
    'src/remedies',
    'src/observe',
    'src/supervise',
  ],
  'src/web': ['src/http'],
  'src/simulator': ['src/core', 'src/http'],
  'src/cli': ['src/core', 'src/store', 'src/runtime', 'src/http', 'src/supervise', 'src/simulator', 'src/simulation'],
  'src/index.ts': ['machines', 'src/core', 'src/connectors', 'src/runtime', 'src/supervise', 'src/sync'],
};

const root = resolve(import.meta.dirname, '../..');

function filesOf(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => join(folder, name));
}

function importsOf(file: string): readonly string[] {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.{1,2}\/[^']+)'/g)].map((match) =>
    relative(root, resolve(root, dirname(file), match[1] as string)),
  );
}

const roomOf = (file: string) =>
  Object.keys(allowed).find((room) => file === room || file.startsWith(`${room}/`)) ?? file;

const files = [...filesOf('machines'), ...filesOf('src')].filter((file) => !file.endsWith('.css'));

describe('the house', () => {
  test('every source file lives in a room', () => {
    expect(files.filter((file) => !(roomOf(file) in allowed))).toEqual([]);
  });

  test('imports go one way between rooms', () => {
    const wrong = files.flatMap((file) =>
      importsOf(file)
        .filter((target) => roomOf(target) !== roomOf(file) && !allowed[roomOf(file)]?.includes(roomOf(target)))
        .map((target) => `${file} imports ${target}`),
    );

    expect(wrong).toEqual([]);
  });

  test('the table itself has no cycle', () => {
    const reach = (room: string, seen: ReadonlySet<string>): boolean =>
      (allowed[room] ?? []).some((next) => seen.has(next) || reach(next, new Set([...seen, next])));

    expect(Object.keys(allowed).filter((room) => reach(room, new Set([room])))).toEqual([]);
  });

  test('no file imports itself over others', () => {
    const graph = new Map(files.map((file) => [file, importsOf(file)]));
    const cycles: string[] = [];
    const done = new Set<string>();
    const walk = (file: string, path: readonly string[]) => {
      if (path.includes(file)) return void cycles.push([...path.slice(path.indexOf(file)), file].join(' -> '));
      if (done.has(file)) return;
      for (const next of graph.get(file) ?? []) walk(next, [...path, file]);
      done.add(file);
    };
    for (const file of files) walk(file, []);

    expect(cycles).toEqual([]);
  });

  test('the runtime is used through its public entry alone: what supervises has no back door', () => {
    const backDoors = files.flatMap((file) =>
      importsOf(file)
        .filter((target) => roomOf(target) === 'src/runtime' && roomOf(file) !== 'src/runtime')
        .filter((target) => target !== 'src/runtime/index.ts')
        .map((target) => `${file} imports ${target}`),
    );

    expect(backDoors).toEqual([]);
  });

  test('the machines read the calendar in one place, and know no other library than those', () => {
    const known = new Set(['xstate', 'zod', 'croner']);
    const libraries = files
      .filter((file) => file.startsWith('machines/'))
      .flatMap((file) =>
        [...readFileSync(join(root, file), 'utf8').matchAll(/ from '([^.'][^']*)'/g)].map((match) => [file, match[1]]),
      );

    expect(libraries.filter(([, name]) => !known.has(name ?? ''))).toEqual([]);
    expect(libraries.filter(([, name]) => name === 'croner')).toEqual([['machines/schedule.ts', 'croner']]);
  });

  test('machines and core touch neither clock nor process, network nor files', () => {
    const forbidden = /Date\.now\(|Math\.random\(|process\.|setTimeout\(|from 'node:(?!crypto)/;
    const shells = new Set(['src/core/clock.ts']); // the one place that hands the clock in
    const impure = files.filter(
      (file) =>
        /^(machines|src\/core)\//.test(file) &&
        !shells.has(file) &&
        forbidden.test(readFileSync(join(root, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '')),
    );

    expect(impure).toEqual([]);
  });
});
