/** Runs one case in this process: `run-case.js BENCH.CASE DIRECTORY quick|full`. Started by main.ts. */
import { invariant } from '../src/core/errors.ts';
import { benchmarks } from './cases.ts';
import { tellerOf } from './harness/line.ts';

const [name = '', directory = '', extent] = process.argv.slice(2);
const [bench = '', caseName = ''] = name.split('.');
const run = benchmarks[bench]?.[caseName];
invariant(run !== undefined && directory !== '', 'main.ts names a case and its directory');
const tell = tellerOf(bench, (line) => console.log(JSON.stringify(line)));
await run({ directory, quick: extent === 'quick', tell });
