/** The verdict of a proof for one entity type, in words. */
import type { ProofView } from '../../http/api.ts';
import { numberText } from '../shared/quantity.ts';
import type { StatusWord } from '../shared/statuses.ts';

type TypeProof = ProofView['types'][number];

const examplesMax = 5;

/** `equal`, or how the sides differ: a number where the counts do, otherwise that the content does. */
export function verdictOf({ equal, source, target }: TypeProof): StatusWord {
  if (equal) return { word: 'equal', tone: 'ok' };
  const difference = target.count - source.count;
  if (difference === 0) return { word: 'content differs', tone: 'bad' };
  return { word: `${numberText(Math.abs(difference))} ${difference < 0 ? 'missing' : 'too many'}`, tone: 'bad' };
}

/** Keys of entities that differ, some of each kind. */
export function exampleLines({ missing, surplus, different }: TypeProof): readonly string[] {
  const line = (title: string, keys: readonly string[]) => {
    if (keys.length === 0) return [];
    const shown = keys.slice(0, examplesMax).join(', ');
    return [`${title}: ${shown}${keys.length > examplesMax ? ', …' : ''}`];
  };
  return [
    ...line('Missing in the target', missing),
    ...line('Only in the target', surplus),
    ...line('With other content', different),
  ];
}
