/** The target side of a proof: lists and reads back every marked entity of a type, to hold it against what is wanted. */
import type { SyncSides } from './run-context.ts';
import { TargetJudgement } from './target-judgement.ts';
import { type Sample, targetPages } from './target-pages.ts';
import type { Wanted } from './wanted.ts';

/** Entities that are not as the index has them, kept until it is known what is wanted. Beyond that, it is waited for. */
const waitingMax = 10_000;

/**
 * Meets the entities of one type; what is wanted of it is asked for only when it must be, because the source may still be
 * read: what is as the index has it costs a bit until then. End the judgement when everything is known.
 */
export async function meetTarget(
  sides: SyncSides,
  type: string,
  wanted: () => Promise<Wanted>,
  inSample: Sample,
  onProgress: (done: number) => void = () => {},
): Promise<TargetJudgement> {
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
  return judgement;
}
