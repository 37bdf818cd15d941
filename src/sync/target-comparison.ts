/** The target side of a proof: lists and reads back every marked entity of a type and holds it against what is wanted. */
import type { SyncSides } from './run-context.ts';
import { TargetJudgement, type TypeFindings } from './target-judgement.ts';
import { type Sample, targetPages } from './target-pages.ts';
import type { Wanted } from './wanted.ts';

/** Entities that are not as the index has them, kept until it is known what is wanted. Beyond that, it is waited for. */
const waitingMax = 10_000;

/**
 * Compares the entities of one type with what is wanted. The target is read while the source still may be: what is as
 * the index has it costs a bit until then.
 */
export async function compareTarget(
  sides: SyncSides,
  type: string,
  wanted: () => Promise<Wanted>,
  inSample: Sample,
  onProgress: (done: number) => void = () => {},
): Promise<TypeFindings> {
  const { index, limits } = sides;
  const judgement = new TargetJudgement(type, limits.repairCountMax, inSample);
  for await (const met of targetPages(sides, type, inSample)) {
    const entries = await index.lookup(met.map(({ key }) => ({ type, key })));
    met.forEach((one, at) => {
      judgement.meet(one, entries[at] ?? null);
    });
    if (judgement.waiting > waitingMax) judgement.judge(await wanted());
    onProgress(judgement.met);
  }
  return await judgement.end(await wanted(), index);
}
