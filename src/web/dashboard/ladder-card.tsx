/** The ladder: its rungs in order, which one is current, and how much of each is used up. */
import type { IntegrationView, RungView } from '../../http/api.ts';
import { Card } from '../shared/card.tsx';
import { agoText } from '../shared/duration.ts';
import { rungFigures, rungNote } from '../shared/ladder-sentence.ts';
import { useNow } from '../shared/server-time.ts';
import { StatusMark } from '../shared/status-mark.tsx';
import { ladderWord, rungWord } from '../shared/statuses.ts';

export function LadderCard({ ladder }: { readonly ladder: IntegrationView['ladder'] }) {
  const now = useNow();
  const { incident } = ladder;
  return (
    <Card title="Ladder" aside={<StatusMark {...ladderWord(ladder)} />}>
      {incident && (
        <p className="sw-muted">
          {incident.id}, open since {agoText(incident.openedAt, now)}
          {incident.signature === null ? '' : `, diagnosed as ${incident.signature}`}: {incident.because}
        </p>
      )}
      <ol className="sw-rungs">
        {ladder.rungs.map((rung, index) => (
          <Rung key={rung.id} rung={rung} note={rungNote(rung, ladder.rungs[index - 1])} />
        ))}
      </ol>
    </Card>
  );
}

function Rung({ rung, note }: { readonly rung: RungView; readonly note: string | null }) {
  return (
    <li data-status={rung.status} aria-current={rung.status === 'current' ? 'step' : undefined}>
      <div className="sw-rung-head">
        <h3>{rung.title}</h3>
        <StatusMark {...rungWord(rung)} />
      </div>
      <p className="sw-muted">{rung.impact}</p>
      <p className="sw-rung-figures">
        {rungFigures(rung).map((figure) => (
          <span key={figure}>{figure}</span>
        ))}
      </p>
      {note !== null && <p className="sw-rung-note">{note}</p>}
    </li>
  );
}
