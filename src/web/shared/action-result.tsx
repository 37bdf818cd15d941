/** What became of the last action, said aloud to screen readers. */
import { ToneIcon } from './icons.tsx';
import type { Result } from './use-action.ts';

export function ActionResult({ result }: { readonly result: Result | null }) {
  const tone = result?.ok === false ? 'bad' : 'ok';
  return (
    <div role="status" className="sw-result" data-tone={tone}>
      {result && (
        <>
          <ToneIcon tone={tone} />
          <span>{result.text}</span>
        </>
      )}
    </div>
  );
}
