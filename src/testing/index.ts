/**
 * The contract suites of connectors, for the tests of whoever writes one: `syncwarden/testing`. They register tests with
 * vitest, which the package that uses them must have.
 */
export { describeSource } from './describe-source.ts';
export { describeTarget, type TargetHarness } from './describe-target.ts';
export type { SourceHarness } from './source-harness.ts';
export { walkAll } from './walk-all.ts';
