/** The scenarios, against the real processes: simulators, proxy, supervisor and plugin host. */
import { describe, expect, test } from 'vitest';
import { jsonLines, runProgram } from '../support/program.ts';

const msMax = 170_000;

async function play(scenario: string, cardholders: number) {
  const args = ['demo', '--headless', '--json', '--scenario', scenario, '--cardholders', String(cardholders)];
  const { exitCode, stdout, stderr } = await runProgram(args, msMax);
  const lines = jsonLines(stdout);
  const broken = lines.filter(({ kind, held }) => kind === 'expectation' && held === false);
  return { exitCode, broken, result: lines.at(-1) ?? { stderr } };
}

describe('a scenario ends proven equal', () => {
  test.each([
    ['healthy', 600, []],
    ['interrupted', 1_500, undefined],
    ['supervisor-killed', 1_500, undefined],
    ['plugin-hang', 1_500, undefined],
    ['proxy-dead', 600, ['restart-proxy']],
    ['missing-entities', 600, []],
    ['incompatible', 300, []],
    ['empty-source', 600, []],
  ] as const)(
    '%s, with %i people',
    async (scenario, cardholders, remedies) => {
      const { exitCode, broken, result } = await play(scenario, cardholders);

      expect(broken).toEqual([]);
      expect(result).toMatchObject({ kind: 'result', scenario, proven: true });
      expect(exitCode).toBe(0);
      if (remedies) expect(result).toMatchObject({ remedies });
    },
    msMax,
  );
});
