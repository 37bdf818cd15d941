/** Instances that this version cannot go on with: not supervised, so that nobody takes their silence for health. */
import type { SetAsideView } from '../../http/api.ts';
import { StatusMark } from '../shared/status-mark.tsx';

export function SetAsideNotice({ setAside }: { readonly setAside: readonly SetAsideView[] }) {
  if (setAside.length === 0) return null;
  return (
    <section className="sw-notice" data-tone="bad" aria-labelledby="set-aside-title">
      <h2 id="set-aside-title">
        <StatusMark word="Set aside, not supervised" tone="bad" />
      </h2>
      <ul>
        {setAside.map(({ id, why }) => (
          <li key={id}>
            <strong>{id}</strong>: {why}
          </li>
        ))}
      </ul>
      <p>Its stored state is kept as it is. A version of Syncwarden that knows its machine goes on with it.</p>
    </section>
  );
}
