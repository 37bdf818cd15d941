/** A comparison of both sides, line by line for people. */
import type { ProofView } from '../http/api.ts';

export function proofLines(proof: ProofView | null): readonly string[] {
  return (proof?.types ?? []).map(
    ({ type, source, target, equal }) =>
      `  ${type.padEnd(18)} ${source.count} in the source, ${target.count} in the target${equal ? '' : '  DIFFERENT'}`,
  );
}
