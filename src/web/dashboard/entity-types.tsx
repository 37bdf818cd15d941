/** One row per entity type: progress of the run that is under way, counts of both sides and the verdict of the proof. */
import { Progress } from '@mantine/core';
import type { IntegrationView, ProofView } from '../../http/api.ts';
import { entityTypeText, numberText, percentOf } from '../shared/quantity.ts';
import { StatusMark } from '../shared/status-mark.tsx';
import { exampleLines, verdictOf } from './verdict.ts';

type Synchronization = IntegrationView['synchronization'];
type TypeProof = ProofView['types'][number];
type TypeProgress = NonNullable<Synchronization['run']>['progress'][number];

export function EntityTypes({ synchronization }: { readonly synchronization: Synchronization }) {
  const progress = synchronization.run?.progress ?? [];
  const proofs = synchronization.proof?.types ?? [];
  const types = [...new Set([...proofs, ...progress].map(({ type }) => type))];
  if (types.length === 0) return null;
  return (
    <table className="sw-types">
      <caption>Entity types</caption>
      <thead>
        <tr>
          <th scope="col">Entity type</th>
          <th scope="col">{synchronization.run ? 'This run' : 'In the target'}</th>
          <th scope="col" data-column="source">
            Source
          </th>
          <th scope="col" data-column="target">
            Target
          </th>
          <th scope="col">Last proof</th>
        </tr>
      </thead>
      <tbody>
        {types.map((type) => (
          <TypeRow
            key={type}
            type={type}
            running={synchronization.run !== null}
            progress={progress.find((candidate) => candidate.type === type)}
            proof={proofs.find((candidate) => candidate.type === type)}
          />
        ))}
      </tbody>
    </table>
  );
}

interface TypeRowProps {
  readonly type: string;
  readonly running: boolean;
  readonly progress: TypeProgress | undefined;
  readonly proof: TypeProof | undefined;
}

function TypeRow({ type, running, progress, proof }: TypeRowProps) {
  return (
    <tr>
      <th scope="row">{entityTypeText(type)}</th>
      <td data-column="progress">
        {running ? <RunBar type={type} progress={progress} /> : proof && <CoverageBar type={type} proof={proof} />}
      </td>
      <td data-column="source">{proof ? numberText(proof.source.count) : 'not known'}</td>
      <td data-column="target">{proof ? numberText(proof.target.count) : 'not known'}</td>
      <td data-column="verdict">
        {proof ? <Verdict proof={proof} /> : <StatusMark word="not compared" tone="calm" />}
      </td>
    </tr>
  );
}

function RunBar({ type, progress }: { readonly type: string; readonly progress: TypeProgress | undefined }) {
  const { done, total } = progress ?? { done: 0, total: null };
  const percent = total === null ? 0 : percentOf(done, total);
  const text =
    total === null ? `${numberText(done)} so far` : `${numberText(done)} of ${numberText(total)} (${percent} %)`;
  return (
    <Bar
      label={`${entityTypeText(type)}: done in this run`}
      percent={percent}
      text={progress ? text : 'not reached yet'}
    />
  );
}

function CoverageBar({ type, proof }: { readonly type: string; readonly proof: TypeProof }) {
  const percent = percentOf(proof.target.count, proof.source.count);
  return (
    <Bar
      label={`${entityTypeText(type)}: share of the source that the target holds`}
      percent={percent}
      text={`${percent} %`}
    />
  );
}

function Bar({ label, percent, text }: { readonly label: string; readonly percent: number; readonly text: string }) {
  return (
    <div className="sw-bar">
      <Progress.Root size="sm" radius="xl">
        <Progress.Section value={percent} aria-label={label} aria-valuetext={text} />
      </Progress.Root>
      <span>{text}</span>
    </div>
  );
}

function Verdict({ proof }: { readonly proof: TypeProof }) {
  const lines = exampleLines(proof);
  return (
    <>
      <StatusMark {...verdictOf(proof)} />
      {lines.length > 0 && (
        <details>
          <summary>Examples</summary>
          {lines.map((line) => (
            <p key={line}>{line}</p>
          ))}
        </details>
      )}
    </>
  );
}
